"""The timeline: what must be live by when, so that its bookings fall into a quarter and its revenue into a year."""

from datetime import date

import msgspec

from liftledger.finance.formulas.recognition import month_end


class Quarter(msgspec.Struct, frozen=True):
    """A fiscal quarter, and the last day on which what is to count in it can go live."""

    name: str  # 'Q4 FY2026': the fiscal year is that in which it ends
    end: date
    live_by: date
    earned: float  # share of what is signed evenly in the quarter that is earned in its fiscal year


def quarters(start: date, *, year_end: int, term: int, sales: int, number: int = 8) -> tuple[Quarter, ...]:
    """From the one that holds `start`; `sales` months pass from going live to bookings, `term` is a contract's months.

    What is signed in a month is earned from the middle of it, as in `recognition`.
    """
    found = []
    left = (year_end - start.month) % 3  # months to the end of the quarter
    for place in range(number):
        end = month_end(start, left + 3 * place)
        months_left = (year_end - end.month) % 12  # in the fiscal year after the quarter
        year = month_end(end, months_left).year
        shares = (min(months_left + back + 0.5, term) / term for back in range(3))
        found.append(Quarter(f"Q{4 - months_left // 3} FY{year}", end, month_end(end, -sales), sum(shares) / 3))
    return tuple(found)
