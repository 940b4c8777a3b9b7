-- One row a customer: first start, and when the last subscription ended (NULL where one goes on); both on the even calendar.
SELECT
    _unit AS unit,
    0 AS arm,
    min(_at) AS start,
    min(_even) AS _first,
    CASE WHEN sum(_running) = 0 THEN max(_at) END AS _left,
    CASE WHEN sum(_running) = 0 THEN max(_even) END AS _last
FROM movements
GROUP BY _unit
