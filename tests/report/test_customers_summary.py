"""What the terminal says of customers fits 100 columns and leaves no number without its interval or reason."""

import msgspec

from liftledger.report.customers_summary import customer_tables
from tests.report.conftest import hostile_valued_report
from tests.report.customers import LONG, valued_report


def test_the_tables_say_what_customers_are_worth_and_why_some_are_not_valued():
    text = customer_tables(valued_report())
    assert text.startswith(
        """\
Acme, as of 2026-07-01 00:00 UTC, 95% intervals

Shoppers. 14 266 customers have bought so far. On average, one is expected to bring 13.92 USD in
  gross margin over the next 365 days.
"""
    )
    assert (
        """
  What customers are expected to bring, by group
    Group                          Customers  Still active     Purchases    A purchase         Value
    Everyone                          14 266         41.3%         0.831         44.12         13.92
                                              40.1%..42.5%  0.808..0.854  43.33..44.91  13.44..14.39
"""
        in text
    )
    assert (
        "    Channel = blank                        3          none          none          none          none\n" in text
    )
    assert "      none: 3 customers bought again; a fit needs 100\n" in text


def test_beneath_what_one_is_worth_it_says_how_that_is_spread():
    text = " ".join(customer_tables(valued_report()).split())
    assert (
        "Half of the customers are expected to bring at most 1.84 USD each, 90% at most 13.03, and 99% at most 101.25. "
        "These are modelled means, each for one customer's history; what customers will bring is spread wider."
    ) in text
    assert text.count("Half of the") == 1  # of three bases one


def test_a_formula_stays_as_it_is_written():
    base = valued_report().customers[1]
    formula = msgspec.structs.replace(base.simple[0], formula="m r / (1 + d - r)")
    base = msgspec.structs.replace(base, simple=(formula,))
    text = customer_tables(msgspec.structs.replace(valued_report(), customers=(base,)))
    assert "m is the margin of a month" in text
    assert "USD per account by m r / (1 + d - r). First margin after one month" in " ".join(text.split())


def test_no_line_is_longer_than_the_terminal_and_none_ends_in_spaces():
    for report in (valued_report(), hostile_valued_report()):
        lines = customer_tables(report).split("\n")
        assert max(map(len, lines)) <= 100
        assert all(line == line.rstrip() for line in lines)
    assert "\x1b" not in customer_tables(hostile_valued_report())


def test_long_names_stand_above_their_row_where_there_is_no_room():
    text = " ".join(customer_tables(valued_report()).split())
    assert f"Channel = {LONG}" in text


def test_retention_of_money_and_of_customers():
    text = customer_tables(valued_report())
    assert "Month from 2026-06-01           1 582       1 520  96.08% [95.12%, 97.04%]" in text
    assert "Everyone           2025-07-01     1 204  105.1% [101.8%, 108.5%]  90.0% [88.3%, 91.8%]" in text
    assert "Plan = enterprise  2025-07-01         0                     none                  none" in text


def test_models_have_a_line_each():
    text = " ".join(customer_tables(valued_report()).split())
    assert "Everyone (14 266), BG/NBD: r 0.243 (0.0125), alpha 4.41 (0.378), a 0.793 (0.186), b 2.43 (0.705)" in text
    assert "Everyone (14 266), Pareto/NBD: no parameters. The fit does not converge: b goes to its bound" in text


def test_measured_modelled_and_simple_are_named():
    text = " ".join(customer_tables(valued_report()).split())
    assert "Better. Measured so far, personalized of program against control: +1.8 USD per customer." in text
    assert "Modelled from then on, personalized of program against control: -0.4 USD per customer." in text
    assert "Everyone, simple: 141.37 USD per customer by order value x frequency a year x margin x 3 years." in text
    assert "Offers: model 100.0% 86.3% 76.6% 69.4% 55.2% 46.7% 41.0% 33.5%* 28.8%* 23.1%*" in text


def test_remarks_come_last():
    text = customer_tables(valued_report())
    assert "    29 accounts had two subscriptions at once; their MRR is added up.\n" in text


def test_without_a_base_it_says_where_one_is_declared():
    text = customer_tables(msgspec.structs.replace(valued_report(), customers=()))
    assert text.endswith("No customer base is declared: see 'customers:' in the definitions.\n")
