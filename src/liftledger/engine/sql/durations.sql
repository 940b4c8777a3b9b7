-- Units by study, arm, segment, outcome (0: no clock, 1: event before it, 2: event, 3: censored) and step of the grid:
-- events in (k, k + 1] (of retention: [k, k + 1)) count at k + 1; without one by the last step that was observed to its
-- end, they are censored there.
-- _taken: steps up to the event; _seen: whole steps that were observed, up to the horizon; later: units whose clock starts
-- after the study, by more than _later allows; open: units that were not observed to the horizon.
SELECT
    _study,
    _arm,
    $dimensions,
    _outcome,
    _step,
    count(*) AS units,
    sum(_later) AS later,
    sum(_open) AS open,
    min(_start) AS first,
    max(_start) AS last,
    min(_clock) AS first_clock,
    max(_clock) AS last_clock
FROM (
    SELECT
        _study,
        _arm,
        $dimensions,
        _start,
        _clock,
        CASE WHEN _clock IS NULL THEN 0 WHEN _event < _clock THEN 1 WHEN _taken <= _seen THEN 2 ELSE 3 END AS _outcome,
        CASE
            WHEN _clock IS NULL OR _event < _clock THEN 0
            WHEN _taken <= _seen THEN _taken
            ELSE _seen
        END AS _step,
        CASE WHEN _clock - _start > $soon THEN 1 ELSE 0 END AS _later,
        CASE WHEN _seen < $horizon THEN 1 ELSE 0 END AS _open
    FROM (
        SELECT
            clocks.*,
            events._event,
            (events._event - $since + $grid - $closed) // $grid AS _taken,
            CASE
                WHEN ($as_of - $since) // $grid < $horizon THEN ($as_of - $since) // $grid
                ELSE $horizon
            END AS _seen
        FROM clocks
        LEFT JOIN events ON $same
    ) AS timed
) AS stepped
GROUP BY $sets
