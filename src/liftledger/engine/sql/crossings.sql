-- For units seen in several arms: by first arm and UTC day (microseconds), when another arm was first seen.
SELECT
    _arm AS arm,
    _other - _other % 86400000000 AS day,
    count(*) AS units
FROM crossed
GROUP BY _arm, _other - _other % 86400000000
