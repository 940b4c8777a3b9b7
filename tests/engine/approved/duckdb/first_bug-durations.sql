/* Units by study, arm, segment, outcome (0: no clock, 1: event before it, 2: event, 3: censored) and step of the grid: */
/* events in (k, k + 1] (of retention: [k, k + 1)) count at k + 1; without one by the last step that was observed to its */
/* end, they are censored there. */
/* _taken: steps up to the event; _seen: whole steps that were observed, up to the horizon; later: units whose clock starts */
/* after the study, by more than _later allows; open: units that were not observed to the horizon. */
SELECT
  _study,
  _arm,
  _by_score,
  _by_started,
  _outcome,
  _step,
  COUNT(*) AS units,
  SUM(_later) AS later,
  SUM(_open) AS open,
  MIN(_start) AS first,
  MAX(_start) AS last,
  MIN(_clock) AS first_clock,
  MAX(_clock) AS last_clock
FROM (
  SELECT
    _study,
    _arm,
    _by_score,
    _by_started,
    _start,
    _clock,
    CASE
      WHEN _clock IS NULL
      THEN 0
      WHEN _event < _clock
      THEN 1
      WHEN _taken <= _seen
      THEN 2
      ELSE 3
    END AS _outcome,
    CASE
      WHEN _clock IS NULL OR _event < _clock
      THEN 0
      WHEN _taken <= _seen
      THEN _taken
      ELSE _seen
    END AS _step,
    CASE WHEN _clock - _start > 3600000000 /* 1h */ THEN 1 ELSE 0 END AS _later,
    CASE WHEN _seen < 480 THEN 1 ELSE 0 END AS _open
  FROM (
    SELECT
      clocks.*,
      events._event,
      (
        events._event - clocks._clock + 3600000000 /* 1h */ - 1
      ) // 3600000000 /* 1h */ AS _taken,
      CASE
        WHEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - clocks._clock
        ) // 3600000000 /* 1h */ < 480
        THEN (
          1772323200000000 /* 2026-03-01T00:00:00Z */ - clocks._clock
        ) // 3600000000 /* 1h */
        ELSE 480
      END AS _seen
    FROM (
      /* The clock starts with the study. */
      SELECT
        *,
        _start AS _clock
      FROM (
        SELECT
          0 AS _study,
          _unit,
          _arm,
          _start,
          _by_score,
          _by_started
        FROM cohort_support
      ) AS cohort
    ) AS clocks
    LEFT JOIN (
      /* One row a unit with an event: when it was first. */
      SELECT
        fact._unit,
        MIN(fact._at) AS _event
      FROM fact_tickets AS fact
      WHERE
        fact."category" = 'bug'
        AND fact._at < 1772323200000000 /* 2026-03-01T00:00:00Z */
      GROUP BY
        fact._unit
    ) AS events
      ON events._unit = clocks._unit
  ) AS timed
) AS stepped
GROUP BY
  GROUPING SETS (
    (_study, _arm, _outcome, _step),
    (_study, _arm, _by_score, _outcome, _step),
    (_study, _arm, _by_started, _outcome, _step)
  );
