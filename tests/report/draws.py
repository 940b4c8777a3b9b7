"""Cases whose draws came out as a test wants them, and with them whatever the report reads off the draws."""

from statistics import NormalDist

import msgspec
import numpy as np

from liftledger.domain.cash import ClosedForm, Exact, Figure, Money, Simulation
from liftledger.finance.uncertainty.draws import Draws
from liftledger.finance.uncertainty.over_draws import over_draws

NORMAL = {"p5": 0.05, "p50": 0.5, "p95": 0.95, "low": 0.025, "high": 0.975}


def with_draws(money: Money, drawn=("costs.build.once",), errors=(), **numbers) -> Money:
    """`numbers` of the simulation by name; the others are those of the closed form."""
    sure = money.closed_form or ClosedForm(
        *(_called(getattr(money.summary, name), "closed_form") for name in ClosedForm.__struct_fields__)
    )
    npv = sure.npv.answer
    found = {"mean": npv.value, "sd": npv.se, "p_negative": sure.p_negative.answer.value}
    found |= {name: NormalDist(npv.value, npv.se).inv_cdf(share) for name, share in NORMAL.items()} | numbers
    units = {"p_negative": "share"}
    figures = {
        name: _called(Figure(name, Exact(value), units.get(name, sure.npv.unit), "", {}), "simulation")
        for name, value in found.items()
    }
    run = money.simulation
    bins, counts = (run.bins, run.counts) if run else ((), ())
    run = Simulation(20_000, 20260101, **figures, errors=dict(errors), drawn=tuple(drawn), bins=bins, counts=counts)
    fields = msgspec.structs.asdict(sure)
    total = msgspec.structs.replace(
        money.summary, **{name: _called(figure, "summary") for name, figure in fields.items()}
    )
    total = over_draws(total, run, Draws({}, np.zeros(0)), 0.95)
    return msgspec.structs.replace(money, closed_form=sure, simulation=run, summary=total)


def _called(figure: Figure, group: str) -> Figure:
    return msgspec.structs.replace(figure, id=f"money.{group}.{figure.id.rpartition('.')[2]}")
