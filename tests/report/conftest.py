"""Reports made by hand, with Hillstrom's numbers, and variants of them for every case that a page must survive."""

import os
from pathlib import Path

import msgspec
import pytest

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.domain.evidence import Grade
from liftledger.domain.provenance import SCHEMA as PROVENANCE_SCHEMA
from liftledger.domain.provenance import Origin, Provenance, Query, Rejection, Source
from liftledger.domain.report import (
    SCHEMA,
    Contamination,
    Definitions,
    Estimate,
    ExposureUse,
    FactSummary,
    Maturity,
    MetricSummary,
    Report,
    SampleRatio,
    Span,
    StudySummary,
)
from liftledger.report.page import page
from tests.report import cases, company, customers
from tests.report.cases import cased_report
from tests.report.company import (  # noqa: F401  variants, found by name
    broken_company_report,
    company_report,
    losing_company_report,
    real_company_report,
    unproven_company_report,
    young_company_report,
)
from tests.report.customers import valued_report  # noqa: F401

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NONE, MENS, WOMENS = "No E-Mail", "Mens E-Mail", "Womens E-Mail"
UNITS = {NONE: 21306, MENS: 21307, WOMENS: 21387}
MATURE = Maturity("mature", None, {"control": 0, "treatment": 0})
ONE_UNIT = NoEstimate("arm 'Womens E-Mail' has 1 unit; a variance needs 2")
NO_CONTROL = NoEstimate("the study has no control arm, so there is nothing to compare with")

# Born of ../shared/data/hillstrom.csv.gz: Welch's difference and Fieller's lift, numpy and scipy.stats on raw rows.
# control value, treatment value, (effect, se, low, high), (lift, se, low, high), p-value, skewness
HILLSTROM = {
    ("visit", MENS): (
        0.106167276823, 0.182756840475, (0.0765895636515, 0.00338588781173, 0.0699531476098, 0.0832259796933),
        (0.721404616781, 0.0423427859014, 0.640924782944, 0.807118994992), 1.36445119627e-112, 0.00113558939319,
    ),
    ("visit", WOMENS): (
        0.106167276823, 0.15140038341, (0.0452331065871, 0.00323446209909, 0.0388934937621, 0.051572719412),
        (0.426055070267, 0.0365598234252, 0.356478043618, 0.499968518276), 2.43244770231e-44, 0.000921289959385,
    ),
    ("conversion", MENS): (
        0.00572608654839, 0.012531093068, (0.00680500651962, 0.000920872785735, 0.00500007074773, 0.0086099422915),
        (1.18842187629, 0.238213794544, 0.779521414914, 1.73879329857), 1.50181578515e-13, 0.0181520822498,
    ),
    ("conversion", WOMENS): (
        0.00572608654839, 0.00883714405948, (0.00311105751109, 0.000822677077555, 0.00149859236615, 0.00472352265602),
        (0.543313043698, 0.178615812593, 0.234012050977, 0.952381253356), 0.000156028395086, 0.0115176429034,
    ),
    ("spend", MENS): (
        0.652789355111, 1.42261651101, (0.769827155895, 0.145246560249, 0.485139732568, 1.05451457922),
        (1.17928877036, 0.323976897418, 0.643675384363, 1.97748079177), 1.16381496823e-07, 0.042845266242,
    ),
    ("spend", WOMENS): (
        0.652789355111, 1.07720157105, (0.424412215937, 0.130332858529, 0.168956789884, 0.679867641989),
        (0.650151863865, 0.255629323047, 0.224161724005, 1.27496469381), 0.00112939710236, 0.0264582642198,
    ),
}  # fmt: skip
# The same, of spend by the channel that the customer bought through before.
BY_CHANNEL = {
    ("Web", MENS): (
        0.671385895658, 1.5218345627, (0.85044866704, 0.23125845884, 0.397156027422, 1.30374130666),
        (1.26670618573, 0.507757707437, 0.484735519944, 2.721415428), 0.000236321770999, 0.0669900186771,
    ),
    ("Web", WOMENS): (
        0.671385895658, 1.08770258713, (0.416316691471, 0.199878936051, 0.0245343671619, 0.80809901578),
        (0.620085548659, 0.378516601987, 0.0298683131801, 1.69112179406), 0.037279752499, 0.0402116227136,
    ),
    ("Phone", MENS): (
        0.644452664308, 1.20852705628, (0.564074391969, 0.205571989324, 0.161131869523, 0.967016914415),
        (0.875276685488, 0.436401547181, 0.203280350526, 2.13463660407), 0.00607731323259, 0.0535261194858,
    ),
    ("Phone", WOMENS): (
        0.644452664308, 0.876926168817, (0.23247350451, 0.17942853577, -0.119222791086, 0.584169800105),
        (0.360730147278, 0.327917380217, -0.1495211748, 1.29717514823), 0.195118044699, -0.0109254509882,
    ),
}  # fmt: skip
CHANNEL_UNITS = {("Web", NONE): 9373, ("Web", MENS): 9490, ("Web", WOMENS): 9354} | {
    ("Phone", NONE): 9327, ("Phone", MENS): 9240, ("Phone", WOMENS): 9454
}  # fmt: skip
SUMS = {
    "visit": {NONE: {"visit": "2262"}, MENS: {"visit": "3894"}, WOMENS: {"visit": "3238"}},
    "conversion": {NONE: {"conversion": "122"}, MENS: {"conversion": "267"}, WOMENS: {"conversion": "189"}},
    "spend": {
        NONE: {"spend": "1390833", "spend * spend": "28700503621"},
        MENS: {"spend": "3031169", "spend * spend": "67590244973"},
        WOMENS: {"spend": "2303811", "spend * spend": "49114465763"},
    },
}

