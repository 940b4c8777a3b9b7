"""The tornado: how far each uncertain input alone moves the NPV."""

from liftledger.domain.cash import Bar
from liftledger.domain.workings import Workings
from liftledger.finance.uncertainty.uncertain import quantile, uncertain
from liftledger.finance.workings.variants import npvs

LOW, HIGH = 0.1, 0.9


def tornado(workings: Workings) -> tuple[Bar, ...]:
    """The NPV with each uncertain input at its 10 % and its 90 % point, all else as it is; the widest first."""
    moved = [(one.name, quantile(one, LOW), quantile(one, HIGH)) for one in uncertain(workings.inputs)]
    found = iter(npvs(workings, [{name: end} for name, *ends in moved for end in ends]))
    bars = [Bar(name, low, high, next(found), next(found)) for name, low, high in moved]
    return tuple(sorted(bars, key=lambda bar: -abs(bar.npv_high - bar.npv_low)))
