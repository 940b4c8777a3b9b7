"""Rows of a cost: what it comes to in each month, and altogether."""

from collections.abc import Iterator

from liftledger.domain.value import Cost
from liftledger.domain.workings import Formula, Month, Of, Row, apply


def cost_rows(cost: Cost, currency: str) -> Iterator[Row]:
    """`once` in the month in which it begins, and what runs at each month's end from then to the last."""
    own = f"costs.{cost.name}"

    def row(name: str, label: str, unit: str, formula: Formula, *, monthly: bool = False) -> Row:
        return Row(f"{own}.{name}", label, unit, cost.name, formula, monthly)

    monthly: Formula = Of(f"{own}.monthly")
    if cost.per_decision:
        decided = monthly + Of(f"{own}.per_decision") * Of(f"{own}.decisions")
        yield row("running", "Cost of a month, decisions included", f"{currency} per month", decided)
        monthly = Of(f"{own}.running")
    begins: Formula = apply("equal", Month(), Of(f"{own}.start") if cost.start else 0)
    runs: Formula = Of("runs")
    if cost.start:
        runs = runs * (1 - apply("less", Month(), Of(f"{own}.start")))
    if cost.end is not None:
        runs = runs * (1 - apply("less", Of(f"{own}.end"), Month()))
    flow = (Of(f"{own}.once") * begins + monthly * runs) * Of("overrun")
    yield row("cost", "Cost", currency, flow, monthly=True)
    present = apply("product_over_months", Of(f"{own}.cost"), Of("discount_factor"))
    yield row("present", "Present value", currency, present)
