CREATE OR REPLACE TEMPORARY TABLE subscribers_accounts AS
/* One row a customer: first start, and when the last subscription ended (NULL where one goes on); both on the even calendar. */
SELECT
  _unit AS unit,
  0 AS arm,
  MIN(_at) AS start,
  MIN(_even) AS _first,
  CASE WHEN SUM(_running) = 0 THEN MAX(_at) END AS _left,
  CASE WHEN SUM(_running) = 0 THEN MAX(_even) END AS _last
FROM movements_accounts AS movements
GROUP BY
  _unit;
