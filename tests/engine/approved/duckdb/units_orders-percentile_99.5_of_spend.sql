/* An exact percentile, in ten-thousandths, of the values of a measure other than 0: the smallest value whose cumulative */
/* count reaches its rank. */
SELECT
  _study,
  MIN(CASE WHEN reached * 10000 >= whole * 9950 THEN value END) AS cap
FROM (
  SELECT
    _study,
    value,
    SUM(units) OVER (PARTITION BY _study ORDER BY value) AS reached,
    SUM(units) OVER (PARTITION BY _study) AS whole
  FROM (
    SELECT
      _study,
      "spend" AS value,
      COUNT(*) AS units
    FROM units_orders AS units
    WHERE
      "spend" <> 0
    GROUP BY
      _study,
      "spend"
  ) AS counted
) AS ranked
GROUP BY
  _study;
