"""Pages about accounts, from services to words: who, as what, in which state, until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import current_app, render_template
from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _

from models.tables.accounts import Post
from models.tables.doors import Invitation
from models.vocabulary import InvitationPurpose, LinkEnding, PostEnding, Role
from welfare.policies.appointing import PostState
from welfare.policies.links import Fact, is_live
from welfare.services.account_list import AccountRow, AccountState, AccountView, Request
from welfare.services.invitations import Made
from welfare.services.posts import REJECTIONS
from welfare.web import zones
from welfare.web.qr import draw
from welfare.web.wording import ROLES

STATES: dict[AccountState, tuple[LazyString, str]] = {
    AccountState.DISABLED: (_("Disabled"), "neutral"),
    AccountState.UNUSED: (_("Not used yet"), "attention"),
    AccountState.IN_USE: (_("In use"), "good"),
}
POST_STATES: dict[PostState, tuple[LazyString, str]] = {
    PostState.WAITING: (_("Waits for a second administrator"), "attention"),
    PostState.HELD: (_("Held"), "good"),
    PostState.COMING: (_("Begins later"), "info"),
    PostState.REJECTED: (_("Rejected"), "neutral"),
    PostState.OVER: (_("Over"), "neutral"),
}
POST_ENDINGS: dict[PostEnding, LazyString] = {
    PostEnding.DISABLED: _("The account was disabled"),
    PostEnding.ENDED: _("Ended by an administrator"),
    PostEnding.NOT_NEEDED: _("Not needed"),
    PostEnding.NOT_VERIFIED: _("Could not be verified"),
    PostEnding.WRONG_PERSON: _("Wrong person"),
    PostEnding.WRONG_ROLE: _("Wrong role or unit"),
}
PURPOSES: dict[InvitationPurpose, LazyString] = {
    InvitationPurpose.JOIN: _("First password"),
    InvitationPurpose.RESET: _("New password"),
    InvitationPurpose.RESET_FACTORS: _("New password, second factor removed"),
}
LINK_ENDINGS: dict[LinkEnding, LazyString] = {
    LinkEnding.DISABLED: _("Ended, the account was disabled"),
    LinkEnding.NOT_ME: _("Refused: “This is not me”"),
    LinkEnding.REPLACED: _("Replaced by a newer one"),
    LinkEnding.WITHDRAWN: _("Withdrawn"),
    LinkEnding.WRONG_CODES: _("Ended after too many wrong tries"),
}
SERIOUS = frozenset({LinkEnding.NOT_ME, LinkEnding.WRONG_CODES})
FACTS: dict[Fact, tuple[LazyString, LazyString]] = {
    Fact.CODE: (_("Spoken code"), _("Eight digits. An administrator told you them.")),
    Fact.SERVICE_NUMBER: (
        _("Your service number"),
        _("The last four letters or digits of it."),
    ),
    Fact.BIRTH_YEAR: (_("Your year of birth"), _("Four digits.")),
    Fact.FAMILY_NAME: (_("Your family name"), _("As it stands in your papers.")),
}


def reasons() -> list[tuple[str, str]]:
    """Why a Post is rejected, to choose from."""
    return [(reason.value, str(POST_ENDINGS[reason])) for reason in REJECTIONS]


def roles_of(row: AccountRow) -> str:
    """What somebody is. A member's Post stands beside every other and is said only alone."""
    duties = [str(ROLES[role]) for role in row.roles if role is not Role.MEMBER]
    return ", ".join(dict.fromkeys(duties)) or (str(ROLES[Role.MEMBER]) if row.roles else "")


def list_rows(rows: Sequence[AccountRow], address: Any) -> list[list[Any]]:
    """`address` makes an account's page from its id."""
    return [
        [
            {"text": row.name, "url": address(row.account_id)},
            row.unit,
            roles_of(row) or str(_("None")),
            _tag(STATES[row.state]),
        ]
        for row in rows
    ]


def post_rows(view: AccountView) -> list[dict[str, Any]]:
    return [
        {
            "id": post.id,
            "role": str(ROLES[post.role]),
            "unit": post.unit.name,
            "span": _span(post),
            "state": _tag(POST_STATES[state]),
            "why": str(POST_ENDINGS[post.closed_for]) if post.closed_for else "",
            "may_end": state in {PostState.HELD, PostState.COMING} and post.role is not Role.MEMBER,
        }
        for post, state in view.posts
    ]


def link_rows(links: Sequence[Invitation], at: datetime) -> list[dict[str, Any]]:
    return [
        {
            "id": link.id,
            "purpose": str(PURPOSES[link.purpose]),
            "made": zones.moment(link.made_at),
            "state": _tag(_link_state(link, at)),
            "is_live": is_live(link, at),
        }
        for link in links
    ]


def request_card(request: Request) -> dict[str, Any]:
    """What a second administrator reads before saying yes."""
    facts = [
        (_("Unit"), request.row.unit),
        (_("E-mail address"), request.email or _("None")),
        (_("Holds now"), roles_of(request.row) or _("None")),
        (_("Account"), STATES[request.row.state][0]),
        (_("Asked for by"), ", ".join(request.asked_by) or _("The console")),
    ]
    return {
        "account_id": request.row.account_id,
        "name": request.row.name,
        "facts": [{"key": str(key), "value": str(value)} for key, value in facts],
        "posts": [
            {"id": post.id, "label": f"{ROLES[post.role]}, {post.unit.name}"}
            for post in request.posts
        ],
        "link": request.link and {"id": request.link.id, "label": PURPOSES[request.link.purpose]},
        "may_confirm": request.may_confirm,
    }


def made_page(made: Made, *, account_id: UUID, login: str | None = None) -> tuple[str, int]:
    """Shown once, in the answer itself: a redirect would have to keep it somewhere."""
    link = current_app.config["SITE_URL"].rstrip("/") + made.path if made.path else None
    page = render_template(
        "accounts/made.html",
        account_id=account_id,
        login=login,
        code=made.code and f"{made.code[:4]} {made.code[4:]}",
        link=link,
        drawing=draw(link) if link else None,
        is_mailed=made.is_mailed,
        expires_at=made.invitation.expires_at,
    )
    return page, 201


def _link_state(link: Invitation, at: datetime) -> tuple[LazyString, str]:
    if link.used_at is not None:
        return _("Used"), "good"
    if link.closed_for is not None:
        return LINK_ENDINGS[link.closed_for], "urgent" if link.closed_for in SERIOUS else "neutral"
    if not is_live(link, at):
        return _("Too old"), "neutral"
    if link.confirmed_at is None:
        return _("Waits for a second administrator"), "attention"
    return _("Open until %(moment)s", moment=zones.moment(link.expires_at)), "info"


def _span(post: Post) -> str:
    if post.until_day is None:
        return str(_("From %(day)s", day=format_date(post.from_day, "medium")))
    first, last = format_date(post.from_day, "medium"), format_date(post.until_day, "medium")
    return str(_("%(first)s to %(last)s", first=first, last=last))


def _tag(words: tuple[LazyString, str]) -> dict[str, str]:
    return {"text": str(words[0]), "tag": words[1]}
