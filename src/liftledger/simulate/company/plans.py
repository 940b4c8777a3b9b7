"""Plans: how the accounts and users of each plan behave where nothing is personalized."""

import msgspec

CATEGORIES = ("billing", "usage", "bug", "access")  # of tickets
REGIONS = {"americas": 0.45, "europe": 0.35, "asia": 0.20}


class Plan(msgspec.Struct, frozen=True):
    """Behaviour of a plan. Shares are fractions."""

    name: str
    share: float  # of accounts
    seats: tuple[int, float]  # users of an account: 1 + Binomial(n, p)
    maturity: tuple[float, float]  # of users' self-models at signup: Beta(a, b)
    activated: float  # ever, of users whose self-model has maturity 1/2
    hours: float  # median time to activation of those who do
    tickets: tuple[float, ...]  # contacts per user and 30 days after the first week, by category
    offered: float  # of accounts in the offers study
    upgraded: float  # ever, of accounts that were offered something
    expansion: float  # median revenue of an expansion, USD
    churn: float  # hazard of cancelling after an expansion, per 30 days

    def ever(self, maturity: float) -> float:
        """Share of users with a self-model of this maturity, 0 to 1, who ever activate."""
        return self.activated * (0.85 + 0.3 * maturity)

    @property
    def users(self) -> float:
        """Expected users of an account."""
        n, p = self.seats
        return 1 + n * p


PLANS = (
    Plan("free", 0.60, (4, 0.25), (1.6, 2.4), 0.42, 240.0, (0.03, 0.12, 0.05, 0.05), 0.80, 0.22, 120.0, 0.10),
    Plan("team", 0.30, (12, 0.4), (2.0, 2.0), 0.56, 160.0, (0.08, 0.14, 0.08, 0.06), 0.85, 0.30, 480.0, 0.06),
    Plan("business", 0.10, (19, 0.6), (2.4, 1.6), 0.68, 110.0, (0.12, 0.15, 0.10, 0.08), 0.90, 0.36, 1900.0, 0.03),
)
