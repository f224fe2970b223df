"""The clinic lead's page about the service: what waits now, who carries how much, how soon."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from welfare.policies.permissions import Permission
from welfare.services.plan_reviews import count_overdue
from welfare.services.referral_figures import read_referral_figures
from welfare.services.service_figures import FEWEST, Measure, Period, read_service
from welfare.web.charts import draw_interval
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("service", __name__, url_prefix="/service")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
IN_MINUTES = 2 * HOUR  # longer times are said in hours


@pages.get("/")
@requires(Permission.SERVICE_READ)
def figures() -> ResponseReturnValue:
    found = read_service(current_session(), actor=current_actor(), today=today(), at=now())
    return render_template(
        "service/figures.html",
        now=found.now,
        overdue=count_overdue(current_session(), actor=current_actor(), today=today(), at=now()),
        loads=found.loads,
        referrals=read_referral_figures(current_session(), actor=current_actor(), at=now()),
        periods=[_period(each) for each in found.periods],
    )


def _period(period: Period) -> dict[str, Any]:
    return {
        "heading": _("The last %(days)s days", days=period.days),
        "alerts": ngettext("%(num)s alert", "%(num)s alerts", period.alerts),
        "measures": [
            _measure(_("Acknowledged"), period.acknowledged),
            _measure(_("First try to reach the person"), period.contacted),
        ],
    }


def _measure(label: str, measure: Measure) -> dict[str, Any]:
    """Without a bar where there are too few alerts to say anything."""
    share = measure.share
    return {
        "label": label,
        "median": _waited(measure.median) if measure.median is not None else None,
        "within": measure.within,
        "decided": measure.decided,
        "drawing": draw_interval(0, share, share) if share is not None else None,
        "fewest": FEWEST,
    }


def _waited(span: timedelta) -> str:
    if span < IN_MINUTES:
        return str(ngettext("%(num)s minute", "%(num)s minutes", round(span / MINUTE)))
    return str(ngettext("%(num)s hour", "%(num)s hours", round(span / HOUR)))
