"""Rows of the closed form: how sure the NPV is where the effects alone are uncertain, so that it is linear in them."""

from collections.abc import Iterator, Sequence

from liftledger.domain.workings import Formula, Of, Row, apply
from liftledger.finance.evidence.priced import Priced


def closed_form_rows(lines: Sequence[Priced], currency: str) -> Iterator[Row]:
    """Normal; what errs together adds its standard errors, what errs apart is combined in quadrature."""
    groups: dict[str, list[str]] = {}
    for one in lines:
        groups.setdefault(one.draw, []).append(f"lines.{one.line.name}.present_se")
    for place, (draw, names) in enumerate(groups.items(), start=1):
        se = apply("add", *map(Of, names), 0)
        yield _row(f"se_{place}", f"Standard error of the present value of {draw}", currency, se)
    squares = [_of(f"se_{place}") * _of(f"se_{place}") for place in range(1, len(groups) + 1)]
    yield _row("npv_se", "Standard error of the NPV", currency, apply("root", apply("add", *squares, 0)))
    beyond = (1 - Of("confidence")) / apply("add", 1, 1)
    yield _row("beyond", "Chance on either side of an interval", "share", beyond)
    reach = apply("normal_quantile", 1 - _of("beyond")) * _of("npv_se")
    yield _row("reach", "From the middle of an interval to its ends", currency, reach)
    for name, label in (("benefits", "Present value of the benefits"), ("npv", "NPV")):
        yield _row(f"{name}_low", f"{label}, lower end", currency, Of(f"summary.{name}") - _of("reach"))
        yield _row(f"{name}_high", f"{label}, upper end", currency, Of(f"summary.{name}") + _of("reach"))
    npv = Of("summary.npv")
    chance = apply("choose", _of("npv_se"), apply("normal_cdf", (0 - npv) / _of("npv_se")), apply("less", npv, 0))
    yield _row("p_negative", "Probability that the NPV is below 0", "share", chance)


def _row(name: str, label: str, unit: str, formula: Formula) -> Row:
    return Row(f"closed_form.{name}", label, unit, "Closed form, of chance in the effects alone", formula, False)


def _of(name: str) -> Of:
    return Of(f"closed_form.{name}")
