"""What may happen to a company between two mornings: to its records, to its definitions, and to what lies on disk."""

import os
import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.refresh.company import Company
from tests.refresh.questions import METRICS, STUDIES, Questions, day
from tests.refresh.records import ARMS, COUNTRIES, IDS, START, File, Row, same

Change = Callable[[Company, random.Random], None]


def _some(chance: random.Random, rows: list[Row]) -> list[int]:
    """A few places of a list."""
    return sorted(chance.sample(range(len(rows)), min(len(rows), chance.choice([1, 1, 3]))))


def _file(company: Company, chance: random.Random, *facts: str) -> File:
    return company.records.files[chance.choice([place for fact in facts for place in company.records.of(fact)])]


# --- records


def a_day_is_appended(company: Company, chance: random.Random) -> None:
    records = company.records
    for fact in ("events", *chance.sample(("seen", "shown", "bills"), 2)):
        records.put(fact, [records.row(chance, fact, records.last) for _ in range(chance.choice([1, 4]))])
    records.last += 1


def rows_come_late_in_a_new_file(company: Company, chance: random.Random) -> None:
    records, fact = company.records, chance.choice(company.dated)
    records.put(fact, [records.row(chance, fact, chance.randrange(records.last)) for _ in range(chance.choice([1, 4]))])


def rows_come_late_in_an_old_file(company: Company, chance: random.Random) -> None:
    file = _file(company, chance, *company.dated)
    late = company.records.row(chance, file.fact, chance.randrange(company.records.last))
    file.rows.insert(chance.randrange(len(file.rows) + 1), late)


def rows_are_corrected(company: Company, chance: random.Random) -> None:
    file = _file(company, chance, *company.dated, "events")
    for place in _some(chance, file.rows):
        file.rows[place] = company.records.corrected(chance, file.fact, file.rows[place])


def rows_are_deleted(company: Company, chance: random.Random) -> None:
    file = _file(company, chance, *company.dated)
    for place in reversed(_some(chance, file.rows)):
        del file.rows[place]


def a_file_is_deleted(company: Company, chance: random.Random) -> None:
    places = company.records.of(chance.choice(company.dated))
    if len(places) > 1:
        del company.records.files[chance.choice(places)]


def rows_are_delivered_again(company: Company, chance: random.Random) -> None:
    """In a file of their own; without an id they count again."""
    file = _file(company, chance, "events", "bills")
    company.records.put(file.fact, [dict(file.rows[place]) for place in _some(chance, file.rows)])


def an_id_names_two_rows(company: Company, chance: random.Random) -> None:
    """On one day or on two: a mistake, where the fact says that it has ids."""
    records, file = company.records, _file(company, chance, "events", "bills")
    row = dict(chance.choice(file.rows)) if file.rows else records.row(chance, file.fact, 0)
    row |= {"amount": row["amount"] + 1} if chance.random() < 0.5 else {"at": row["at"] + timedelta(days=1)}
    records.put(file.fact, [row])


def rows_move_to_another_file(company: Company, chance: random.Random) -> None:
    one, other = (_file(company, chance, "events") for _ in range(2))
    if one is not other and len(one.rows) > 1:
        other.rows.append(one.rows.pop())


def rows_move_to_another_day(company: Company, chance: random.Random) -> None:
    file = _file(company, chance, *company.dated)
    for place in _some(chance, file.rows):
        at = company.records.moment(chance, chance.randrange(company.records.last))
        file.rows[place] = file.rows[place] | {"at": at}


def units_are_assigned(company: Company, chance: random.Random) -> None:
    """They were known before, or not at all; in arms of the study, seldom in another."""
    records = company.records
    user = records.name("u")
    records.users.append(user)
    if chance.random() < 0.7:
        _users(company).append(records.user(chance, user))
    assigned = records.assignment(chance, user, chance.randrange(records.last))
    records.put("seen", [assigned | ({"arm": ARMS[2]} if chance.random() < 0.3 else {})])


