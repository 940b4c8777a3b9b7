"""What a refresh reads of a fact is a sentence that names the first reasons."""

from liftledger.domain.due import Due


def test_it_says_how_much_is_read_and_why():
    assert str(Due("orders", "1 of 91 files", ("orders/20.csv: new",))) == (
        "orders: 1 of 91 files read (orders/20.csv: new)"
    )
    assert str(Due("orders", "all 91 files")) == "orders: all 91 files read"
    assert str(Due("orders")) == "orders: nothing read"


def test_of_many_reasons_it_names_three_and_counts_the_others():
    four, five = (tuple("abcd"), tuple("abcde"))
    assert str(Due("orders", "4 of 9 files", four)) == "orders: 4 of 9 files read (a; b; c; d)"
    assert str(Due("orders", "5 of 9 files", five)) == "orders: 5 of 9 files read (a; b; c; and 2 more)"