VISIT = MetricSummary(
    "visit", "conversion", "customers", "Share of customers with a visit in the two weeks after the e-mail.",
    "Came to the site.", "share", "higher", "diagnostic", False,
)  # fmt: skip
CONVERSION = MetricSummary(
    "conversion", "conversion", "customers", "Share of customers with an order in the two weeks after the e-mail.",
    "", "share", "higher", "outcome", False,
)  # fmt: skip
SPEND = MetricSummary(
    "spend", "sum", "customers", "Sum of spend per customer in the two weeks after the e-mail.",
    "What the customer paid, in US dollars.", "USD", "higher", "north_star", True,
)  # fmt: skip
REFUND_RATE = MetricSummary(
    "refund_rate", "conversion", "customers", "Share of customers with a refund.", "", "share", "lower", "guardrail",
    False,
)  # fmt: skip

FORMULA = (
    "Difference of the means with Welch's interval (NIST/SEMATECH e-Handbook 1.3.5.3); "
    "lift with Fieller's interval (Fieller 1954, J. R. Stat. Soc. B 16)."
)
SQL = """SELECT arm, count(*) AS n, sum(spend) AS spend, sum(CAST(spend AS DECIMAL(38, 0)) * spend) AS spend_spend
FROM per_unit
WHERE arm IS NOT NULL AND 1 < 2
GROUP BY arm
ORDER BY arm"""


def slug(text):
    return "-".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def made(metric, arm, numbers, *, units, segment=None, **changes):
    """An estimate of study `email` from a row of the tables above."""
    control, treatment, effect, lift, p_value, skewness = numbers
    where = "." + ",".join(f"{name}={slug(value)}" for name, value in segment.items()) if segment else ""
    method = changes.get("method", "welch")
    return msgspec.structs.replace(
        Estimate(
            id=f"email.{metric}.{slug(arm)}{where}.{method}", study="email", metric=metric, arm=arm, control=NONE,
            segment=segment, unit="customer", method="welch", headline=True, control_value=control,
            treatment_value=treatment,
            effect=Interval(*effect), lift=Interval(*lift), p_value=p_value, units=units, grade=Grade.RANDOMISED,
            maturity=MATURE, skewness=skewness, priceable=metric == "spend", notes=(),
        ),
        **changes,
    )  # fmt: skip


def small_report() -> Report:
    """Hillstrom's e-mail study: three arms, three metrics, spend by channel."""
    whole = [
        made(metric, arm, numbers, units={"control": UNITS[NONE], "treatment": UNITS[arm]})
        for (metric, arm), numbers in HILLSTROM.items()
    ]
    parts = [
        made(
            "spend", arm, numbers, segment={"channel": channel},
            units={"control": CHANNEL_UNITS[channel, NONE], "treatment": CHANNEL_UNITS[channel, arm]},
        )
        for (channel, arm), numbers in BY_CHANNEL.items()
    ]  # fmt: skip
    return Report(
        schema=SCHEMA, method_version="1", company="Hillstrom", currency="USD", as_of="2008-04-04T00:00:00Z",
        confidence=0.95, convention="liftledger",
        data=(
            FactSummary(
                "customers", 64000, 0, 0, None,
                {"visit": "9394", "conversion": "578", "spend": "6725813"}, {},
            ),
        ),
        definitions=Definitions("3f6c" * 16, (VISIT, CONVERSION, SPEND)),
        studies=(email_study(),),
        estimates=(*whole, *parts),
    )  # fmt: skip


