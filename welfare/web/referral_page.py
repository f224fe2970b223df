"""How pages show referrals: rows of lists, facts, and the forms that are open to the reader."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for
from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _

from models.tables.referrals import Referral
from models.vocabulary import (
    ConsentPurpose,
    ReferralEnding,
    ReferralStatus,
)
from welfare.policies import flows
from welfare.policies.permissions import Permission
from welfare.policies.referral_moves import OUTCOMES, REJECTIONS, WITHOUT_VISIT
from welfare.policies.referral_views import Shown
from welfare.services.consents import Agreed
from welfare.web.referral_words import (
    CARE_GOES_ON,
    ENDINGS,
    OWN_STATES,
    PURPOSES,
    STATES,
    URGENCIES,
    WITHOUT,
)
from welfare.web.zones import moment

CHOOSE = ("", _("Please choose"))
OUTSIDE = "outside"  # in the place of a colleague: a service outside
Choices = list[tuple[str, str]]
Cell = dict[str, str]
# Each form of the page: who may use it, and where it leads.
STEPS: dict[str, tuple[Permission, ReferralStatus]] = {
    "accept": (Permission.REFERRAL_DECIDE, ReferralStatus.ACCEPTED),
    "reject": (Permission.REFERRAL_DECIDE, ReferralStatus.REJECTED),
    "book": (Permission.REFERRAL_WORK, ReferralStatus.BOOKED),
    "attended": (Permission.REFERRAL_WORK, ReferralStatus.ATTENDED),
    "missed": (Permission.REFERRAL_WORK, ReferralStatus.NOT_ATTENDED),
    "finish": (Permission.REFERRAL_WORK, ReferralStatus.FINISHED),
    "withdraw": (Permission.REFERRAL_WITHDRAW, ReferralStatus.WITHDRAWN),
}


def rows(found: Sequence[Shown], *, me: UUID, is_mine: bool, at: datetime) -> list[list[Any]]:
    """Those that the reader sent (`is_mine`), or those sent to them."""
    return [
        [
            {"text": each.name, "url": url_for("referrals.show", referral_id=each.referral.id)},
            each.referral.unit.name,
            _to(each) if is_mine else each.sender,
            state(each.referral),
            due(each.referral, at),
        ]
        for each in found
        if (each.referral.sender_id == me) is is_mine
    ]


def rows_of_person(found: Sequence[Shown], *, me: UUID, at: datetime) -> list[list[Any]]:
    """Also those of colleagues; the way on is for the two sides."""
    return [
        [
            {"text": format_date(each.referral.created_at, "long"), "url": _way_on(each, me)},
            each.sender,
            _to(each),
            state(each.referral),
            due(each.referral, at),
            each.responsible if each.referral.is_open else "",
        ]
        for each in found
    ]


def state(referral: Referral) -> Cell:
    if referral.status is ReferralStatus.CREATED and not referral.has_receiver:
        return {"text": str(_("Needs another receiver")), "tag": "urgent"}
    words, kind = STATES[referral.status]
    text = str(words)
    if referral.status is ReferralStatus.BOOKED and referral.booked_on is not None:
        text = str(_("Booked for %(day)s", day=format_date(referral.booked_on, "long")))
    return {"text": text, "tag": kind}


def due(referral: Referral, at: datetime) -> Cell:
    if not referral.is_open:
        return {"text": ""}
    when = moment(referral.due_at)
    if referral.due_at < at:
        return {"text": str(_("Overdue since %(when)s", when=when)), "tag": "urgent"}
    return {"text": when}


def facts(shown: Shown, *, at: datetime) -> list[dict[str, str]]:
    referral = shown.referral
    pairs = [
        (_("State"), state(referral)["text"]),
        (_("How soon"), str(URGENCIES[shown.asked.urgency])),
        (_("Reason"), shown.asked.reason),
        (_("Sent without agreement"), _basis(shown)),
        (_("Unit"), referral.unit.name),
        (_("Sent by"), shown.sender),
        (_("Sent to"), _to(shown)),
        (_("Sent on"), moment(referral.created_at)),
        (_("Next step by"), due(referral, at)["text"]),
        (_("Who answers for it"), shown.responsible if referral.is_open else ""),
        (_("How it ended"), _ending(shown)),
    ]
    return [{"key": str(key), "value": value} for key, value in pairs if value]


def forms_of(
    referral: Referral, *, allows: Callable[[Permission], bool], today: Any
) -> dict[str, str]:
    """Where the forms that are open to the reader are sent."""
    moves = flows.REFERRAL_MOVES[referral.status]
    found = {
        name: url_for(f"referrals.{name}", referral_id=referral.id)
        for name, (permission, status) in STEPS.items()
        if status in moves and allows(permission)
    }
    if referral.booked_on is not None and referral.booked_on > today:
        found = {name: url for name, url in found.items() if name not in ("attended", "missed")}
    is_here = referral.status is ReferralStatus.CREATED and not referral.is_outside
    if is_here and allows(Permission.REFERRAL_WORK):
        found["send_on"] = url_for("referrals.send_on", referral_id=referral.id)
    return found


def outcomes(referral: Referral) -> Choices:
    return _said(OUTCOMES.get(referral.status, ()))


def rejections() -> Choices:
    return _said(REJECTIONS)


def withdrawals() -> Choices:
    return _said(WITHOUT_VISIT)


def receivers(colleagues: Sequence[tuple[UUID, str]], *, outside: bool = False) -> Choices:
    here = [CHOOSE, *((str(account), name) for account, name in colleagues)]
    last = [(OUTSIDE, _("A service outside"))] if outside else []
    return [(value, str(words)) for value, words in (*here, *last)]


def urgencies() -> Choices:
    return [(each.value, str(words)) for each, words in URGENCIES.items()]


def without() -> Choices:
    return [("", str(CHOOSE[1])), *((each.value, str(words)) for each, words in WITHOUT.items())]


def agreements(found: Sequence[Agreed]) -> list[dict[str, Any]]:
    """Each purpose with what it means and how it stands, for the person."""
    return [_agreement(purpose, found) for purpose in ConsentPurpose]


def own(found: Sequence[Shown]) -> list[dict[str, str]]:
    """The person's own referrals, in plain words."""
    return [
        {
            "heading": _own_heading(_to(each)),
            "when": format_date(each.referral.created_at, "long"),
            "text": _own_state(each.referral),
            "without": _basis(each),
        }
        for each in found
    ]


