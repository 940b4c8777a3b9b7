"""The records of a simulated company tell one story: ids are unique, nothing comes before its cause, tickets add up."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from liftledger.simulate.company.block import block, blocks
from liftledger.simulate.company.effects import Effects
from liftledger.simulate.company.folder import write_company
from liftledger.simulate.company.model import NEVER, Model
from liftledger.simulate.company.plans import CATEGORIES

MODEL = Model(users=3_000, effects=Effects.parse(["ttv=-30%", "tickets=-15%", "expansion=+25%"]))
SEED = 11
WEEK = timedelta(days=7)


@pytest.fixture(scope="module")
def company(tmp_path_factory) -> duckdb.DuckDBPyConnection:
    """Its facts as views, written in several blocks."""
    folder = tmp_path_factory.mktemp("simulated") / "company"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("liftledger.simulate.company.block.SIZE", 200)
        write_company(folder, MODEL, seed=SEED)
        db = duckdb.connect()
        for fact in Path(folder, "data").iterdir():
            db.execute(f"CREATE VIEW {fact.name} AS SELECT * FROM '{fact}/*.parquet'")
        assert len(list(Path(folder, "data/users").iterdir())) == 4  # 737 accounts, 200 at a time
        yield db


def value(db, query):
    [(found,)] = db.execute(query).fetchall()
    return found


NAMED = {
    "accounts": "account_id",
    "users": "user_id",
    "offers": "offer_id",
    "invoices": "invoice_id",
    "contracts": "contract_id",
    "beliefs": "belief_id",
    "decisions": "decision_id",
    "surveys": "survey_id",
}


@pytest.mark.parametrize("fact", NAMED)
def test_ids_are_unique_over_all_blocks(company, fact):
    assert value(company, f"SELECT count(*) FROM {fact}") > 100
    assert value(company, f"SELECT count(*) - count(DISTINCT {NAMED[fact]}) FROM {fact}") == 0


OF_USERS = {
    "assignments": "at",
    "exposures": "at",
    "events": "at",
    "tickets": "opened_at",
    "self_models": "at",
    "beliefs": "at",
    "decisions": "at",
    "surveys": "sent_at",
}


@pytest.mark.parametrize("fact", OF_USERS)
def test_nothing_happens_to_a_user_before_signup_or_after_the_records_end(company, fact):
    at = OF_USERS[fact]
    joined = f"{fact} LEFT JOIN users USING (user_id)"
    assert value(company, f'SELECT count(*) FROM {joined} WHERE signed_up IS NULL OR "{at}" < signed_up') == 0
    assert value(company, f'SELECT max("{at}") FROM {fact}') < datetime(2026, 7, 1)
    assert value(company, f'SELECT min("{at}") FROM {fact}') >= datetime(2025, 7, 1)


@pytest.mark.parametrize(
    ("fact", "at"),
    [("account_assignments", "at"), ("offers", "at"), ("invoices", "paid_at"), ("contracts", "started_at")],
)
def test_nothing_happens_to_an_account_before_it_is_founded(company, fact, at):
    founded = """(SELECT account_id, "at" AS founded FROM subscriptions WHERE type = 'start')"""
    joined = f"{fact} LEFT JOIN {founded} USING (account_id)"
    assert value(company, f'SELECT count(*) FROM {joined} WHERE founded IS NULL OR "{at}" < founded') == 0
    assert value(company, f'SELECT max("{at}") FROM {fact}') < datetime(2026, 7, 1)


def test_who_cancelled_neither_upgrades_nor_pays_again(company):
    left = """(SELECT account_id, "at" AS left_at FROM subscriptions WHERE type = 'cancel')"""
    assert value(company, f"SELECT count(*) FROM {left}") > 10
    joined = f"JOIN {left} USING (account_id)"
    changes = f"SELECT count(*) FROM subscriptions {joined} WHERE type <> 'cancel' AND \"at\" >= left_at"
    assert value(company, changes) == 0
    assert value(company, f"SELECT count(*) FROM invoices {joined} WHERE type <> 'refund' AND paid_at >= left_at") == 0


def test_an_upgrade_follows_an_offer_and_is_kept_or_cancelled(company):
    # As many rows as the model drew, and one a month after those that stayed as long.
    drawn = [one.expansions for one in blocks_of_the_company()]
    upgrades = sum(int((one.upgraded_at != NEVER).sum()) for one in drawn)
    changes = dict(company.execute("SELECT type, count(*) FROM subscriptions GROUP BY ALL").fetchall())
    assert changes["upgrade"] == upgrades
    assert changes["start"] == value(company, "SELECT count(*) FROM accounts")
    assert changes["downgrade"] > 0
    by_type = {
        kind: dict(company.execute('SELECT account_id, "at" FROM subscriptions WHERE type = ?', [kind]).fetchall())
        for kind in changes
    }
    offered = dict(company.execute('SELECT account_id, "at" FROM offers').fetchall())
    month, end = timedelta(days=30), datetime(2026, 7, 1)
    assert all(offered[account] < at for account, at in by_type["upgrade"].items())
    assert by_type["kept 30 days"] == {
        account: at + month
        for account, at in by_type["upgrade"].items()
        if at + month < end and by_type["cancel"].get(account, end) > at + month
    }


def test_invoices_are_prices_less_discounts_and_a_refund_gives_an_upgrade_back(company):
    prices = company.execute(
        "SELECT DISTINCT amount + discount FROM invoices WHERE type IN ('new', 'renewal') ORDER BY 1"
    ).fetchall()
    assert [float(price) for (price,) in prices] == [99.0, 499.0]
    paid = dict(company.execute("SELECT account_id, amount FROM invoices WHERE type = 'upgrade'").fetchall())
    refunds = company.execute("SELECT account_id, amount FROM invoices WHERE type = 'refund'").fetchall()
    assert refunds
    assert all(amount == -paid[account] for account, amount in refunds)
    assert value(company, "SELECT count(*) FROM invoices WHERE amount < 0 AND type <> 'refund'") == 0
    assert value(company, "SELECT count(DISTINCT currency) FROM invoices") == 1
    drawn = sum(int(one.expansions.cents.sum()) for one in blocks_of_the_company())
    assert sum(paid.values()) * 100 == drawn


def test_renewals_come_every_thirty_days(company):
    times = defaultdict(list)
    for account, at in company.execute(
        "SELECT account_id, paid_at FROM invoices WHERE type IN ('new', 'renewal') ORDER BY paid_at"
    ).fetchall():
        times[account].append(at)
    assert len(times) > 100
    gaps = {later - earlier for ats in times.values() for earlier, later in pairwise(ats)}
    assert gaps == {timedelta(days=30)}


def test_each_invoice_of_a_month_is_of_the_one_contract_that_runs_then(company):
    runs = "i.paid_at >= c.started_at AND (c.ended_at IS NULL OR i.paid_at < c.ended_at)"
    monthly = "(SELECT * FROM invoices WHERE type IN ('new', 'renewal')) i"
    joined = f"{monthly} LEFT JOIN contracts c ON i.account_id = c.account_id AND {runs}"
    assert value(company, f"SELECT count(*) FROM {monthly}") == value(company, f"SELECT count(*) FROM {joined}")
    assert value(company, f"SELECT count(*) FROM {joined} WHERE c.monthly IS DISTINCT FROM i.amount") == 0


def test_contracts_end_with_a_downgrade_or_when_the_account_leaves(company):
    ends = "SELECT account_id, ended_at FROM contracts WHERE ended_at IS NOT NULL ORDER BY ALL"
    changes = """SELECT account_id, "at" FROM subscriptions JOIN (SELECT DISTINCT account_id FROM contracts)
    USING (account_id) WHERE type IN ('downgrade', 'cancel') ORDER BY ALL"""
    assert company.execute(ends).fetchall() == company.execute(changes).fetchall() != []
    assert (
        value(company, "SELECT count(*) FROM contracts WHERE ended_at <= started_at OR ended_at >= '2026-07-01'") == 0
    )
    assert value(company, "SELECT count(*) FROM contracts WHERE plan = 'free' OR monthly <= 0") == 0


def contacts(rows):
    """The rule of liftledger.yaml, by hand: first rows of contacts, of one user's rows in order of time."""
    earlier = []
    for ticket, at, category, channel in rows:
        again = any(ticket == other for other, _, _, _ in earlier)
        moved = any(category == kind and channel != where and at - then <= WEEK for _, then, kind, where in earlier)
        if not (again or moved):
            yield at, category
        earlier.append((ticket, at, category, channel))


