"""Each method in one sentence, with its source: what `explain` tells the reader of a number."""

_SKEW = (
    ", with the studentised estimate t replaced by t + a t^2 / 3 + a^2 t^3 / 27 + a / 6, where a is the estimate's "
    "skewness (Hall 1992, JRSS-B 54, 221-228; two samples: Zhou & Dinh 2005, Biostatistics 6, 187-200); both arms' "
    "units are taken to have one skewness, estimated from both, and a is limited so that the transformation's slope "
    "stays above a third within the interval"
)
_WELCH = (
    "difference of the arms' means per unit, Welch's t interval and two-sided test (NIST/SEMATECH e-Handbook, section "
    "1.3.5.3); lift by Fieller's interval (Fieller 1954, JRSS-B 16, 175-185)"
)
_RATIO = (
    "difference of the arms' quotients of two sums, each linearised per unit by the delta method (Deng, Knoblich & Lu "
    "2018, KDD, section 2.2), then Welch's t interval and two-sided test; lift by Fieller's interval"
)
_CUPED = (
    "difference of the arms' means after each was moved, along its own regression slope, to the pre-period mean of "
    "both arms (Deng et al. 2013, WSDM, section 3.2; slopes per arm: Lin 2013, Annals of Applied Statistics 7, "
    "295-318), Welch's t; lift of the adjusted means by Fieller's interval"
)
_RATIO_CUPED = (
    "difference of the arms' quotients, outcome and pre-period both linearised per unit (Deng et al. 2013, WSDM, "
    "appendix B), moved along each arm's own regression slope to the pre-period value of both arms (Lin 2013), "
    "Welch's t; lift of the adjusted quotients by Fieller's interval"
)

FORMULAS: dict[str, str] = {
    "welch": _WELCH,
    "welch-skew": _WELCH + _SKEW,
    "ratio": _RATIO,
    "ratio-skew": _RATIO + _SKEW,
    "cuped": _CUPED,
    "cuped-skew": _CUPED + _SKEW,
    "ratio-cuped": _RATIO_CUPED,
    "ratio-cuped-skew": _RATIO_CUPED + _SKEW,
}