def email_study() -> StudySummary:
    return StudySummary(
        name="email", kind="experiment", unit="customer",
        description="Kevin Hillstrom's e-mail test of 2008: a mail with mens' goods, one with womens', or none.",
        arms=(NONE, MENS, WOMENS), control=NONE, randomised=UNITS, units=UNITS,
        shares={NONE: 0.33290625, MENS: 0.332921875, WOMENS: 0.334171875}, planned=dict.fromkeys(UNITS, 1 / 3),
        srm=SampleRatio(0.20253125, 0.903692957566, 2), grade=Grade.RANDOMISED,
        reasons=("Arms were planned in shares of a third each.", "Found shares fit the plan (p = 0.90)."), span=None,
        contaminated=(), contaminated_parents={}, unrelated={}, exposure=None,
    )  # fmt: skip


def small_provenance(report: Report | None = None) -> Provenance:
    """What the estimates of `report` rest on."""
    report = report or small_report()
    return Provenance(
        schema=PROVENANCE_SCHEMA, liftledger="0.1.0", versions={"duckdb": "2.0.0", "python": "3.11.2"},
        engine="duckdb 2.0.0", created_at="2024-05-02T08:30:12Z", threads=2, report_sha256="ab12" * 16,
        sources=(Source("customers", "data/hillstrom.csv.gz", 475000, "9e7a" * 16, "comma, double quote; sniffed"),),
        queries=(Query("email.customers", SQL, 64000, 3, 0.043),),
        rejected=(), rejected_listed=0,
        origins=tuple(
            Origin(
                e.id, "email.customers", FORMULA,
                {
                    "control": SUMS.get(e.metric, {}).get(NONE, {"n": "1"}),
                    "treatment": SUMS.get(e.metric, {}).get(e.arm, {"n": "1"}),
                },
            )
            for e in report.estimates
        ),
    )  # fmt: skip


def pair_report() -> Report:
    """Two studies in one report, their estimates in turns."""
    one, other = small_report(), armless_report()
    return msgspec.structs.replace(
        one,
        studies=(*one.studies, *other.studies),
        data=(*one.data, *other.data),
        definitions=Definitions("5e5e" * 16, (*one.definitions.metrics, *other.definitions.metrics)),
        estimates=(one.estimates[0], *other.estimates, *one.estimates[1:]),
    )


def changed_study(report: Report, **changes) -> Report:
    study, *others = report.studies
    return msgspec.structs.replace(report, studies=(msgspec.structs.replace(study, **changes), *others))


def changed_estimate(report: Report, wanted, **changes) -> Report:
    """The report with one estimate changed; the id must exist."""
    assert wanted in {e.id for e in report.estimates}
    return msgspec.structs.replace(
        report,
        estimates=tuple(msgspec.structs.replace(e, **changes) if e.id == wanted else e for e in report.estimates),
    )


def broken_report() -> Report:
    """Half of one arm was lost, so everything is graded broken."""
    report = changed_study(
        small_report(), grade=Grade.BROKEN, randomised=UNITS | {WOMENS: 10693}, units=UNITS | {WOMENS: 10693},
        shares={NONE: 0.3997, MENS: 0.3997, WOMENS: 0.2006}, srm=SampleRatio(4226.6, 0.0, 2),
        reasons=("Sample ratio mismatch: the arms do not hold the planned shares (p < 1e-300).",),
    )  # fmt: skip
    return msgspec.structs.replace(
        report,
        estimates=tuple(msgspec.structs.replace(e, grade=Grade.BROKEN, priceable=False) for e in report.estimates),
    )


