"""Two customer bases made by hand: one that buys, one that subscribes; their numbers fit one another."""

import datetime
import math

import msgspec

from liftledger.domain.customer_value import (
    Behaviour,
    ByRepeats,
    Cohort,
    Concentration,
    CustomerValue,
    Distribution,
    Forecast,
    Incremental,
    Kept,
    Model,
    Movement,
    Parameter,
    Revenue,
    Simple,
    Tenure,
    Track,
    Worth,
)
from liftledger.domain.customers import EVERYBODY, Group
from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.report import Report
from tests.report.company import company_report

Z = 1.959963984540054
MONTHS = tuple(f"{2024 + (6 + n) // 12}-{(6 + n) % 12 + 1:02d}" for n in range(24))  # 2024-07 to 2026-06
LONG = "Referred by a partner's newsletter, spring campaign, second wave (Österreich & Südtirol)"
WEB, PHONE, REFERRED, BLANK = (Group("channel", value) for value in ("Web", "Phone", LONG, ""))
HELD_OUT, PERSONALIZED = (Group(study="program", arm=arm) for arm in ("held_out", "personalized"))
STARTER, TEAM, ENTERPRISE = (Group("plan", value) for value in ("starter", "team", "enterprise"))
STANDARD, MODEL = (Group(study="offers", arm=arm) for arm in ("standard", "model"))
FEW = "3 customers bought again; a fit needs 100"
BOUNDARY = "the fit does not converge: b goes to its bound of 10 000"
NO_CATEGORY = NoEstimate("no column says what was bought")


def about(value, se):
    return Interval(value, se, value - Z * se, value + Z * se)


def part(of, whole):
    """A share with its interval, by the normal."""
    p = of / whole
    return about(p, math.sqrt(p * (1 - p) / whole))


def purchase_cohorts():
    found = []
    for place, month in enumerate(MONTHS):
        size = 420 + 37 * (place % 5) + 9 * place
        active = tuple(
            size if age == 0 else round(size * (0.21 + 0.002 * place) * age**-0.55) for age in range(24 - place)
        )
        found.append(Cohort(month, size, active, tuple(round(n * (41.5 + 0.35 * place), 2) for n in active)))
    return tuple(found)


def account_cohorts():
    found = []
    for place, month in enumerate(MONTHS):
        size = 96 + 7 * (place % 4)
        active = tuple(round(size * 0.985 * (1 + age) ** -0.17) for age in range(24 - place))
        revenue = tuple(round(n * (1820.0 + 11.5 * place) * 1.012**age, 2) for age, n in enumerate(active))
        found.append(Cohort(month, size, active, revenue))
    return tuple(found)


def kept(sizes, rate):
    """Months, quarters and a year; nobody was there at the very start."""
    none = NoEstimate("nobody was active at the start")
    found = [Kept("month", f"{MONTHS[0]}-01", 0, 0, none, none)]
    for period, step, starts in (("month", 1, MONTHS[1:]), ("quarter", 3, MONTHS[3::3]), ("year", 12, MONTHS[12::12])):
        for place, month in enumerate(starts):
            starting = sizes[step if period != "month" else place]
            ending = round(starting * rate**step * (1 + 0.004 * (place % 3)))
            left = part(starting - ending, starting)
            found.append(Kept(period, f"{month}-01", starting, ending, part(ending, starting), left))
    return tuple(found)


def bought(group, customers, scale=1.0, **changes):
    purchases = round(customers * 2.37 * scale)
    found = Behaviour(
        group=group,
        customers=customers,
        purchases=purchases,
        order_value=about(43.62 * scale, 21.4 / purchases**0.5),
        frequency=about(0.2214 * scale, 0.31 / customers**0.5),
        repeat_rate=part(round(customers * 0.412), customers),
        gap_days=about(58.31 / scale, 44.0 / customers**0.5),
        categories=about(2.114, 1.02 / customers**0.5),
        top_share=about(0.6127, 0.52 / customers**0.5),
    )
    return msgspec.structs.replace(found, **changes)


def lorenz():
    share = tuple(n / 100 for n in range(101))
    return Concentration(share, tuple(1 - (1 - s) ** 4.2508 if s < 1 else 1.0 for s in share))


def spread():
    """Most are expected to bring little; the mean of `shoppers` is 13.92."""
    share = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
    return Distribution(share, tuple(2.13 * (1.0004 - s) ** -0.85 - 2.0 for s in share))


