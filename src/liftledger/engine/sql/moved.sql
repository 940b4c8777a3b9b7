-- Units of a study that are not as they were. _was: 0 where they were not in it; _restarted: 1 where their clock starts at
-- another time, where they were not in it, and where they no longer are.
SELECT
    coalesce(after._study, before._study) AS _study,
    coalesce(after._unit, before._unit) AS _unit,
    after._start AS _start,
    CASE WHEN before._unit IS NULL THEN 0 ELSE 1 END AS _was,
    CASE WHEN after._start = before._start THEN 0 ELSE 1 END AS _restarted
FROM after
FULL JOIN before ON $same
WHERE $differs
