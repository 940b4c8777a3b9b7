"""Every key of liftledger.yaml: the one table from which the reader checks and the JSON Schema is made."""

from typing import get_args

from liftledger.definitions import values as v
from liftledger.definitions.customer_keys import BASE
from liftledger.definitions.pilot_keys import PILOT
from liftledger.definitions.shapes import Either, Items, Key, Names, Section
from liftledger.definitions.value_keys import VALUE
from liftledger.domain.expression import TypeName
from liftledger.domain.metric import Kind, Role
from liftledger.domain.project import Convention
from liftledger.domain.question import Topic

TIMED = ("time",)
NUMBERS = ("integer", "count", "decimal", "money")
RANDOMISED = ("holdout", "experiment")
TIME_TO = ("time_to",)
RETENTION = ("retention",)
WINDOWED = tuple(kind for kind in get_args(Kind) if kind not in (*TIME_TO, *RETENTION))
COMPARED = tuple(kind for kind in get_args(Kind) if kind not in TIME_TO)  # with what was before
WIDE = tuple(kind for kind in WINDOWED if kind != "repeat")  # kinds that one row a unit can answer
ADDED = ("conversion", "count", "sum", "rate")  # kinds whose rows can be told apart by their values

NAMES = Items(v.any_name, "a list of names")

DIALECT = Section(
    "csv",
    (
        Key("delimiter", v.character, "What separates the columns; sniffed where left out."),
        Key("quote", v.character, "What encloses text; sniffed where left out."),
        Key("encoding", v.choice("utf-8", "utf-16", "latin-1"), "Character encoding; sniffed where left out."),
    ),
)

TIME = Section(
    "a time",
    (
        Key("column", v.text, "Column of the source.", required=True),
        Key("format", v.time_format, "How times are written; iso where left out."),
        Key("timezone", v.zone, "Zone of times that name none; UTC where left out."),
    ),
    short="column",
)

COLUMN = Section(
    "a column",
    (
        Key(
            "type",
            v.choice(*get_args(TypeName), "count"),
            "What the column holds; a count is an integer of 0 or more.",
            required=True,
        ),
        Key("column", v.text, "Name in the source, where it differs from the name in expressions."),
        Key("optional", v.boolean, "Whether it may be blank; a blank in any other column is a mistake."),
        Key("currency", v.currency, "Currency, where it is not the project's.", only=("money",)),
        Key("scale", v.scale, "Digits after the point that are kept.", required=True, only=("decimal",)),
        Key("decimal", v.choice(".", ","), "Decimal mark in text; a point where left out.", only=("decimal", "money")),
        Key("thousands", v.character, "Grouping mark in text, such as a comma.", only=NUMBERS),
        Key("format", v.time_format, "How times are written; iso where left out.", only=TIMED),
        Key("timezone", v.zone, "Zone of times that name none; UTC where left out.", only=TIMED),
    ),
    tag="type",
    short="type",
)

CONDITIONS = Either(
    "an expression over the fact's columns, or a list of them",
    value=v.expression,
    items=Items(v.expression, "a list of expressions"),
)

MERGE = Section(
    "a merge",
    (
        Key("same", NAMES, "Columns that hold what they held in the earlier row.", required=True),
        Key("differs", NAMES, "Columns that all hold something else."),
        Key("within", v.positive_duration, "At most so long after the earlier row; however long where left out."),
    ),
)

IMPOSSIBLE = Section(
    "an impossible order",
    (
        Key("row", v.expression, "Rows that this is about.", required=True),
        Key("after", v.expression, "Rows of the same unit that they cannot come after.", required=True),
    ),
)

FACT = Section(
    "a fact",
    (
        Key("files", v.text, "Files beside the definitions; a glob such as data/orders-*.csv.gz."),
        Key("table", v.text, "A table or view: of the engine, or of the file under `database`."),
        Key("database", v.text, "The DuckDB or SQLite file that holds the table."),
        Key(
            "format", v.choice("csv", "json", "parquet", "duckdb", "sqlite"), "Where the file's name does not tell it."
        ),
        Key("csv", DIALECT, "How CSV files are written; sniffed and shown where left out."),
        Key("unit", v.text, "Column that names the unit. A wide fact without one has one row a unit."),
        Key("keyed_by", v.name, "Kind of unit, where the project has several."),
        Key("time", TIME, "Column that dates the rows. Without one the fact is wide: one row a unit."),
        Key("arrival", TIME, "Column that says when a row arrived; a refresh then finds new rows by it."),
        Key("id", v.text, "Column by which repeated rows are removed and counted."),
        Key("through", v.day_end, "The data are complete to the end of this UTC day."),
        Key(
            "on_bad_row", v.choice("error", "reject"), "Stop at rows that do not fit, or leave them out and list them."
        ),
        Key("columns", Names(COLUMN, "a mapping of names to types", v.name, "a column"), "Columns and their types."),
        Key("must", CONDITIONS, "What every row meets; others do not fit."),
        Key(
            "impossible",
            Items(IMPOSSIBLE, "a list of mappings, each with row and after"),
            "Orders of a unit's rows that cannot be; the later row does not fit.",
        ),
        Key(
            "merge",
            Items(MERGE, "a list of mappings, each with same, differs and within"),
            "Rows that continue an earlier row of the same unit, and do not count again.",
        ),
    ),
)