def fitted(group, customers, model, log_likelihood, notes=(), **parameters):
    held = tuple(Parameter(name, value, se) for name, (value, se) in parameters.items())
    return Model(group, model, customers, held, log_likelihood, notes=notes)


def forecast(model, bias):
    """78 weeks, half of them fitted."""
    days = tuple(str(datetime.date(2025, 1, 5) + datetime.timedelta(weeks=week)) for week in range(78))
    observed = tuple(round(61 * week**1.18) for week in range(1, 79))
    expected = tuple(61 * week**1.18 * (1 + bias * week / 78) for week in range(1, 79))
    repeats = tuple(
        ByRepeats(n, n == 7, customers, came, came * (1 + bias) + 0.02)
        for n, customers, came in zip(
            range(8),
            (4120, 812, 401, 233, 121, 77, 41, 88),
            (0.201, 0.694, 1.388, 1.561, 2.531, 2.935, 2.708, 6.113),
            strict=True,
        )
    )
    after = observed[-1] - observed[38]
    return Forecast(model, "2025-09-28", 5893, after, after * (1 + bias), repeats, Track(days, observed, expected))


def shoppers() -> CustomerValue:
    cohorts = purchase_cohorts()
    customers = sum(c.customers for c in cohorts)
    few = NoEstimate(FEW)
    unknown = Interval(0.4127, 0.0061, 0.4007, 0.4247)
    return CustomerValue(
        base="shoppers",
        kind="purchases",
        unit="customer",
        fact="orders",
        margin=0.4,
        discount=0.1,
        horizon_days=365.0,
        grid_days=1,
        customers=customers,
        remarks=(
            "1 204 rows of one customer within one day were merged into 571 purchases.",
            "312 days whose rows sum to 0 or less are returns, and no purchase.",
            "customers first seen before 2024-07-01 are in no cohort: 18 of them.",
        ),
        cohorts=cohorts,
        kept=kept([c.customers for c in cohorts], 0.31),
        behaviour=(
            bought(EVERYBODY, customers),
            bought(WEB, 8204, 1.04),
            bought(PHONE, 4310, 0.93),
            bought(REFERRED, 212, 1.2),
            bought(
                BLANK,
                3,
                1.0,
                order_value=few,
                frequency=few,
                repeat_rate=few,
                gap_days=few,
                categories=few,
                top_share=few,
            ),
            bought(HELD_OUT, 1240, 0.98, gap_days=NoEstimate("nobody bought twice")),
            bought(PERSONALIZED, 11060, 1.01),
        ),
        concentration=lorenz(),
        models=(
            fitted(
                EVERYBODY,
                customers,
                "BG/NBD",
                -58214.2713,
                r=(0.24259, 0.01252),
                alpha=(4.41353, 0.37824),
                a=(0.79292, 0.18572),
                b=(2.42592, 0.70533),
            ),
            fitted(
                WEB,
                8204,
                "BG/NBD",
                -38001.118,
                r=(0.25113, 0.01611),
                alpha=(4.2017, 0.4411),
                a=(0.7411, 0.2019),
                b=(2.3001, 0.81),
            ),
            Model(REFERRED, "BG/NBD", 212, (), None, BOUNDARY),
            Model(BLANK, "BG/NBD", 3, (), None, FEW),
            Model(EVERYBODY, "Pareto/NBD", customers, (), None, BOUNDARY),
            fitted(
                EVERYBODY,
                5126,
                "Gamma-Gamma",
                -20114.93,
                p=(6.24956, 1.18921),
                q=(3.74417, 0.28911),
                v=(15.44352, 4.11204),
                notes=("how often a customer buys and how much correlate at 0.06.",),
            ),
        ),
        forecasts=(forecast("BG/NBD", -0.043), forecast("Pareto/NBD", -0.021)),
        worth=(
            Worth(EVERYBODY, customers, unknown, about(0.8312, 0.0117), about(44.118, 0.4021), about(13.9174, 0.2418)),
            Worth(WEB, 8204, about(0.4218, 0.0073), about(0.8719, 0.0152), about(45.71, 0.51), about(15.1202, 0.3317)),
            Worth(
                PHONE,
                4310,
                about(0.3951, 0.0098),
                about(0.7504, 0.0191),
                about(41.02, 0.66),
                about(11.6631, 0.3904),
                "the parameters are those of everyone.",
            ),
            Worth(
                REFERRED, 212, NoEstimate(BOUNDARY), NoEstimate(BOUNDARY), NoEstimate(BOUNDARY), NoEstimate(BOUNDARY)
            ),
            Worth(BLANK, 3, few, few, few, few),
            Worth(HELD_OUT, 1240, about(0.4009, 0.0181), about(0.7988, 0.0377), about(43.2, 1.22), about(13.1, 0.77)),
            Worth(
                PERSONALIZED, 11060, about(0.4139, 0.0063), about(0.8348, 0.0122), about(44.2, 0.42), about(14.0, 0.25)
            ),
        ),
        distribution=spread(),
        simple=(
            Simple(
                EVERYBODY,
                "order value x frequency a year x margin x 3 years",
                "first margin now, 3 years declared",
                141.37,
            ),
            Simple(
                BLANK,
                "order value x frequency a year x margin x 3 years",
                "first margin now, 3 years declared",
                None,
                FEW,
            ),
        ),
        incremental=(
            Incremental(
                "program",
                "personalized",
                about(1.8213, 0.6127),
                "randomised",
                about(-0.4118, 0.9034),
                "assumed",
                ("11 060 customers were observed for the whole window of 90 days.",),
            ),
            Incremental(
                "offers",
                "model",
                about(0.6021, 0.7719),
                "randomised",
                NoEstimate("the fit of arm 'standard' does not converge"),
                "assumed",
            ),
        ),
    )


