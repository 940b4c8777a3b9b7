-- Exact sums by study, arm and segment of products of measures. Units without rows add zero.
SELECT
    _study,
    _arm,
    $dimensions,
    $sums
FROM units
GROUP BY $sets