def armless_report() -> Report:
    """A population that was only watched."""
    study = StudySummary(
        name="customers", kind="observational", unit="account", description="", arms=("everyone",), control=None,
        randomised={"everyone": 500}, units={"everyone": 500}, shares={"everyone": 1.0}, planned={},
        srm=NoEstimate("nothing was randomised"), grade=Grade.TRACED,
        reasons=("The study has no arms: it says what happened, and nothing about why.",),
        span=Span("2023-01-09T00:00:00Z", "2024-12-31T00:00:00Z"), contaminated=(), contaminated_parents={},
        unrelated={"tickets": 8}, exposure=None,
    )  # fmt: skip
    metrics = (
        MetricSummary(
            "churn", "conversion", "churn_events", "Share of accounts with a churn event.", "", "share", "lower",
            "outcome", False,
        ),
        MetricSummary("mrr", "sum", "plans", "Sum of MRR per account.", "", "USD", "higher", "north_star", True),
    )  # fmt: skip
    estimates = tuple(
        Estimate(
            f"customers.{metric}.everyone.mean", "customers", metric, "everyone", None, None, "account", "mean", True,
            None, value,
            NO_CONTROL, NO_CONTROL, None, {"treatment": 500}, Grade.TRACED, MATURE, None, False, (),
        )
        for metric, value in (("churn", 0.704), ("mrr", 22681.434))
    )  # fmt: skip
    data = FactSummary(
        "churn_events", 600, 2, 3, Span("2023-01-25T00:00:00Z", "2024-12-31T00:00:00Z"), {"id": "180300"},
        {"reason": 148},
    )  # fmt: skip
    return msgspec.structs.replace(
        small_report(), company="RavenStack", as_of="2025-01-01T00:00:00Z", studies=(study,), estimates=estimates,
        data=(data,), definitions=Definitions("77aa" * 16, metrics),
    )  # fmt: skip


def troubled_report() -> Report:
    """Everything that a study can have against it without being broken, and every verdict at once."""
    report = changed_study(
        small_report(),
        contaminated=(Contamination(NONE, "2024-03-02", 12), Contamination(MENS, "2024-03-05", 1)),
        contaminated_parents={"household": 3}, unrelated={"customers": 41},
        span=Span("2024-03-01T00:00:00Z", "2024-03-09T12:30:15Z"),
        exposure=ExposureUse(False, {NONE: 0, MENS: 20011, WOMENS: 19777}, "The control arm logs no exposures."),
    )  # fmt: skip
    refunds = (
        0.0121, 0.0145, (0.0024, 0.0011, 0.00024, 0.00456), (0.198347107438, 0.0995, 0.0185, 0.4127), 0.0291, 0.011
    )  # fmt: skip
    unclear = (
        0.0121,
        0.0118,
        (-0.0003, 0.00105, -0.00236, 0.00176),
        (-0.0247933884298, 0.0858, -0.1804, 0.1611),
        0.775,
        0.01,
    )
    units = {"control": UNITS[NONE], "treatment": UNITS[MENS]}
    extra = (
        made("refund_rate", MENS, refunds, units=units),
        made("refund_rate", WOMENS, unclear, units=units),
        made("spend", MENS, HILLSTROM["spend", MENS], units=units, method="cuped", headline=False),
    )
    report = msgspec.structs.replace(
        report,
        definitions=msgspec.structs.replace(report.definitions, metrics=(VISIT, CONVERSION, SPEND, REFUND_RATE)),
        estimates=(*report.estimates, *extra),
        data=(msgspec.structs.replace(report.data[0], duplicates=7, rejected=2, missing={"spend": 5}),),
    )
    report = changed_estimate(
        report, "email.conversion.womens-e-mail.welch",
        maturity=Maturity("maturing", 14.0, {"control": 120, "treatment": 118}), skewness=0.21,
        effect=Interval(0.00011105751109, 0.000822677077555, -0.00149859236615, 0.00172352265602),
        lift=NoEstimate("the control value is not clearly different from 0, so Fieller's interval is unbounded"),
        p_value=0.89, notes=("The interval is corrected for skewness (Hall 1992).",),
    )  # fmt: skip
    return changed_estimate(
        report, "email.visit.womens-e-mail.welch", effect=ONE_UNIT, lift=ONE_UNIT, p_value=None, treatment_value=1.0,
        skewness=None,
    )  # fmt: skip


HOSTILE = '</script><script>alert("1")</script><img src=x onerror=alert(1)> \'"& {{ 7*7 }} مرحبا \x1b[31m 🎉'