def _agreement(purpose: ConsentPurpose, found: Sequence[Agreed]) -> dict[str, Any]:
    title, meaning, effect = PURPOSES[purpose]
    mine = [each for each in found if each.purpose is purpose]
    now = next((each for each in mine if each.is_in_force), None)
    return {
        "purpose": purpose.value,
        "title": title,
        "meaning": [meaning, CARE_GOES_ON[purpose]],
        "effect": effect,
        "is_in_force": now is not None,
        "history": [line for each in mine for line in _history(each)],
    }


def _history(each: Agreed) -> list[str]:
    """The newest first."""
    lines = []
    if each.withdrawn_at is not None:
        lines.append(_line(_("Withdrawn on %(day)s"), each.withdrawn_at, each.withdrawal_told_to))
    return [*lines, _line(_("Agreed on %(day)s"), each.given_at, each.told_to)]


def _line(words: LazyString, when: datetime, told_to: str) -> str:
    said = str(words) % {"day": format_date(when, "long")}
    return ", ".join((said, str(_("as told to %(name)s", name=told_to)))) if told_to else said


def _own_heading(whom: str) -> str:
    if not whom:
        return str(_("Somebody who can see you is being looked for"))
    return str(_("To %(whom)s", whom=whom))


def _own_state(referral: Referral) -> str:
    if referral.status is ReferralStatus.BOOKED and referral.booked_on is not None:
        return str(
            _("Your appointment is on %(day)s.", day=format_date(referral.booked_on, "long"))
        )
    return str(OWN_STATES[referral.status])


def _to(shown: Shown) -> str:
    return shown.asked.service or shown.receiver


def _way_on(shown: Shown, me: UUID) -> str:
    sides = (shown.referral.sender_id, shown.referral.receiver_id)
    return url_for("referrals.show", referral_id=shown.referral.id) if me in sides else ""


def _basis(shown: Shown) -> str:
    if shown.basis is None:
        return ""
    return ". ".join((str(WITHOUT[shown.basis.reason]), shown.basis.words))


def _ending(shown: Shown) -> str:
    if shown.ended is None:
        return ""
    return ". ".join(filter(None, (str(ENDINGS[shown.ended.ending]), shown.ended.words)))


def _said(endings: Sequence[ReferralEnding]) -> Choices:
    return [(each.value, str(ENDINGS[each])) for each in endings]
