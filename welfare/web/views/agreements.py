"""What a member agreed to: seen, given and withdrawn by themselves; and their own referrals."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from welfare.policies.permissions import Permission
from welfare.services import consents, own_referrals
from welfare.web import forms, referral_page
from welfare.web.clock import now
from welfare.web.frame import say
from welfare.web.guard import OWN_PAST, requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("agreements", __name__, url_prefix="/me/agreements")


@pages.get("/")
@requires(Permission.CONSENT_GIVE, fresh=OWN_PAST)
def show() -> ResponseReturnValue:
    session, actor, at = current_session(), current_actor(), now()
    return render_template(
        "own_record/agreements.html",
        agreements=referral_page.agreements(consents.list_own(session, actor=actor, at=at)),
        referrals=referral_page.own(own_referrals.list_own(session, actor=actor, at=at)),
    )


@pages.post("/give")
@requires(Permission.CONSENT_GIVE)
def give() -> ResponseReturnValue:
    consents.give_consent(current_session(), actor=current_actor(), purpose=_purpose(), at=now())
    say(_("Thank you. You can take this back at any time."))
    return redirect(url_for("agreements.show"))


@pages.post("/withdraw")
@requires(Permission.CONSENT_GIVE)
def withdraw() -> ResponseReturnValue:
    ended = consents.withdraw_consent(
        current_session(), actor=current_actor(), purpose=_purpose(), at=now()
    )
    say(
        _("You have taken it back. Your referrals have ended, and both sides are told.")
        if ended
        else _("You have taken it back.")
    )
    return redirect(url_for("agreements.show"))


def _purpose() -> str:
    return forms.text(request.form, "purpose")
