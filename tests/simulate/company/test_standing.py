"""The true value of accounts is what drawn ones tend to, until the records end and after."""

from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from liftledger.definitions.reader import read
from liftledger.prove.customers.monthly import months_ahead
from liftledger.simulate.company import expansion, invoices
from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.folder import ordered, write_company
from liftledger.simulate.company.model import DAY, NEVER, Model
from liftledger.simulate.company.plans import PLANS
from liftledger.simulate.company.population import Accounts, draw_accounts
from liftledger.simulate.company.standing import AHEAD, MARGIN, YEARLY, Standing, truth
from tests.simulate.company.subscribers import Part, by_arm

EFFECTS = Effects.parse(["expansion=+100%~15%", "expansion@business=-30%", "churn=+400%~20%", "churn@team=+150%"])
DRAWS, ACCOUNTS = 16, 40_000
SHARES = [plan.share for plan in PLANS]


def drawn(model: Model, seed: int):
    """Accounts, and all that ever comes of their offers."""
    rng = np.random.default_rng((21, seed))
    accounts = draw_accounts(rng, model, 0, ACCOUNTS)
    ever = SimpleNamespace(
        start=model.start, as_of=model.start + 4_000 * DAY, tail=model.tail, logarithms=model.logarithms
    )
    return accounts, expansion.draw(rng, ever, accounts), rng


def known_by(model: Model, made: expansion.Expansions) -> expansion.Expansions:
    """Of it what comes before the records end."""
    times = {name: getattr(made, name) for name in made.__struct_fields__ if name.endswith("_at")}
    return msgspec.structs.replace(made, **{name: np.where(at < model.as_of, at, NEVER) for name, at in times.items()})


def to_come(model: Model, accounts: Accounts, made, down, off) -> np.ndarray:
    """Cents of each account, month by month."""
    lower = np.maximum(accounts.plan.astype(int) - (down != NEVER), 0)
    cents, entry = invoices.monthly(lower, off), accounts.entered_at.clip(max=model.as_of)
    month = entry.astype("datetime64[s]").astype("datetime64[M]")
    into = entry - month.astype("datetime64[s]").astype(np.int64)
    found, valued = np.zeros(len(entry)), np.zeros(len(entry), int)
    for later in range(1, AHEAD + 10):
        begin, after = ((month + later + more).astype("datetime64[s]").astype(np.int64) for more in (0, 1))
        end = np.minimum(begin + into, after)
        counts = (end > model.as_of) & (valued < AHEAD)
        found += np.where(counts & (made.cancelled_at > end), cents * (1 + YEARLY) ** (-valued / 12), 0)
        valued += counts
    return found


def mean(values, plan) -> float:
    """As if the plans had come in their true shares, so that these add nothing to chance."""
    return MARGIN / 100 * sum(share * values[plan == place].mean() for place, share in enumerate(SHARES))


@pytest.mark.parametrize("days", [20, 150])
def test_it_is_what_drawn_accounts_bring(days):
    # 640,000 accounts, whose means are off by about 1 in 1,000; t of 15 degrees of freedom is above 6 in one of 40,000.
    model = Model(days=days, effects=EFFECTS)
    found = np.zeros((DRAWS, 2, 2))
    for draw in range(DRAWS):
        accounts, ever, rng = drawn(model, draw)
        known = known_by(model, ever)
        block = Part(draw, accounts, known)
        down = invoices.downgrades(rng, accounts, known, model.as_of)
        ahead = to_come(model, accounts, ever, down, invoices.discounts(rng, accounts))
        for arm, counted in enumerate(by_arm(model, 22, block)):
            plan = accounts.plan[accounts.offers == arm]
            found[draw, arm] = mean(counted.paid, plan) * 12 / 365, mean(ahead[accounts.offers == arm], plan)
    for arm in (0, 1):
        one = Standing(model, treated=arm == 1)
        off = (found[:, arm].mean(axis=0) - (one.observed, one.ahead)) / found[:, arm].std(axis=0, ddof=1) * DRAWS**0.5
        assert np.abs(off).max() < 6, (arm, off)


def test_without_effects_the_arms_are_alike():
    assert set(truth(Model()).values()) == {0.0}


def test_more_churn_takes_value_away_and_most_of_it_later():
    found = truth(Model(effects=Effects.parse(["churn=+40%"])))
    observed, modelled = (found[f"accounts.offers.model.{part}"] for part in ("observed", "modelled"))
    assert modelled < 10 * observed < 0


def test_terms_are_those_of_the_definitions(tmp_path):
    folder = tmp_path / "company"
    write_company(folder, ordered(1_000, [], "10%", 40, None), seed=1)
    [base] = read(folder).customers
    assert (base.terms.margin, base.terms.discount, months_ahead(base)) == (MARGIN, YEARLY, AHEAD)
