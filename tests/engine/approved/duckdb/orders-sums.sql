/* Exact sums by study, arm and segment of products of measures. Units without rows add zero. */
SELECT
  _study,
  _arm,
  _by_account,
  _by_country,
  SUM("conversion") AS "conversion",
  SUM("orders") AS "orders",
  SUM("orders x orders") AS "orders x orders",
  SUM("orders x orders x orders") AS "orders x orders x orders",
  SUM("orders x orders x orders_per") AS "orders x orders x orders_per",
  SUM("orders x orders_per") AS "orders x orders_per",
  SUM("orders x orders_per x orders_per") AS "orders x orders_per x orders_per",
  SUM("regulars") AS "regulars",
  SUM("regulars x regulars_before") AS "regulars x regulars_before",
  SUM("regulars x regulars_before x regulars_per") AS "regulars x regulars_before x regulars_per",
  SUM("regulars x regulars_before x regulars_per_before") AS "regulars x regulars_before x regulars_per_before",
  SUM("regulars x regulars_per") AS "regulars x regulars_per",
  SUM("regulars x regulars_per x regulars_per_before") AS "regulars x regulars_per x regulars_per_before",
  SUM("regulars x regulars_per_before") AS "regulars x regulars_per_before",
  SUM("regulars_before") AS "regulars_before",
  SUM("regulars_before x regulars_per") AS "regulars_before x regulars_per",
  SUM("regulars_before x regulars_per x regulars_per_before") AS "regulars_before x regulars_per x regulars_per_before",
  SUM("regulars_before x regulars_per_before") AS "regulars_before x regulars_per_before",
  SUM("regulars_per") AS "regulars_per",
  SUM("regulars_per x regulars_per_before") AS "regulars_per x regulars_per_before",
  SUM("regulars_per_before") AS "regulars_per_before",
  SUM("spend") AS "spend",
  SUM("spend x spend") AS "spend x spend",
  SUM("spend x spend x spend") AS "spend x spend x spend",
  SUM("spend x spend x spend_before") AS "spend x spend x spend_before",
  SUM("spend x spend_before") AS "spend x spend_before",
  SUM("spend x spend_before x spend_before") AS "spend x spend_before x spend_before",
  SUM("spend_before") AS "spend_before",
  SUM("spend_before x spend_before") AS "spend_before x spend_before",
  SUM("spend_before x spend_before x spend_before") AS "spend_before x spend_before x spend_before"
FROM (
  /* Exact sums by study, arm and every combination of the values of the dimensions. */
  SELECT
    _study,
    _arm,
    _by_account,
    _by_country,
    SUM("conversion") AS "conversion",
    SUM("orders") AS "orders",
    SUM("orders" * "orders") AS "orders x orders",
    SUM("orders" * "orders" * "orders") AS "orders x orders x orders",
    SUM("orders" * "orders" * "orders_per") AS "orders x orders x orders_per",
    SUM("orders" * "orders_per") AS "orders x orders_per",
    SUM("orders" * "orders_per" * "orders_per") AS "orders x orders_per x orders_per",
    SUM("regulars") AS "regulars",
    SUM("regulars" * "regulars_before") AS "regulars x regulars_before",
    SUM("regulars" * "regulars_before" * "regulars_per") AS "regulars x regulars_before x regulars_per",
    SUM("regulars" * "regulars_before" * "regulars_per_before") AS "regulars x regulars_before x regulars_per_before",
    SUM("regulars" * "regulars_per") AS "regulars x regulars_per",
    SUM("regulars" * "regulars_per" * "regulars_per_before") AS "regulars x regulars_per x regulars_per_before",
    SUM("regulars" * "regulars_per_before") AS "regulars x regulars_per_before",
    SUM("regulars_before") AS "regulars_before",
    SUM("regulars_before" * "regulars_per") AS "regulars_before x regulars_per",
    SUM("regulars_before" * "regulars_per" * "regulars_per_before") AS "regulars_before x regulars_per x regulars_per_before",
    SUM("regulars_before" * "regulars_per_before") AS "regulars_before x regulars_per_before",
    SUM("regulars_per") AS "regulars_per",
    SUM("regulars_per" * "regulars_per_before") AS "regulars_per x regulars_per_before",
    SUM("regulars_per_before") AS "regulars_per_before",
    SUM("spend") AS "spend",
    SUM("spend" * "spend") AS "spend x spend",
    SUM("spend" * "spend" * "spend") AS "spend x spend x spend",
    SUM("spend" * "spend" * "spend_before") AS "spend x spend x spend_before",
    SUM("spend" * "spend_before") AS "spend x spend_before",
    SUM("spend" * "spend_before" * "spend_before") AS "spend x spend_before x spend_before",
    SUM("spend_before") AS "spend_before",
    SUM("spend_before" * "spend_before") AS "spend_before x spend_before",
    SUM("spend_before" * "spend_before" * "spend_before") AS "spend_before x spend_before x spend_before"
  FROM (
    /* Units with their totals limited; 0 stays 0. */
    SELECT
      _study,
      _arm,
      _by_account,
      _by_country,
      "conversion",
      CASE
        WHEN "spend" = 0
        THEN 0
        WHEN "spend" > 500 AND _study = 0
        THEN 500
        ELSE "spend"
      END AS "spend",
      CASE WHEN "spend_before" = 0 THEN 0 ELSE "spend_before" END AS "spend_before",
      "orders",
      "orders_per",
      "regulars",
      "regulars_per",
      "regulars_before",
      "regulars_per_before"
    FROM (
      SELECT
        *
      FROM units_orders
    ) AS units
  ) AS units
  GROUP BY
    _study,
    _arm,
    _by_account,
    _by_country
) AS units
GROUP BY
  GROUPING SETS (
    (_study, _arm),
    (_study, _arm, _by_account),
    (_study, _arm, _by_country)
  );