def units_start(company: Company, chance: random.Random) -> None:
    """On the last day, or around it; new ones, some that are known, and some in several arms."""
    records, rows = company.records, []
    for _ in range(chance.choice([1, 3])):
        user = records.name("u") if chance.random() < 0.8 else chance.choice(records.users)
        rows.append(records.assignment(chance, user, records.last + chance.choice([-1, 0, 0, 3])))
        if chance.random() < 0.3:
            rows.append(records.assignment(chance, user, records.last + chance.choice([0, 1])))
    records.users += [row["user"] for row in rows if row["user"] not in records.users]
    records.put("seen", rows)


def units_are_seen_in_a_second_arm(company: Company, chance: random.Random) -> None:
    records = company.records
    if rows := records.rows("seen"):
        seen = chance.choice(rows)
        at = seen["at"] + timedelta(microseconds=chance.choice([-(10**10), 0, 10**9, 3 * 86_400 * 10**6]))
        other = chance.choice([arm for arm in ARMS[:2] if arm != seen["arm"]])
        records.put("seen", [seen | {"at": at, "arm": other}])


def units_are_exposed(company: Company, chance: random.Random) -> None:
    records = company.records
    records.put("shown", [records.exposure(chance, chance.randrange(records.last)) for _ in records.users[::2]])


def a_row_does_not_fit(company: Company, chance: random.Random) -> None:
    """By the rules of the fact, where it has some."""
    records = company.records
    wrong = {"kind": chance.choice(["a", "B"]), "items": -5}
    records.put("events", [records.event(chance, chance.randrange(records.last)) | wrong])


def _users(company: Company) -> list[Row]:
    return company.records.files[company.records.of("users")[0]].rows


def the_table_of_users_is_replaced(company: Company, chance: random.Random) -> None:
    records = company.records
    _users(company)[:] = [records.user(chance, user) for user in chance.sample(records.users, len(records.users) - 1)]


def attributes_change(company: Company, chance: random.Random) -> None:
    users = _users(company)
    for place in _some(chance, users):
        users[place] = company.records.corrected(chance, "users", users[place])


def countries_change(company: Company, chance: random.Random) -> None:
    users = _users(company)
    for place in _some(chance, users):
        users[place] = users[place] | {"country": chance.choice([*COUNTRIES, "IT"])}


def accounts_move(company: Company, chance: random.Random) -> None:
    users = _users(company)
    for place in _some(chance, users):
        users[place] = users[place] | {"account": chance.choice([*company.records.accounts, "new", None])}


def numbers_are_written_otherwise(company: Company, chance: random.Random) -> None:
    _file(company, chance, *company.dated, "users").style += 1


def a_column_changes_its_type(company: Company, chance: random.Random) -> None:
    """In all files of a fact, or, which is a mistake, in one."""
    fact = chance.choice([*company.dated, "users"])
    company.records.texts[fact] ^= True
    for place in company.records.of(fact)[chance.choice([0, 0, 0, 1]) :]:
        company.records.files[place].style += 1


def a_file_is_renamed(company: Company, chance: random.Random) -> None:
    records = company.records
    place = chance.choice([place for fact in company.dated for place in records.of(fact)])
    file = records.files.pop(place)
    records.files[records.put(file.fact, same(file.rows))].style = file.style


def a_file_is_replaced_unseen(company: Company, chance: random.Random) -> None:
    """Under the same name, size and time."""
    place = chance.choice(company.records.of("events"))
    rows = company.records.files[place].rows
    for number, row in enumerate(rows):
        amount = row["amount"]
        if 10 <= amount % 100 < 90:
            rows[number] = row | {"amount": amount + chance.choice([-1, 1, 7])}
    company.unseen.add(place)


# --- definitions


def a_metric_is_added(company: Company, chance: random.Random) -> None:
    metrics = company.questions.metrics
    if len(metrics) < 4 and (others := [name for name in METRICS if name not in metrics]):
        name = chance.choice(others)
        metrics[name] = METRICS[name](chance)


