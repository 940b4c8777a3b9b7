-- Exact sums by study, arm and every combination of the dimensions' values.
SELECT
    _study,
    _arm,
    $dimensions,
    $sums
FROM units
GROUP BY _study, _arm, $dimensions
