"""What people watch because it moves is told from what is worth money."""

import pytest

from liftledger.definitions.vanity import vanity


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("clicks", "clicks"), ("email_click_rate", "clicks"), ("ctr", "clicks"), ("Link Clicked", "clicks"),
        ("pageviews", "page views"), ("Page Viewed", "page views"), ("pageView", "page views"),
        ("ad_impressions", "impressions"),
        ("session_duration", "time spent"), ("time_on_site", "time spent"), ("dau", "active users"),
        ("monthly_active_users", "active users"), ("email_opens", "opens"), ("Push Opened", "opens"),
        ("likes", "likes"),
    ],
)  # fmt: skip
def test_vanity(name, family):
    assert vanity([name])[1] == family


@pytest.mark.parametrize(
    "name",
    [
        "visit", "conversion", "spend", "opened_account", "accounts_opened", "likelihood", "clickhouse_cost",
        "retained",
        "tickets", "Order Completed", "time_to_value", "session_booked", "mauve_sold", "review", "report_created",
    ],
)  # fmt: skip
def test_value(name):
    assert vanity([name]) is None


def test_the_first_vanity_is_named():
    assert vanity(["engaged", "Page Viewed", "clicks"])[0] == "Page Viewed"
