-- Rows, marked where a rule could find several of a unit that go together.
SELECT
    fact.*,
    $several AS _several
FROM fact