def hostile_report() -> Report:
    """Every text that a user can write tries to become markup, a script, a template or a terminal's command."""
    report = small_report()
    arms = (NONE, HOSTILE, WOMENS)

    def renamed(values):
        return {HOSTILE if arm == MENS else arm: value for arm, value in values.items()}

    report = msgspec.structs.replace(
        changed_study(
            report, arms=arms, description=HOSTILE, randomised=renamed(UNITS), units=renamed(UNITS), reasons=(HOSTILE,),
            shares=renamed(report.studies[0].shares), planned=renamed(report.studies[0].planned),
        ),
        company=HOSTILE,
        definitions=Definitions(
            "3f6c" * 16, tuple(msgspec.structs.replace(m, description=HOSTILE) for m in (VISIT, CONVERSION, SPEND))
        ),
    )  # fmt: skip
    return msgspec.structs.replace(
        report,
        estimates=tuple(
            msgspec.structs.replace(
                e,
                arm=HOSTILE if e.arm == MENS else e.arm,
                segment={"channel": HOSTILE} if e.segment else None,
                notes=(HOSTILE,),
            )
            for e in report.estimates
        ),
    )


def hostile_provenance() -> Provenance:
    return msgspec.structs.replace(
        small_provenance(),
        queries=(Query("email.customers", f"SELECT '{HOSTILE}'", 64000, 3, 0.043),),
        rejected=(Rejection("customers", "data/x.csv", 40000, "spend", HOSTILE, "not a number"),),
        rejected_listed=1,
    )


def large_report() -> Report:
    """Three arms, eight metrics, twelve segments."""
    report = small_report()
    metrics = tuple(
        msgspec.structs.replace(SPEND, metric=f"spend_{n}", role=role, priced=False)
        for n, role in enumerate(
            ["outcome", "north_star", "outcome", "outcome", "diagnostic", "diagnostic", "guardrail", "guardrail"], 1
        )
    )
    segments = [None, *({"channel": f"Channel {n}"} for n in range(6)), *({"zip_code": f"Zone {n}"} for n in range(6))]
    estimates = tuple(
        made(
            metric.metric, arm, HILLSTROM["spend", arm], units={"control": 21306, "treatment": UNITS[arm]},
            segment=segment, unit="customer", method=method, headline=method == "welch",
        )
        for metric in metrics for segment in segments for arm in (MENS, WOMENS) for method in ("welch", "cuped")
    )  # fmt: skip
    return msgspec.structs.replace(
        report, definitions=msgspec.structs.replace(report.definitions, metrics=metrics), estimates=estimates
    )


def hostile_company_report() -> Report:
    return company.hostile_company_report(HOSTILE)


def piloted_report() -> Report:
    """A case with a pilot that was killed on its way."""
    return msgspec.structs.replace(cased_report(), pilot=cases.standing())


def hostile_piloted_report() -> Report:
    return msgspec.structs.replace(small_report(), pilot=cases.standing(HOSTILE))


def hostile_cased_report() -> Report:
    return cases.hostile_cased_report(HOSTILE)


def hostile_valued_report() -> Report:
    return customers.hostile_valued_report(HOSTILE)


@pytest.fixture
def report() -> Report:
    return small_report()


@pytest.fixture
def provenance() -> Provenance:
    return small_provenance()


@pytest.fixture(scope="package")
def chromium():
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"{CHROMIUM} is missing; install Debian's chromium or name another in CHROMIUM")
        pytest.skip(f"{CHROMIUM} is missing")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def folder(tmp_path_factory):
    """Where the variants lie as files, the way a user opens them."""
    return tmp_path_factory.mktemp("pages")


@pytest.fixture
def opened(chromium, folder):
    """Opens a variant; in the end nothing may have been complained of, asked of the network or popped up."""
    from playwright.sync_api import expect

    complaints, contexts = [], []

    def open_page(name, *, width=1280, scheme="light", scripts=True):
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=scripts
        )
        contexts.append(context)
        tab = context.new_page()
        tab.on("console", lambda message: complaints.append(message.text))
        tab.on("pageerror", lambda error: complaints.append(str(error)))
        tab.on("dialog", lambda dialog: (complaints.append(dialog.message), dialog.dismiss()))
        tab.on(
            "request", lambda asked: None if asked.url.startswith(("file:", "data:")) else complaints.append(asked.url)
        )
        tab.goto(_file(folder, name).as_uri())
        for chart in tab.locator(".chart").all() if scripts else ():
            expect(chart).to_have_attribute("data-drawn", "")
        return tab

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


def _file(folder: Path, name: str) -> Path:
    path = folder / f"{name}.html"
    if not path.exists():
        report = globals()[f"{name}_report"]()
        provenance = hostile_provenance() if name == "hostile" else small_provenance(report)
        path.write_text(page(report, provenance), encoding="utf-8")
    return path