LOCATED = Section(
    "a relation",
    (
        Key("fact", v.any_name, "A wide fact.", required=True),
        Key("column", v.any_name, "A column of it.", required=True),
    ),
)

BANDS = Names(v.bound, "a mapping of bands to their lower bounds", v.any_name, "a band")
DIMENSION = Section(
    "a dimension",
    (
        Key("fact", v.any_name, "A wide fact, or a dated one with `at: start`.", required=True),
        Key("column", v.any_name, "A column of it.", required=True),
        Key(
            "at",
            v.choice(
                "start",
                cure="write `start`: what came after it the treatment may have changed, and then groups of equal "
                "values are no longer comparable between the arms",
            ),
            "Of a dated fact: the value in the unit's last row at or before its start.",
        ),
        Key("bands", BANDS, "Names for ranges of numbers, each from its lower bound on."),
    ),
)

TERM = Section(
    "a term",
    (
        Key("value", v.expression, "Number summed over the rows; `rows` counts them.", required=True),
        Key("where", v.expression, "Condition that rows must pass."),
    ),
    short="value",
)

COVARIATE = Section(
    "a covariate",
    (
        Key("numerator", TERM, "Column of the unit before the study, or the numerator of a ratio.", required=True),
        Key("denominator", TERM, "Denominator, for a ratio."),
    ),
    short="numerator",
)

CAP = Section(
    "a cap",
    (
        Key("low", v.limit, "Totals below it count as it; a total of 0 stays 0."),
        Key("high", v.limit, "Totals above it count as it."),
    ),
    short="high",
)

ONSET = Section(
    "an onset",
    (
        Key("fact", v.any_name, "A dated fact, or a wide one with `column`.", required=True),
        Key("where", v.expression, "Of a dated fact: the first row that passes starts the clock."),
        Key("column", v.any_name, "Of a wide fact: the column of type time that starts the clock."),
    ),
)

METRIC = Section(
    "a metric",
    (
        Key("kind", v.choice(*get_args(Kind)), "What is made of a unit's rows.", required=True),
        Key("fact", v.any_name, "The fact; may be left out if there is only one."),
        Key("where", v.expression, "Condition that rows must pass."),
        Key("value", v.expression, "Number in each row.", required=True, only=("sum", "mean")),
        Key("numerator", TERM, "What is summed above the line.", required=True, only=("ratio",)),
        Key("denominator", TERM, "What is summed below the line.", required=True, only=("ratio",)),
        Key("per", v.positive_duration, "The time that the rate is given for; 1d where left out.", only=("rate",)),
        Key("window", v.positive_duration, "Length after the unit's start; until as_of where left out.", only=WINDOWED),
        Key("delay", v.duration, "Time between the unit's start and the window.", only=WINDOWED),
        Key(
            "after",
            v.positive_duration,
            "Time between the unit's clock and the window in which it must be active again.",
            required=True,
            only=RETENTION,
        ),
        Key("within", v.positive_duration, "Length of that window; 7d where left out.", only=RETENTION),
        Key(
            "lookback",
            v.positive_duration,
            "Length before the start: the same metric there sharpens the estimate.",
            only=COMPARED,
        ),
        Key(
            "covariate",
            COVARIATE,
            "Of a wide fact: what was known before the study; sharpens the estimate.",
            only=WIDE,
        ),
        Key("cap", CAP, "Limits on a unit's total, against outliers.", only=("count", "sum")),
        Key(
            "horizon",
            v.positive_duration,
            "Longest time that counts; units without the event by then count as it.",
            required=True,
            only=TIME_TO,
        ),
        Key(
            "marks",
            Items(v.positive_duration, "a list of durations"),
            "Times by which the share of units with the event is given; the horizon is always one.",
            only=TIME_TO,
        ),
        Key("grid", v.positive_duration, "Step in which times are counted; 1h where left out.", only=TIME_TO),
        Key(
            "from",
            ONSET,
            "What starts the clock, where that is not the unit's start in the study.",
            only=(*TIME_TO, *RETENTION),
        ),
        Key("recurring", v.boolean, "Whether the event can happen again to a unit that has had it.", only=TIME_TO),
        Key("textbook", v.boolean, "Also the mean over units with the event: biased, and never priced.", only=TIME_TO),
        Key("by", v.any_name, "A text column: also measured for the rows of each of its values.", only=ADDED),
        Key("better", v.choice("higher", "lower"), "Which way is good; higher where left out."),
        Key("role", v.choice(*get_args(Role)), "Place in the tree; outcome where left out."),
        Key("priced", v.boolean, "Whether its effect is turned into money."),
        Key("dimensions", NAMES, "Dimensions by which it is also shown."),
        Key("description", v.description, "For the reader of the report."),
    ),
    tag="kind",
)

