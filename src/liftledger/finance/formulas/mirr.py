"""Modified internal rate of return: one rate however often the flows change sign."""

from collections.abc import Sequence

from liftledger.domain.estimate import NoEstimate
from liftledger.finance.formulas.irr import Rate
from liftledger.finance.formulas.npv import npv


def mirr(flows: Sequence[float], *, finance: float, reinvest: float) -> Rate | NoEstimate:
    """Per period: (future value of what comes in / present value of what goes out)^(1 / n) - 1.

    Outflows are brought back at the rate `finance`, inflows carried on to the last period at `reinvest`: the MIRR
    function of Excel. n is the number of periods, one fewer than flows.
    """
    incoming = npv(reinvest, [max(flow, 0.0) for flow in flows])
    outgoing = -npv(finance, [min(flow, 0.0) for flow in flows])
    if incoming == 0 or outgoing == 0:
        return NoEstimate(f"nothing {'comes in' if incoming == 0 else 'goes out'}, so there is no rate of return")
    periods = len(flows) - 1
    return Rate((incoming / outgoing) ** (1 / periods) * (1 + reinvest) - 1)