def test_the_rule_for_tickets_gives_back_the_contacts_that_the_model_drew(company):
    rows = defaultdict(list)
    for user, *row in company.execute(
        "SELECT user_id, ticket_id, opened_at, category, channel FROM tickets ORDER BY opened_at"
    ).fetchall():
        rows[user].append(row)
    found = Counter((user, at, kind) for user, ticket in rows.items() for at, kind in contacts(ticket))
    drawn = Counter(
        (
            f"u{one.users.number[user]}",
            datetime.fromtimestamp(at, UTC).replace(tzinfo=None),
            CATEGORIES[category],
        )
        for one in blocks_of_the_company()
        for user, at, category in zip(one.tickets.user, one.tickets.opened_at, one.tickets.category, strict=True)
    )
    assert found == drawn


def test_some_tickets_are_reopened_and_some_move(company):
    status = dict(company.execute("SELECT status, count(*) FROM tickets GROUP BY ALL").fetchall())
    drawn = sum(len(one.tickets) for one in blocks_of_the_company())
    assert status["solved"] == drawn
    assert value(company, "SELECT count(*) - count(DISTINCT ticket_id) FROM tickets") == status["reopened"]
    assert 0.05 * drawn < status["reopened"] < 0.10 * drawn
    assert 0.02 * drawn < status["moved"] < 0.06 * drawn