def a_metric_is_removed(company: Company, chance: random.Random) -> None:
    metrics = company.questions.metrics
    if len(metrics) > 1:
        del metrics[chance.choice(list(metrics))]


def a_metric_is_asked_otherwise(company: Company, chance: random.Random) -> None:
    """Another window, condition, cap, look back, category or dimension."""
    metrics = company.questions.metrics
    name = chance.choice([name for name in metrics if name in METRICS] or list(metrics))
    metrics[name] = METRICS.get(name, METRICS["spent"])(chance)


def one_key_of_a_metric_goes(company: Company, chance: random.Random) -> None:
    metrics = company.questions.metrics
    name = chance.choice(list(metrics))
    if keys := [key for key in ("where", "lookback", "cap", "by", "dimensions", "delay") if key in metrics[name]]:
        gone = chance.choice(keys)
        metrics[name] = {key: value for key, value in metrics[name].items() if key != gone}


def a_metric_is_renamed(company: Company, chance: random.Random) -> None:
    metrics = company.questions.metrics
    name = chance.choice(list(metrics))
    metrics[f"again_{company.records.name('m')}"] = metrics.pop(name)


def a_study_is_added(company: Company, chance: random.Random) -> None:
    name = chance.choice(list(STUDIES))
    company.questions.studies.setdefault(name, STUDIES[name](chance))
    if len(company.questions.studies) > 2:
        del company.questions.studies[next(iter(company.questions.studies))]


def a_study_changes(company: Company, chance: random.Random) -> None:
    """Its days, arms or shares, its exposure or its population."""
    studies = company.questions.studies
    name = chance.choice(list(studies))
    studies[name] = STUDIES[name](chance)


def a_study_is_dated_otherwise(company: Company, chance: random.Random) -> None:
    studies = company.questions.studies
    name = chance.choice(list(studies))
    dates = {"start": day(chance.randrange(6)), "end": day(company.records.last - chance.randrange(9))}
    kept = {key: value for key, value in studies[name].items() if key not in dates}
    studies[name] = kept | {key: dates[key] for key in dates if chance.random() < 0.5}


def the_rules_of_a_fact_change(company: Company, chance: random.Random) -> None:
    rules, fact = company.questions.rules, chance.choice(list(IDS))
    rules[fact] = Questions(chance).rules[fact]


def the_level_changes(company: Company, chance: random.Random) -> None:
    company.questions.settings["confidence"] = chance.choice([0.8, 0.9, 0.99])


def the_worth_changes(company: Company, chance: random.Random) -> None:
    build = {"build": {"category": "people", "once": chance.randrange(1, 90)}}
    worth = {"margin": chance.choice(["60%", "80%"]), "discount": "10%", "costs": build}
    company.questions.worth = chance.choice([None, worth, worth])


def the_date_is_declared(company: Company, chance: random.Random) -> None:
    """Forward, back, at midnight or within a day, or no more."""
    company.as_of = None
    if chance.random() < 0.3:
        company.questions.settings.pop("as_of", None)
    else:
        hour = chance.choice(["", "", " 07:30:00"])
        company.questions.settings["as_of"] = day(company.records.last - chance.randrange(-2, 12)) + hour


def the_date_is_asked_for(company: Company, chance: random.Random) -> None:
    at = START + timedelta(days=company.records.last - chance.randrange(-1, 12))
    at += timedelta(microseconds=chance.choice([0, 0, 0, 1, 43_200_000_001]))
    company.as_of = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


# --- what lies on disk, once all is written


def nothing(company: Company, chance: random.Random) -> None:
    """A morning without news."""


def files_are_touched(company: Company, chance: random.Random) -> None:
    for place in chance.sample(list(company.records.files), 2):
        if (company.folder / place).exists():
            moment = chance.choice([0, 10**18, 3 * 10**18])  # 1970, 2001, 2065: clocks are set
            os.utime(company.folder / place, ns=(moment, moment))


