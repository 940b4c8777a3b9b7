"""Whether the arms got the shares of units that were planned."""

from collections.abc import Mapping, Sequence
from fractions import Fraction

from liftledger.domain.estimate import NoEstimate
from liftledger.domain.report import SampleRatio
from liftledger.stats.distributions import chi2_tail


def sample_ratio(periods: Sequence[Mapping[str, tuple[int, Fraction]]]) -> SampleRatio | NoEstimate:
    """Pearson's chi-square of the units of each arm against its planned share, within periods of constant shares.

    Each period maps an arm to (units randomised, planned share). Statistics and degrees of freedom add up over
    periods. Arms with a share of 0 leave the degrees of freedom; so do periods without units.
    Pearson (1900); NIST/SEMATECH e-Handbook, section 1.3.5.15.
    """
    chi2, dof = Fraction(0), 0
    for period in periods:
        planned = {arm: (units, share) for arm, (units, share) in period.items() if share > 0}
        total = sum(units for units, _ in planned.values())
        if total == 0 or len(planned) < 2:
            continue
        whole = sum(share for _, share in planned.values())
        expected = {arm: total * share / whole for arm, (_, share) in planned.items()}
        chi2 += sum((units - expected[arm]) ** 2 / expected[arm] for arm, (units, _) in planned.items())
        dof += len(planned) - 1
    if dof == 0:
        several = any(sum(share > 0 for _, share in period.values()) > 1 for period in periods)
        return NoEstimate("no units were randomised" if several else "fewer than two arms have a planned share")
    return SampleRatio(float(chi2), chi2_tail(float(chi2), dof), dof)