def test_maturity_at_the_start_is_the_model_s_and_later_it_has_grown_faster_where_personalized(company):
    maturity = '(SELECT user_id, {}_by(maturity, "at") AS maturity FROM self_models GROUP BY user_id) AS {}'
    growth = f"""
        SELECT arm, avg(late.maturity - early.maturity) FROM assignments
        JOIN {maturity.format("min", "early")} USING (user_id) JOIN {maturity.format("max", "late")} USING (user_id)
        WHERE study = 'program' GROUP BY arm
    """
    grown = dict(company.execute(growth).fetchall())
    assert grown["personalized"] > 1.5 * grown["held_out"] > 0
    first = company.execute('SELECT user_id, min_by(maturity, "at") FROM self_models GROUP BY ALL').fetchall()
    drawn = {
        f"u{number}": maturity
        for one in blocks_of_the_company()
        for number, maturity in zip(one.users.number, one.users.maturity, strict=True)
    }
    assert {user: round(100 * maturity) for user, maturity in first} == drawn


def test_arms_of_both_studies_are_recorded_at_signup(company):
    pairs = company.execute("""
        SELECT one.arm, other.arm, count(*) FROM assignments one
        LEFT JOIN assignments other ON one.user_id = other.user_id AND other.study = 'onboarding'
        WHERE one.study = 'program' GROUP BY ALL ORDER BY ALL
    """).fetchall()
    assert [pair[:2] for pair in pairs] == [
        ("held_out", None),
        ("personalized", "guided"),
        ("personalized", "standard"),
    ]
    joined = "assignments JOIN users USING (user_id)"
    late = f"SELECT count(*) FROM {joined} WHERE \"at\" <> signed_up OR signed_up < '2026-01-01'"
    assert value(company, late) == 0


def test_losing_assignments_leaves_the_records_of_the_rest_alone():
    whole, spoilt = (block(Model(users=3_000, lost=lost), SEED, 0) for lost in (0.0, 0.1))
    gone = (whole.users.program == 1) & (spoilt.users.program == -1)
    assert 0.05 < gone.sum() / (whole.users.program == 1).sum() < 0.15
    assert (whole.users.number == spoilt.users.number).all()


def blocks_of_the_company():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("liftledger.simulate.company.block.SIZE", 200)
        yield from blocks(MODEL, SEED)