def tenure(group, alpha, beta, seen, customers, months=36):
    """sBG: of those there at month t, (alpha / (alpha + beta + t)) leave in the next."""
    held, hazard = [1.0], [0.0]
    for month in range(1, months + 1):
        leave = alpha / (alpha + beta + month - 1)
        hazard.append(leave)
        held.append(held[-1] * (1 - leave))
    half = [Z * math.sqrt(s * (1 - s) / customers) * (1 + month / 30) for month, s in enumerate(held)]
    return Tenure(
        group,
        tuple(range(months + 1)),
        tuple(held[: seen + 1]),
        tuple(max(0.0, s - h) for s, h in zip(held[: seen + 1], half[: seen + 1], strict=True)),
        tuple(min(1.0, s + h) for s, h in zip(held[: seen + 1], half[: seen + 1], strict=True)),
        tuple(held[seen + 1 :]),
        tuple(hazard[: seen + 1]),
    )


def movements():
    opening, found, accounts = 1_182_400.0, [], 640
    for place, month in enumerate(MONTHS):
        new, expansion = 171_240.5 + 2_113.0 * place, 61_004.25 + 903.0 * (place % 6)
        contraction, churned, back = 22_918.75 + 120.0 * place, 70_031.0 + 2_204.0 * (place % 7), 8_120.0 * (place % 3)
        closing = opening + new + expansion - contraction - churned + back
        counts = {
            "opening": accounts,
            "new": 96 + place % 4,
            "expansion": 58,
            "contraction": 21,
            "churned": 41,
            "reactivated": 4 * (place % 3),
            "closing": accounts + 55,
        }
        found.append(Movement(month, opening, new, expansion, contraction, churned, back, closing, counts))
        opening, accounts = closing, accounts + 55
    return tuple(found)


