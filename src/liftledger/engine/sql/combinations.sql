-- Exact sums by study, arm and every combination of the values of the dimensions.
SELECT
    _study,
    _arm,
    $dimensions,
    $sums
FROM units
GROUP BY _study, _arm, $dimensions
