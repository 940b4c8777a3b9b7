-- Units seen in several arms keep their first; of two at the same instant, the control.
SELECT
    assigned.unit AS unit,
    assigned.start AS start,
    coalesce(firsts.arm, assigned.arm) AS arm,
    assigned.contaminated AS contaminated
FROM assigned
LEFT JOIN (
    SELECT
        crossing.unit,
        min(assignments.arm) AS arm
    FROM assigned AS crossing
    JOIN assignments ON assignments.unit = crossing.unit AND assignments.at = crossing.start
    WHERE crossing.contaminated = 1
    GROUP BY crossing.unit
) AS firsts ON firsts.unit = assigned.unit
