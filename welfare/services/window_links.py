"""Using a link to one window: see what it asks for, come in with it, refuse it, ask for another.

Looking at a link uses nothing up: letter boxes and scanners open links too. A link that does not
work looks the same whatever the reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.alerts import BELL
from models.standing import is_open
from models.tables.people import Person
from models.tables.reminders import WindowLink
from models.tables.screenings import Window
from models.trail import Signature
from models.vocabulary import Act, Decision, LinkEnding
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import letter_box, live_sessions, lock_out, window_links
from welfare.policies.actor import Actor, Machine
from welfare.policies.addressees import Addressee, find_addressee
from welfare.policies.browser import Browser
from welfare.policies.linked_accounts import member_post
from welfare.policies.links import Fact
from welfare.policies.reminding import Reason, is_written_on, letter_of, write_letters

KEEP = "keep"  # tells the edge to commit although the answer is a refusal


@dataclass(frozen=True, slots=True)
class OpenLink:
    """What the page of a link may say: which facts it asks for, nothing about whose it is."""

    id: UUID
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A link, the window it opens, and whom that window asks."""

    link: WindowLink
    window: Window
    who: Addressee

    @property
    def signature(self) -> Signature:
        """Signs the trail; without a role nothing is granted by it."""
        account = self.who.account
        return Machine() if account is None else Actor(account.id, account.person_id)


def look_at_link(session: Session, *, token: str, at: datetime) -> OpenLink:
    """Raises RecordNotFound, the same for unknown, used, old, refused and closed ones."""
    held = _working(session, _link(session, token), at)
    return OpenLink(held.link.id, window_links.facts_asked(held.who.known))


def note_opened(session: Session, *, link_id: UUID, at: datetime) -> None:
    """Its page was shown, for the first time; in a transaction of its own."""
    link = session.get(WindowLink, link_id, with_for_update=True)
    if link is None or link.opened_at is not None:
        return
    link.opened_at = at
    letter = letter_of(session, link=link)
    if letter is not None:
        letter.opened_at = at
    _record(session, Machine(), Act.WINDOW_LINK_OPENED, link, at)


def use_link(
    session: Session,
    *,
    token: str,
    given: Mapping[str, str],
    browser: Browser,
    at: datetime,
) -> str:
    """Come in, for this window and nothing else. Returns the token of the session.

    Raises InputRefused for wrong facts, SignInRefused for somebody who has to wait, and
    RecordNotFound for a link that does not work, also after too many wrong facts. A session that
    this browser had before ends.
    """
    held = _working(session, _locked_link(session, token), at)
    tries = lock_out.of_window_links(session, person_id=held.link.person_id)
    lock_out.begin_try(session, tries, at=at)
    if not window_links.are_right(held.who.known, given):
        _note_wrong_facts(session, held, at)
        raise InputRefused({"facts": "facts_not_right"})
    lock_out.succeeded(session, tries, at=at)
    post = member_post(session, who=held.who, at=at)
    held.link.used_at = at
    live_sessions.end_token(session, token=browser.token, at=at)
    actor = Actor(post.account_id, held.link.person_id, post.role, post.unit.path)
    _record(session, actor, Act.WINDOW_LINK_USED, held.link, at)
    return live_sessions.open_session(
        session,
        account_id=post.account_id,
        post_id=post.id,
        window_id=held.window.id,
        at=at,
        device=browser.kind,
    )


def refuse_link(session: Session, *, token: str, at: datetime) -> None:
    """ "This is not me": the link ends. If a letter carried it, the address is somebody else's,
    and nothing more is sent there."""
    held = _working(session, _locked_link(session, token), at)
    _end(held.link, LinkEnding.NOT_ME, at)
    letter = letter_of(session, link=held.link)
    if letter is not None:
        letter.bounced_at = letter.bounced_at or at
        letter_box.refuse_address(session, person_id=held.link.person_id)
    _record(session, Machine(), Act.WINDOW_LINK_REFUSED, held.link, at)


def may_ask_for_another(session: Session, *, token: str, at: datetime) -> bool:
    """Of a link that does not work: it came by a letter, so another letter may be asked for.

    Whether one is written is told to nobody: it depends on whether the window was answered.
    """
    try:
        link = _link(session, token)
    except RecordNotFound:
        return False
    return link.made_by is None and link.closed_for is not LinkEnding.NOT_ME


def send_another(session: Session, *, token: str, at: datetime) -> None:
    """Write to the address on file, at most once a day. Answers nothing, whatever it finds."""
    try:
        held = _held(session, _locked_link(session, token), at)
    except RecordNotFound:
        return
    if not _can_be_written(held) or is_written_on(session, window=held.window, day=at.date()):
        return
    (letter,) = write_letters(session, to=[(held.window, held.who, Reason())], at=at)
    session.info[BELL] = True
    trail.record(
        session,
        by=held.signature,
        act=Act.REMINDER_WRITTEN,
        at=at,
        person_id=letter.person_id,
        subject=letter,
    )


def _link(session: Session, token: str) -> WindowLink:
    """The link that this token was made for, working or not."""
    link_id = window_links.id_in(vault.keys_of(session), token)
    link = None if link_id is None else session.get(WindowLink, link_id)
    if link is None:
        raise RecordNotFound("no such link")
    return link


def _locked_link(session: Session, token: str) -> WindowLink:
    """Of two devices that use one link at the same moment, the second finds it used."""
    link = _link(session, token)
    locked = {"of": Person, "key_share": True}
    session.get(Person, link.person_id, with_for_update=locked, populate_existing=True)
    return session.get_one(WindowLink, link.id, populate_existing=True)


def _held(session: Session, link: WindowLink, at: datetime) -> Held:
    """Its window is open, and its person is there. Raises RecordNotFound."""
    window = session.scalar(select(Window).where(Window.id == link.window_id, is_open(at.date())))
    who = find_addressee(session, person_id=link.person_id, today=at.date())
    if window is None or who is None:
        raise RecordNotFound("nobody is asked by this link any more")
    return Held(link, window, who)


def _working(session: Session, link: WindowLink, at: datetime) -> Held:
    held = _held(session, link, at)
    if not window_links.is_live(link, at) or not held.who.can_have_link:
        raise RecordNotFound("this link does not work")
    if link.made_by is not None and held.who.has_own_way:
        raise RecordNotFound("whoever has a way of their own needs no link that was handed over")
    return held


def _can_be_written(held: Held) -> bool:
    return held.link.closed_for is not LinkEnding.NOT_ME and held.who.problem is None


def _note_wrong_facts(session: Session, held: Held, at: datetime) -> None:
    """Counted although the answer is a refusal; the last one ends the link."""
    held.link.failures += 1
    if held.link.failures >= window_links.TRIES:
        _end(held.link, LinkEnding.WRONG_CODES, at)
    _record(
        session,
        held.signature,
        Act.WINDOW_LINK_REFUSED,
        held.link,
        at,
        decision=Decision.REFUSED,
    )
    session.info[KEEP] = True


def _end(link: WindowLink, why: LinkEnding, at: datetime) -> None:
    link.revoked_at, link.closed_for = at, why


def _record(
    session: Session,
    by: Signature,
    act: Act,
    link: WindowLink,
    at: datetime,
    *,
    decision: Decision = Decision.ALLOWED,
) -> None:
    trail.record(
        session, by=by, act=act, at=at, person_id=link.person_id, subject=link, decision=decision
    )