ASSIGNMENT = Section(
    "an assignment",
    (
        Key("fact", v.any_name, "Rows that say which unit is in which arm; may be left out if there is one fact."),
        Key("arm", v.any_name, "Column that names the arm."),
        Key("column", v.any_name, "The same as `arm`."),
        Key("time", v.any_name, "Column that dates the assignment, where it is not the fact's time."),
        Key("where", v.expression, "Condition that rows must pass."),
    ),
    short="column",
)

POPULATION = Section(
    "a population",
    (
        Key("fact", v.any_name, "Rows that name the units; may be left out if there is one fact."),
        Key("time", v.any_name, "Column from which a unit counts, where it is not the fact's time."),
        Key("where", v.expression, "Condition that rows must pass."),
    ),
    short="fact",
)

EXPOSURE = Section(
    "an exposure",
    (
        Key("fact", v.any_name, "Rows that say that a unit saw it.", required=True),
        Key("where", v.expression, "Condition that rows must pass."),
    ),
    short="fact",
)

WEIGHTS = Names(v.share, "a mapping of arms to shares", v.any_name, "an arm")
PERIOD = Section(
    "a period",
    (
        Key("from", v.instant, "First instant of these shares; the first period may leave it out."),
        Key("shares", WEIGHTS, "Share of each arm.", required=True),
    ),
)
SHARES = Either(
    "`equal`, a share for each arm, or a list of periods",
    value=v.choice("equal"),
    mapping=WEIGHTS,
    items=Items(PERIOD, "a list of periods, each with from and shares"),
)

STUDY = Section(
    "a study",
    (
        Key("kind", v.choice("holdout", "experiment", "observational"), "How units came to arms.", required=True),
        Key("unit", v.name, "Kind of unit, where the project has several."),
        Key("assignment", ASSIGNMENT, "Which unit is in which arm, since when."),
        Key("population", POPULATION, "The units of a study without arms.", only=("observational",)),
        Key("control", v.any_name, "The arm to compare with, as spelled in the data."),
        Key("arms", NAMES, "All arms, as spelled in the data."),
        Key("share", v.share, "The control's planned share; the other arms split the rest.", only=RANDOMISED),
        Key("shares", SHARES, "Planned shares; equal where an experiment leaves them out.", only=RANDOMISED),
        Key("exposure", EXPOSURE, "Rows that say that a unit really saw it."),
        Key("start", v.instant, "Assignments before it do not count."),
        Key("end", v.instant, "Assignments from it on do not count."),
        Key("metrics", NAMES, "Metrics of the study; all where left out."),
        Key("description", v.description, "For the reader of the report."),
    ),
    tag="kind",
)

QUESTION = Section(
    "a question",
    (
        Key("study", v.any_name, "The study that answers it.", required=True),
        Key("metric", v.any_name, "The metric of that study that answers it.", required=True),
        Key("arm", v.any_name, "The arm that is compared with the control; may be left out if there is only one."),
        Key("maturity", v.any_name, "Dimension: maturity of the self-model at the unit's start."),
        Key("funnel", NAMES, "Conversions of that study, from wide to narrow."),
    ),
)

PROJECT = Section(
    "liftledger.yaml",
    (
        Key("company", v.text, "Whose report it is.", required=True),
        Key("currency", v.currency, "Currency of the report, and of money that names none.", required=True),
        Key(
            "engine",
            v.engine,
            "Where the sums are made: duckdb, local[*], spark://HOST:PORT or postgresql://USER@HOST/DB.",
        ),
        Key(
            "as_of",
            v.instant,
            "Rows from this instant on do not count; left out, the end of the last day that all measured facts cover.",
        ),
        Key("confidence", v.confidence, "Of the intervals; 0.95 where left out."),
        Key("convention", v.choice(*get_args(Convention)), "Whose statistics; liftledger where left out."),
        Key("facts", Names(FACT, "a mapping of names to facts", v.name, "a fact"), "The tables.", required=True),
        Key(
            "units",
            Names(
                Names(LOCATED, "a mapping of kinds of unit to where they are found", v.name, "a kind of unit"),
                "a mapping of kinds of unit",
                v.name,
                "a kind of unit",
            ),
            "Kinds of unit; under each, the kinds that it belongs to and where that is written.",
        ),
        Key(
            "dimensions",
            Names(DIMENSION, "a mapping of names to a fact and its column", v.name, "a dimension"),
            "Attributes of a unit, known before the study.",
        ),
        Key("metrics", Names(METRIC, "a mapping of names to metrics", v.name, "a metric"), "What is measured."),
        Key("studies", Names(STUDY, "a mapping of names to studies", v.name, "a study"), "Who was compared with whom."),
        Key(
            "questions",
            Names(QUESTION, "a mapping of questions to studies and metrics", v.choice(*get_args(Topic)), "a question"),
            "Which metric answers which of the three questions.",
        ),
        Key("value", VALUE, "What effects are worth, and what the personalization costs."),
        Key(
            "customers",
            Names(BASE, "a mapping of names to customer bases", v.name, "a customer base"),
            "Whose purchases, or whose subscriptions, are followed and valued.",
        ),
        Key("pilot", PILOT, "What is registered of a pilot before it begins: money, times, and what ends it."),
        Key("truth", v.inside, "Of a simulated company: the file that holds its true effects."),
    ),
)