def accounts() -> CustomerValue:
    cohorts = account_cohorts()
    customers = sum(c.customers for c in cohorts)
    young = NoEstimate("no account has been subscribed for 12 months")
    return CustomerValue(
        base="accounts",
        kind="subscriptions",
        unit="account",
        fact="subscriptions",
        margin=None,
        discount=0.08,
        horizon_days=1095.0,
        grid_days=None,
        customers=customers,
        remarks=(
            "14 subscriptions that end before they start are left out.",
            "29 accounts had two subscriptions at once; their MRR is added up.",
        ),
        cohorts=cohorts,
        kept=kept([900 + 31 * place for place in range(24)], 0.957),
        models=(
            fitted(EVERYBODY, customers, "sBG", -6112.443, alpha=(0.66812, 0.04104), beta=(3.80614, 0.26911)),
            fitted(MODEL, 1204, "sBG", -3120.04, alpha=(0.6204, 0.0519), beta=(3.91, 0.34)),
            Model(ENTERPRISE, "sBG", 31, (), None, "2 accounts have left; a fit needs 10"),
        ),
        worth=(
            Worth(
                EVERYBODY, customers, part(1766, customers), None, about(2214.38, 31.2), about(1_412_380.0, 48_210.0)
            ),
            Worth(STARTER, 1511, part(980, 1511), None, about(310.4, 4.1), about(61_204.0, 2_117.0)),
            Worth(TEAM, 903, part(701, 903), None, about(2_044.1, 19.9), about(1_204_411.0, 61_003.0)),
            Worth(
                ENTERPRISE,
                31,
                part(29, 31),
                None,
                about(31_870.0, 2_911.0),
                NoEstimate("2 accounts have left; a fit needs 10"),
            ),
            Worth(STANDARD, 1196, part(871, 1196), None, about(2_190.0, 43.0), about(1_388_400.0, 69_000.0)),
            Worth(MODEL, 1204, part(902, 1204), None, about(2_241.0, 44.0), about(1_447_900.0, 70_100.0)),
        ),
        simple=(
            Simple(EVERYBODY, "MRR x margin / churn", "first margin after one month, constant churn", 1_034_200.0),
        ),
        tenures=(
            tenure(EVERYBODY, 0.668, 3.806, 23, 2560),
            tenure(STANDARD, 0.71, 3.6, 17, 1196),
            tenure(MODEL, 0.62, 3.91, 17, 1204),
            tenure(STARTER, 0.9, 3.1, 23, 1511),
            tenure(TEAM, 0.5, 4.2, 23, 903),
            tenure(ENTERPRISE, 0.11, 5.0, 20, 31),
        ),
        movements=movements(),
        revenue=(
            Revenue(EVERYBODY, "2025-07-01", 1204, about(1.0513, 0.0172), about(0.9004, 0.0091)),
            Revenue(STANDARD, "2025-07-01", 590, about(1.031, 0.024), about(0.894, 0.013)),
            Revenue(MODEL, "2025-07-01", 598, about(1.072, 0.025), about(0.907, 0.013)),
            Revenue(ENTERPRISE, "2025-07-01", 0, young, young),
        ),
        incremental=(
            Incremental(
                "offers",
                "model",
                about(31_204.0, 9_018.0),
                "randomised",
                about(28_311.0, 41_200.0),
                "assumed",
                ("the window of 180 days is closed for 2 209 of 2 400 accounts.",),
            ),
        ),
    )


def counted() -> CustomerValue:
    """Purchases without an amount: counted, never valued."""
    why = NoEstimate("no amount is declared, so purchases are counted and not valued")
    found = shoppers()
    return msgspec.structs.replace(
        found,
        base="visits_to_the_shop",
        margin=None,
        concentration=None,
        distribution=None,
        forecasts=(),
        simple=(),
        incremental=(),
        remarks=(),
        cohorts=tuple(msgspec.structs.replace(c, revenue=()) for c in found.cohorts[-3:]),
        kept=found.kept[:1],
        behaviour=tuple(
            msgspec.structs.replace(b, order_value=why, top_share=why, categories=NO_CATEGORY)
            for b in found.behaviour[:4]
        ),
        models=found.models[:1],
        worth=tuple(msgspec.structs.replace(w, spend=why, value=why) for w in found.worth[:3]),
    )


def valued_report() -> Report:
    return msgspec.structs.replace(company_report(), customers=(shoppers(), accounts(), counted()))


def hostile_valued_report(text) -> Report:
    """Every text that a user can write about customers."""
    changed = msgspec.structs.replace
    group = Group("channel", text, "program", text)
    bases = tuple(
        changed(
            base,
            base=text + base.kind,
            remarks=(text,),
            behaviour=tuple(changed(b, group=group) for b in base.behaviour[:1]),
            models=(
                *(changed(m, group=group, notes=(text,)) for m in base.models[:1]),
                Model(group, "BG/NBD", 1, (), None, text),
            ),
            worth=(
                *base.worth[:1],
                *(changed(w, group=group, note=text, value=NoEstimate(text)) for w in base.worth[1:2]),
            ),
            simple=tuple(changed(s, formula=text, convention=text, value=None, reason=text) for s in base.simple[:1]),
            tenures=tuple(changed(t, group=group) for t in base.tenures[:1]),
            revenue=tuple(changed(r, group=group) for r in base.revenue[:1]),
            incremental=tuple(
                changed(i, arm=text, modelled=NoEstimate(text), notes=(text,)) for i in base.incremental[:1]
            ),
        )
        for base in (shoppers(), accounts())
    )
    return changed(company_report(), customers=bases)
