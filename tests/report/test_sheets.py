"""A sheet says once what is the same for many, and gives every digit to whoever downloads it."""

import csv
import io
from urllib.parse import unquote

from liftledger.domain.estimate import Interval, NoEstimate
from liftledger.report.numbers import plain
from liftledger.report.sheets import Column, Sheet, answer, answered, text, whole

FEW = NoEstimate("2 customers are too few.")
COLUMNS = (
    Column("Group", ("group",), number=False),
    Column("Customers", ("customers",)),
    answered("Worth", "worth", "USD"),
    answered("Left", "left"),
)


def sheet(*rows):
    return Sheet("s", "Worth", COLUMNS, rows)


def row(name, worth, left):
    return text(name), whole(1200), answer(worth, "USD"), answer(left, "share")


def read(found):
    return list(csv.reader(io.StringIO(found.csv)))


def test_an_amount_is_shown_as_its_interval_supports_it_and_downloaded_whole():
    found = sheet(
        row("all", Interval(1234567.891, 5102.04, 1224000.5, 1245000.25), Interval(0.1234567, 0.01, 0.1, 0.143))
    )
    assert [plain(span.cell.text) for span in found.laid_out[0]] == ["all", "1 200", "1 235 000", "12.3%"]
    assert plain(found.laid_out[0][2].cell.small) == "1 224 000 to 1 245 000"
    assert read(found) == [
        ["group", "customers", "worth", "worth_se", "worth_low", "worth_high", "worth_reason",
         "left", "left_se", "left_low", "left_high", "left_reason"],
        ["all", "1200", "1234567.891", "5102.04", "1224000.5", "1245000.25", "",
         "0.1234567", "0.01", "0.1", "0.143", ""],
    ]  # fmt: skip


def test_neighbours_without_a_number_for_one_reason_say_it_once():
    known = Interval(1.0, 0.1, 0.8, 1.2)
    found = sheet(row("all", known, known), row("few", FEW, FEW))
    last = found.laid_out[1][-1]
    assert (last.cell.text, last.cell.small, last.columns) == ("none", "2 customers are too few", 2)
    assert found.silent == ()
    why = ["", "", "", "", "2 customers are too few"]
    assert read(found)[2] == ["few", "1200", *why, *why]


def test_a_column_that_no_row_can_fill_becomes_a_sentence():
    known = Interval(1.0, 0.1, 0.8, 1.2)
    found = sheet(row("all", FEW, known), row("few", FEW, known))
    assert [column.name for column in found.shown] == ["Group", "Customers", "Left"]
    assert found.silent == ("Nothing under 'Worth': 2 customers are too few.",)
    assert "worth_reason" in found.csv


def test_what_a_spreadsheet_would_compute_stays_text_and_numbers_stay_numbers():
    loss = Interval(-4.5, 1.0, -6.5, -2.5)
    found = sheet(row("=HYPERLINK(1)", loss, loss), row('a "quoted", name', loss, loss))
    assert read(found)[1][:3] == ["'=HYPERLINK(1)", "1200", "-4.5"]
    assert read(found)[2][0] == 'a "quoted", name'


def test_the_address_holds_the_whole_file():
    found = sheet(row("Köln & #1 100%", FEW, Interval(1.0, 0.1, 0.8, 1.2)))
    kind, _, content = found.address.partition(",")
    assert kind == "data:text/csv;charset=utf-8"
    assert unquote(content) == found.csv
    assert not {"#", "&", '"', "\n", "<"} & set(content)
