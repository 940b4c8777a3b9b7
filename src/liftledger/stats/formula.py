"""Each method in one sentence, with its source: what `explain` tells the reader of a number."""

_SKEW = (
    ", with the studentised estimate t replaced by t + a t^2 / 3 + a^2 t^3 / 27 + a / 6, where a is the estimate's "
    "skewness (Hall 1992, JRSS-B 54, 221-228; two samples: Zhou & Dinh 2005, Biostatistics 6, 187-200); both arms' "
    "units are taken to have one skewness, estimated from both, and for a itself one variance; a is limited so that "
    "the transformation's slope stays above a third within the interval"
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
_RESTRICTED_MEAN = (
    "difference of the arms' mean times to the event, times beyond the horizon counting as the horizon: the area under "
    "the Kaplan-Meier curve, whose units not observed for longer count for as long as they were (Klein & Moeschberger "
    "2003, Survival Analysis, equations (4.5.1) and (4.5.2)), variance times m / (m - 1) with m the effective number "
    "of units (Cutler & Ederer 1958, Journal of Chronic Diseases 8, 699-712), Welch's t; lift by Fieller's interval; "
    "the reduction of time in percent is minus the lift"
)
_KAPLAN_MEIER = (
    "difference of the arms' shares of units with the event by the mark (or still without it, where higher is better) "
    "by the Kaplan-Meier curve (Kaplan & Meier 1958, JASA 53, 457-481), Greenwood's variance (Klein & Moeschberger "
    "2003, equation (4.2.2)) times m / (m - 1) with m the effective number of units (Cutler & Ederer 1958), Welch's t; "
    "lift by Fieller's interval"
)
_ACTIVATED_ONLY = (
    "difference of the arms' mean times among the units with the event by the horizon, Welch's t interval and "
    "two-sided test (NIST/SEMATECH e-Handbook, section 1.3.5.3), lift by Fieller's interval. It is biased, and given "
    "only because it was asked for: it compares units chosen by having the event, and the treatment changes which "
    "units those are. A treatment that leads slow units to the event at all makes this mean longer, and units observed "
    "for a short time enter only if they were quick"
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
    "restricted-mean": _RESTRICTED_MEAN,
    "restricted-mean-skew": _RESTRICTED_MEAN + _SKEW,
    "kaplan-meier": _KAPLAN_MEIER,
    "kaplan-meier-skew": _KAPLAN_MEIER + _SKEW,
    "activated-only": _ACTIVATED_ONLY,
}
