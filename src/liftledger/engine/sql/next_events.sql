-- One row a unit of a study with an event since its clock started, or a while after: when it was first.
SELECT
    clocks._study,
    clocks._unit,
    min(fact._at) AS _event
FROM clocks
JOIN fact ON fact._unit = clocks._unit
WHERE $counts AND fact._at >= $since
GROUP BY clocks._study, clocks._unit
