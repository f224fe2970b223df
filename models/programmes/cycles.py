"""How one deployment bounds another: when a new cycle begins, and what it ends. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from models.programmes.definition import Anchor, Programme, WindowRule
from models.programmes.facts import Deployed
from models.programmes.planning import is_exempt

DAY = timedelta(days=1)


def mission_end(deployed: Deployed, later: Sequence[Deployed]) -> date | None:
    """The return; where it was not recorded, the eve of the next departure."""
    if deployed.until_day is None and later:
        return later[0].from_day - DAY
    return deployed.until_day


def cut_day(
    rule: WindowRule, deployed: Deployed, later: Sequence[Deployed], programme: Programme
) -> date | None:
    """From which day a later deployment ends the windows of this rule; None: never.

    Only windows after the return end, and only for a deployment that has such a window itself.
    """
    if deployed.until_day is None or not rule.is_after_home:
        return None
    for following in later:
        if not is_exempt(rule, following):
            return max(_begins(following, programme), deployed.until_day + DAY)
    return None


def _begins(deployed: Deployed, programme: Programme) -> date:
    """The opening of its first window, at the latest its departure."""
    offsets = [
        rule.opens
        for rule in programme.windows
        if rule.anchor is Anchor.DEPARTURE and not is_exempt(rule, deployed)
    ]
    return deployed.from_day + timedelta(days=min(0, *offsets) if offsets else 0)
