"""A customer base made by hand: 100 accounts pay 20 USD a month at 80 %, and 2 of 100 leave each month."""

import msgspec

from liftledger.domain.customer_value import CustomerValue, Incremental, Kept, Model, Parameter, Revenue, Tenure, Worth
from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.evidence import Grade
from liftledger.domain.report import Span, StudySummary
from tests.finance.lines import NOTHING, interval

CONTROL, TREATED = Group(study="test", arm="a"), Group(study="test", arm="b")
VALUE, ALIKE = interval(400.0, 40.0), interval(400.0, 50.0)  # of these very customers, and of others like them


def kept(period, start, starting, ending):
    return Kept(period, start, starting, ending, NOTHING, NOTHING)


def tenure(group, seen, months, stays=0.98):
    held = tuple(stays**month for month in range(months + 1))
    observed = held[: seen + 1]
    low, high = (tuple(share * k for share in observed) for k in (0.9, 1.1))
    return Tenure(group, tuple(range(months + 1)), observed, low, high, held[seen + 1 :], (0.0,) * (seen + 1))


def worth(group, customers, there, pays, value, alike):
    return Worth(group, customers, there, None, pays, value, "", alike)


def accounts(value=VALUE, **changes):
    """Worth 400 +- 40 each by sBG over three years; those of arm b more than those of control."""
    found = CustomerValue(
        base="accounts",
        kind="subscriptions",
        unit="account",
        fact="subscriptions",
        margin=0.8,
        discount=0.1,
        horizon_days=1095.0,
        grid_days=None,
        customers=120,
        remarks=(),
        cohorts=(),
        kept=(
            kept("month", "2025-10-01", 100, 98),
            kept("month", "2025-11-01", 200, 196),
            kept("month", "2025-12-01", 300, 294),
            kept("year", "2024-01-01", 50, 40),
        ),
        models=(Model(EVERYBODY, "sBG", 120, (Parameter("alpha", 1.0, 0.1),), -1.0),),
        worth=(
            Worth(
                EVERYBODY,
                100,
                interval(0.83, 0.01),
                None,
                interval(20.0, 1.0),
                value,
                "",
                ALIKE if value is VALUE else value,
            ),
            Worth(Group("plan", "team"), 10, interval(0.8, 0.1), None, interval(9.0, 1.0), interval(1.0, 1.0)),
            worth(CONTROL, 40, interval(0.8, 0.02), interval(19.0, 0.6), interval(360.0, 30.0), interval(360.0, 36.0)),
            worth(TREATED, 44, interval(0.86, 0.02), interval(21.0, 0.8), interval(432.0, 40.0), interval(432.0, 48.0)),
        ),
        tenures=(tenure(EVERYBODY, 12, 48), tenure(TREATED, 6, 42)),
        revenue=(
            Revenue(EVERYBODY, "2025-01-01", 90, interval(1.01, 0.02), interval(0.9, 0.01)),
            Revenue(CONTROL, "start in the study", 38, interval(1.00, 0.03), interval(0.9, 0.02)),
            Revenue(TREATED, "start in the study", 41, interval(1.06, 0.04), interval(0.92, 0.02)),
        ),
        incremental=(Incremental("test", "b", interval(9.0, 4.0), "randomised", interval(30.0, 25.0), "assumed"),),
    )
    return msgspec.structs.replace(found, **changes)


def study(name="test", grade=Grade.RANDOMISED, first="2025-12-15T00:00:00Z"):
    """Arms a, the control, and b."""
    return StudySummary(
        name=name,
        kind="experiment",
        unit="account",
        description="",
        arms=("a", "b"),
        control="a",
        randomised={"a": 50, "b": 50},
        units={"a": 50, "b": 50},
        shares={"a": 0.5, "b": 0.5},
        planned={},
        srm=NOTHING,
        grade=grade,
        reasons=(),
        span=Span(first, "2026-02-01T00:00:00Z"),
        contaminated=(),
        contaminated_parents={},
        unrelated={},
        exposure=None,
    )
