"""Formulas of the workings as a spreadsheet writes them: no arrays, nothing volatile, and no number but 0, 1 and 12."""

from collections.abc import Mapping, Sequence

from liftledger.domain.workings import Apply, Constant, Formula, Month, Nothing, Of
from liftledger.report.workbook.places import BEFORE, HERE, Place

SUM, PRODUCT, POWER, ATOM = range(1, 5)  # how tightly a text holds together
NONE = "none"  # what a cell says where there is no number


class Writing:
    """Writes formulas for one block of rows."""

    def __init__(
        self, places: Mapping[str, Place], month: Place, months: int, turns: Mapping[str, Place],
        rates: Mapping[str, Place],
    ) -> None:  # fmt: skip
        """`month` is the row of the months' numbers; `turns` and `rates`: of a monthly row, the row that
        marks its changes of sign, and the rate from which its rate of return is searched.
        """
        self._places, self._month, self._months = places, month, months
        self._turns, self._rates = turns, rates

    def formula(self, formula: Formula, own: Place) -> str:
        """Of the row at `own`, with the marks of `places` where a month's column belongs."""
        match formula:
            case Apply("so_far", (one,)):
                return f"={BEFORE}{own.row + 1}+{self._whole(one, SUM)}"
        return "=" + self._text(formula)[0]

    def _text(self, formula: Formula) -> tuple[str, int]:
        """The formula, and how tightly it holds together."""
        match formula:
            case Constant(value):
                assert value in (0, 1, 12), f"{value} stands in a formula; it must be an input"
                return str(value), ATOM
            case Nothing():
                return f'"{NONE}"', ATOM
            case Month():
                return f"{HERE}${self._month.row + 1}", ATOM
            case Of(name):
                return self._places[name].text, ATOM
        return self._applied(formula)

    def _applied(self, formula: Apply) -> tuple[str, int]:
        function, to = formula.function, formula.to
        match function:
            case "add":
                return self._sum(to)
            case "subtract" if to[0] == Constant(0):
                negated = self._whole(to[1], PRODUCT)
                # a spreadsheet takes -a^b for (-a)^b
                return f"0-{negated}" if "^" in negated else f"-{negated}", SUM
            case "subtract":
                return f"{self._whole(to[0], SUM)}-{self._whole(to[1], PRODUCT)}", SUM
            case "multiply":
                return "*".join(self._whole(one, PRODUCT) for one in to), PRODUCT
            case "divide":
                return f"{self._whole(to[0], PRODUCT)}/{self._whole(to[1], POWER)}", PRODUCT
            case "power" if to[1] == Constant(2):
                return self._square(to[0])
            case "power":
                return f"{self._whole(to[0], ATOM)}^{self._whole(to[1], ATOM)}", POWER
            case "less" | "equal":
                return f"N({self._condition(formula)})", ATOM
            case "choose":
                return f"IF({self._condition(to[0])},{self._text(to[1])[0]},{self._text(to[2])[0]})", ATOM
            case "in_month":
                return f"INDEX({self._row(to[0])},{self._month_of(to[1])})", ATOM
            case "irr":
                assert isinstance(to[0], Of)
                return f"IRR({self._row(to[0])},{self._rates[to[0].name].text})", ATOM
            case "over_months" | "largest" | "product_over_months":
                name = {"over_months": "SUM", "largest": "MAX", "product_over_months": "SUMPRODUCT"}
                return f"{name[function]}({','.join(map(self._row, to))})", ATOM
            case "sign_changes":
                assert isinstance(to[0], Of)
                return f"SUM({self._turns[to[0].name].over(self._months)})", ATOM
            case "so_far":
                raise AssertionError("a running total is a row of its own")
        return f"{_NAMES[function]}({','.join(self._text(one)[0] for one in to)})", ATOM

    def _whole(self, formula: Formula, strength: int) -> str:
        """In parentheses where it would fall apart."""
        text, own = self._text(formula)
        return text if own >= strength else f"({text})"

    def _sum(self, to: Sequence[Formula]) -> tuple[str, int]:
        terms = [one for one in to if one != Constant(0)] or [Constant(0)]
        if len(terms) == 1:
            return self._text(terms[0])
        if all(_is_square(one) for one in terms):
            return f"SUMSQ({','.join(self._text(one.to[0])[0] for one in terms if isinstance(one, Apply))})", ATOM
        return "+".join(self._whole(one, SUM) for one in terms).replace("+-", "-"), SUM

    def _square(self, of: Formula) -> tuple[str, int]:
        text, strength = self._text(of)
        return (f"{text}*{text}", PRODUCT) if strength == ATOM and "(" not in text else (f"SUMSQ({text})", ATOM)

    def _condition(self, formula: Formula) -> str:
        match formula:
            case Apply("less", (one, other)):
                return f"{self._text(one)[0]}<{self._text(other)[0]}"
            case Apply("equal", (one, other)):
                return f"{self._text(one)[0]}={self._text(other)[0]}"
        return f"{self._whole(formula, SUM)}<>0"

    def _row(self, formula: Formula) -> str:
        match formula:
            case Month():
                return self._month.over(self._months)
            case Of(name):
                return self._places[name].over(self._months)
        raise AssertionError("what is taken over months is a row of its own")

    def _month_of(self, formula: Formula) -> str:
        """The place of a month in its row, from 1; beyond the months, the nearest one."""
        last = self._month.over(self._months).partition(":")[2]
        return f"MIN(MAX({self._text(formula)[0]},0),{last})+1"


_NAMES = {
    "minimum": "MIN",
    "maximum": "MAX",
    "root": "SQRT",
    "absolute": "ABS",
    "normal_cdf": "NORMSDIST",  # the newer NORM.S.DIST needs a prefix that some spreadsheets do not know
    "normal_quantile": "NORMSINV",
}


def _is_square(formula: Formula) -> bool:
    match formula:
        case Apply("power", (_, two)):
            return two == Constant(2)
        case Apply("multiply", (one, other)):
            return one == other
    return False