def the_state_is_deleted(company: Company, chance: random.Random) -> None:
    shutil.rmtree(company.state, ignore_errors=True)


def the_state_is_damaged(company: Company, chance: random.Random) -> None:
    """A file of it is cut, empty, full of other things or gone."""
    if files := sorted(path for path in company.state.rglob("*") if path.is_file()):
        path, content = chance.choice(files), b""
        match chance.randrange(4):
            case 0:
                path.unlink()
                return
            case 1:
                content = path.read_bytes()[: chance.randrange(path.stat().st_size + 1)]
            case 2:
                content = b"\x00not what it was\xff" * 9
        path.write_bytes(content)


def an_older_state_comes_back(company: Company, chance: random.Random) -> None:
    """As from a backup."""
    if company.backup.exists():
        shutil.rmtree(company.state, ignore_errors=True)
        shutil.copytree(company.backup, company.state)


def the_state_is_saved(company: Company, chance: random.Random) -> None:
    if company.state.exists():
        shutil.rmtree(company.backup, ignore_errors=True)
        shutil.copytree(company.state, company.backup)


def the_report_is_lost(company: Company, chance: random.Random) -> None:
    for path in sorted(company.out.glob("*.json")):
        if chance.random() < 0.6:
            path.unlink()


def the_report_is_another(company: Company, chance: random.Random) -> None:
    path = company.out / "report.json"
    if path.exists():
        path.write_bytes(path.read_bytes().replace(b"Lives on", b"Lived on"))


def the_report_goes_elsewhere(company: Company, chance: random.Random) -> None:
    company.out = company.folder / chance.choice(["report", "elsewhere/report"])


def the_refresh_before_is_interrupted(company: Company, chance: random.Random) -> None:
    company.interrupted = True


def everything_is_asked_for(company: Company, chance: random.Random) -> None:
    company.full = True


ON_DISK: tuple[Change, ...] = (
    nothing,
    files_are_touched,
    the_state_is_deleted,
    the_state_is_damaged,
    an_older_state_comes_back,
    the_state_is_saved,
    the_report_is_lost,
    the_report_is_another,
    the_report_goes_elsewhere,
    the_refresh_before_is_interrupted,
    everything_is_asked_for,
)
IN_RECORDS: tuple[Change, ...] = (
    a_day_is_appended,
    a_day_is_appended,
    a_day_is_appended,
    rows_come_late_in_a_new_file,
    rows_come_late_in_an_old_file,
    rows_are_corrected,
    rows_are_corrected,
    rows_are_deleted,
    rows_are_deleted,
    a_file_is_deleted,
    rows_are_delivered_again,
    an_id_names_two_rows,
    rows_move_to_another_file,
    rows_move_to_another_day,
    units_are_assigned,
    units_are_assigned,
    units_start,
    units_start,
    units_start,
    units_are_seen_in_a_second_arm,
    units_are_exposed,
    a_row_does_not_fit,
    the_table_of_users_is_replaced,
    attributes_change,
    countries_change,
    accounts_move,
    numbers_are_written_otherwise,
    a_column_changes_its_type,
    a_file_is_renamed,
    a_file_is_replaced_unseen,
)
IN_DEFINITIONS: tuple[Change, ...] = (
    a_metric_is_added,
    a_metric_is_removed,
    a_metric_is_asked_otherwise,
    a_metric_is_asked_otherwise,
    one_key_of_a_metric_goes,
    a_metric_is_renamed,
    a_study_is_added,
    a_study_changes,
    a_study_is_dated_otherwise,
    the_rules_of_a_fact_change,
    the_level_changes,
    the_worth_changes,
    the_date_is_declared,
    the_date_is_declared,
    the_date_is_asked_for,
)
CHANGES = {change.__name__: change for change in (*IN_RECORDS, *IN_DEFINITIONS, *ON_DISK)}
LATER = {change.__name__ for change in ON_DISK}
