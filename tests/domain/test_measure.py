"""The plan: which integers per unit metrics need, each of them once, and which products of them."""

from liftledger.domain.expression import INTEGER, And, Column, Comparison, Missing, Not, Number, Text, Type
from liftledger.domain.fact import Fact, Field, Files
from liftledger.domain.instant import DAY
from liftledger.domain.measure import Span, plan
from liftledger.domain.metric import Cap, Metric, Term
from liftledger.domain.moments import canonical

USD = Type("money", 2, "USD")
AMOUNT, ITEMS = Column("amount", USD), Column("items", INTEGER)
PAID = Comparison("=", Column("status", Type("text")), Text("paid"))
LONG = Fact("orders", Files("orders.csv", "csv"), "user", "user_id", time=Field("at", "at", Type("time")))
WIDE = Fact("people", Files("people.csv", "csv"), "user", "user_id")


def planned(*metrics):
    return plan(metrics, (LONG, WIDE))


def test_a_conversion_is_whether_there_is_a_row():
    found = planned(
        Metric("buys", "conversion", "orders", Term(where=PAID), window=14 * DAY, delay=DAY, lookback=7 * DAY)
    )
    assert found.needs["buys"].measures == ("buys", "buys_before")
    after, before = found.measures["buys"], found.measures["buys_before"]
    assert (after.aggregate, after.span, after.horizon) == ("any", Span(DAY, 15 * DAY), 15 * DAY)
    assert (before.aggregate, before.span, before.horizon) == ("any", Span(-7 * DAY, 0), 15 * DAY)
    assert found.binary == {"buys", "buys_before"}


def test_powers_of_zero_and_one_are_not_summed():
    found = planned(Metric("buys", "conversion", "orders", Term(where=PAID), lookback=DAY))
    assert found.products == (("buys",), ("buys", "buys_before"), ("buys_before",))


def test_products_reach_the_third_degree():
    found = planned(Metric("spend", "sum", "orders", Term(AMOUNT), lookback=DAY))
    a, b = "spend", "spend_before"
    wanted = {(a,), (b,), (a, a), (a, b), (b, b), (a, a, a), (a, a, b), (a, b, b), (b, b, b)}
    assert set(found.products) == wanted
    assert all(product == canonical(product) for product in found.products)


def test_a_mean_divides_by_the_rows_that_have_the_value():
    found = planned(Metric("basket", "mean", "orders", Term(ITEMS, PAID), window=DAY))
    assert found.measures["basket"].aggregate == "sum"
    assert found.measures["basket_per"].aggregate == "rows"
    assert found.measures["basket_per"].term == Term(None, And((PAID, Not(Missing(ITEMS)))))


def test_a_rate_divides_by_the_time_that_was_observed():
    found = planned(Metric("tickets", "rate", "orders", Term(), window=30 * DAY, lookback=DAY))
    assert found.needs["tickets"].measures == ("tickets", "tickets_per", "tickets_before")
    assert found.measures["tickets_per"].aggregate == "elapsed"
    assert found.measures["tickets_per"].span == Span(0, 30 * DAY)


def test_a_measure_that_metrics_share_is_planned_once_under_the_first_ones_name():
    revenue = Metric("revenue", "sum", "orders", Term(AMOUNT), window=DAY)
    value = Metric("value", "ratio", "orders", Term(AMOUNT), Term(), window=DAY)
    found = planned(revenue, value)
    assert set(found.measures) == {"revenue", "value_per"}
    assert found.needs["value"].measures == ("revenue", "value_per")
    assert ("revenue", "value_per") in found.products
    later = planned(revenue, Metric("later", "sum", "orders", Term(AMOUNT), window=2 * DAY))
    assert set(later.measures) == {"revenue", "later"}


def test_metrics_that_share_nothing_have_no_products_together():
    found = planned(Metric("a", "sum", "orders", Term(AMOUNT)), Metric("b", "sum", "orders", Term(ITEMS)))
    assert not any({"a", "b"} <= set(product) for product in found.products)


def test_a_cap_makes_another_measure_and_holds_before_the_start_too():
    plain = Metric("revenue", "sum", "orders", Term(AMOUNT), lookback=DAY)
    capped = Metric("capped", "sum", "orders", Term(AMOUNT), lookback=DAY, cap=Cap(high=10_000))
    found = planned(plain, capped)
    assert set(found.measures) == {"revenue", "revenue_before", "capped", "capped_before"}
    assert found.measures["capped_before"].cap == Cap(high=10_000)


def test_a_wide_fact_has_no_windows_and_its_covariates_are_columns():
    metric = Metric("spend", "mean", "people", Term(AMOUNT), covariate=Term(ITEMS))
    found = planned(metric)
    assert found.needs["spend"].measures == ("spend", "spend_per", "spend_before", "spend_per_before")
    assert all(measure.span is None and measure.horizon is None for measure in found.measures.values())
    assert found.measures["spend_per_before"].term == Term(None, Not(Missing(ITEMS)))


def test_scales_say_how_many_digits_an_integer_carries():
    found = planned(
        Metric("revenue", "sum", "orders", Term(AMOUNT)),
        Metric("many", "count", "orders", Term(where=Comparison(">", ITEMS, Number(1)))),
    )
    assert {name: measure.scale for name, measure in found.measures.items()} == {"revenue": 2, "many": 0}
