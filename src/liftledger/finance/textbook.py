"""The textbook's value of speed, for those who ask for it."""

from liftledger.domain.cash import Figure
from liftledger.domain.estimate import NoEstimate
from liftledger.finance.evidence.measured import Measured
from liftledger.finance.figure import figure, scaled
from liftledger.finance.volume import per

FORMULA = (
    "textbook, biased: never priced; reduction of the time to value, as a share, x units x worth, as if worth came in "
    "proportion to speed"
)


def textbook(measured: Measured, currency: str) -> Figure | None:
    """TTV reduction x users x revenue; without margin, ramp, decay, realisation and shrinkage."""
    line, reduction = measured.line, measured.reduction
    if reduction is None:
        return None
    factor = float(line.units) * float(1 if line.worth is None else line.worth)
    lift = reduction.lift
    return figure(
        f"money.lines.{line.name}.textbook",
        lift if isinstance(lift, NoEstimate) else scaled(lift, -factor),
        f"{currency} {per(line)}",
        FORMULA,
        {"reduction": reduction.id, "units": line.units, "worth": line.worth},
    )
