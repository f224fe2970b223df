"""Accounts: made, disabled and enabled. The first administrator comes by set-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.duty import CLINICAL
from models.enrolment import SERVICE_NUMBER, Newcomer, enrol, person_numbered
from models.hand_over import Leaving, leave_posts
from models.sealing import blind_index
from models.session import check_site, mark_site
from models.tables.accounts import Account
from models.tables.doors import Invitation
from models.tables.people import Person
from models.tables.places import SEGMENT, Unit
from models.vocabulary import Act, LinkEnding, PostEnding, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.gateways.mail import is_address
from welfare.policies import access, live_sessions
from welfare.policies.actor import Actor, console
from welfare.policies.appointing import STAFF, is_console, is_open, new_post
from welfare.policies.colleagues import find_colleague
from welfare.policies.holders import locked_holder, require_over
from welfare.policies.passwords import first_password, hashed
from welfare.policies.permissions import Permission

NAME_MOST = 80
LOGIN_LEAST = 3
CLOSED_LISTS = {"sex": ("", "female", "male"), "rank_band": ("", "junior", "nco", "officer")}
BIRTH_YEARS = range(1900, 2101)
FACTS = ("sex", "birth_year", "rank_band", "language")


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account, and at the console its first password: shown once, changed at once.

    Pages show no password: the owner chooses one by a link. Then `password` is empty.
    """

    account: Account
    password: str


def create_account(
    session: Session,
    *,
    actor: Actor,
    unit_id: UUID,
    role: str,
    login: str,
    details: Mapping[str, str],
    at: datetime,
    password: str | None = None,
    person_id: UUID | None = None,
) -> NewAccount:
    """A person with an account: always a member, and with `role` in the unit if it is a duty.

    `details`: given, family, and if known service_number, email, phone, sex, birth_year,
    rank_band, language. With `person_id` the account is for somebody who is here already, and
    `details` is not used. A duty waits for a second administrator, but not at the console.
    Raises InputRefused naming fields, AccessDenied outside own units.
    """
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.ACCOUNT_CREATE, unit)
    digest = blind_index(vault.keys_of(session), "login", login)
    known = session.get(Person, person_id) if person_id is not None else None
    if known is not None:
        access.require(actor, Permission.ACCOUNT_CREATE, known.unit)
    problems = {} if known is not None else _unusable(session, role, details)
    problems |= _unusable_sign_in(session, role, login, digest)
    if problems:
        raise InputRefused(problems)
    person = known or _enrolled(session, actor, unit, details, at)
    first = password or (first_password() if is_console(actor) else "")
    account = _account(person, digest, first, is_own=password is not None, at=at)
    session.add(account)
    session.flush()
    for each in {Role.MEMBER, Role(role)}:
        session.add(new_post(actor, account_id=account.id, unit_id=unit.id, role=each, at=at))
    trail.record(
        session, by=actor, act=Act.ACCOUNT_CREATED, at=at, person_id=person.id, subject=account
    )
    return NewAccount(account, first)


def disable_account(
    session: Session,
    *,
    actor: Actor,
    account_id: UUID,
    at: datetime,
    colleague_id: UUID | None = None,
    even_so: bool = False,
) -> Account:
    """Nobody can sign in with it any more: sessions and links end, duties are over, work goes on.

    Open cases go to the colleague, or like open alerts to who is on duty. Raises InputRefused
    where units would be left without any clinician, unless it is to be done even so.
    """
    holder = locked_holder(session, account_id=account_id, today=at.date())
    account = holder.account
    require_over(actor, Permission.ACCOUNT_DISABLE, holder)
    if account.id == actor.account_id:
        raise InputRefused({"account": "not_yourself"})
    if account.disabled_at is not None:
        raise MoveNotAllowed("this account is disabled already")
    duties = [post for post in holder.posts if post.role in STAFF and is_open(post, at.date())]
    leaving = Leaving(account, actor, find_colleague(session, actor, account, colleague_id, at), at)
    with session.begin_nested():  # undone if refused: the page shows things as they are
        leaves_gap = leave_posts(session, leaving=leaving, posts=duties, ending=PostEnding.DISABLED)
        if leaves_gap and not even_so:
            raise InputRefused({"even_so": "nobody_left"})
    account.disabled_at = at
    live_sessions.end_all(session, account_id=account.id, at=at)
    _end_links(session, account, at)
    trail.record(
        session,
        by=actor,
        act=Act.ACCOUNT_DISABLED,
        at=at,
        person_id=account.person_id,
        subject=account,
    )
    return account


def enable_account(session: Session, *, actor: Actor, account_id: UUID, at: datetime) -> Account:
    """Its owner can sign in again, as a member. Duties are given anew, by two administrators."""
    holder = locked_holder(session, account_id=account_id, today=at.date())
    require_over(actor, Permission.ACCOUNT_DISABLE, holder)
    account = holder.account
    if account.id == actor.account_id:
        raise InputRefused({"account": "not_yourself"})
    if account.disabled_at is None:
        raise MoveNotAllowed("this account is not disabled")
    account.disabled_at = None
    trail.record(
        session,
        by=actor,
        act=Act.ACCOUNT_ENABLED,
        at=at,
        person_id=account.person_id,
        subject=account,
    )
    return account


def found_site(
    session: Session,
    *,
    unit_name: str,
    login: str,
    details: Mapping[str, str],
    at: datetime,
) -> NewAccount:
    """The first unit and the first administrator of an empty site. Refused on any other."""
    if check_site(session):
        raise MoveNotAllowed("this site is set up already")
    mark_site(session)
    unit = Unit(id=new_key(), name=unit_name.strip(), path="1".zfill(SEGMENT))
    session.add(unit)
    session.flush()
    trail.record(session, by=console(unit.path), act=Act.UNIT_CREATED, at=at, subject=unit)
    return create_account(
        session,
        actor=console(unit.path),
        unit_id=unit.id,
        role=Role.ADMINISTRATOR,
        login=login,
        details=details,
        at=at,
    )


def find_account(session: Session, *, login: str) -> Account:
    """The account of a sign-in name, for commands. Raises RecordNotFound."""
    digest = blind_index(vault.keys_of(session), "login", login)
    account = session.scalar(select(Account).where(Account.login_digest == digest))
    if account is None:
        raise RecordNotFound("no such account")
    return account


def _unusable_sign_in(session: Session, role: str, login: str, digest: bytes) -> dict[str, str]:
    problems = {} if role in set(Role) else {"role": "choose"}
    if not LOGIN_LEAST <= len(login.strip()) <= NAME_MOST:
        problems["login"] = "too_short"
    elif session.scalar(select(Account.id).where(Account.login_digest == digest)) is not None:
        problems["login"] = "taken"
    return problems


def _unusable(session: Session, role: str, details: Mapping[str, str]) -> dict[str, str]:
    """Which details cannot be kept, and why."""
    problems = {name: "needed" for name in ("given", "family") if not details.get(name, "").strip()}
    problems |= {name: "too_long" for name, text in details.items() if len(text) > NAME_MOST}
    year, number = details.get("birth_year", ""), details.get(SERVICE_NUMBER, "")
    if year and not (year.isdecimal() and len(year) < 5 and int(year) in BIRTH_YEARS):
        problems["birth_year"] = "not_a_year"
    if number and person_numbered(session, number) is not None:
        problems[SERVICE_NUMBER] = "taken"
    problems |= {
        name: "choose" for name, known in CLOSED_LISTS.items() if details.get(name, "") not in known
    }
    return problems | _unusable_address(role, details.get("email", "").strip())


def _unusable_address(role: str, address: str) -> dict[str, str]:
    if not address:
        return {"email": "needed_for_nudges"} if role in CLINICAL else {}
    return {} if is_address(address) else {"email": "not_an_address"}


def _enrolled(
    session: Session, actor: Actor, unit: Unit, details: Mapping[str, str], at: datetime
) -> Person:
    facts: dict[str, str | int | None] = {name: details.get(name) or None for name in FACTS}
    if facts["birth_year"]:
        facts["birth_year"] = int(facts["birth_year"])
    identity = {name: text.strip() for name, text in details.items() if name not in FACTS}
    newcomer = Newcomer(unit=unit, since=at.date(), facts=facts, identity=identity)
    person = enrol(session, newcomer=newcomer, at=at).person
    trail.record(session, by=actor, act=Act.PERSON_ADDED, at=at, person_id=person.id)
    return person


def _account(
    person: Person, digest: bytes, password: str, *, is_own: bool, at: datetime
) -> Account:
    return Account(
        id=new_key(),
        person_id=person.id,
        login_digest=digest,
        password_hash=hashed(password or live_sessions.new_token()),
        must_change_password=not is_own,
        used_at=at if is_own else None,
        created_at=at,
    )


def _end_links(session: Session, account: Account, at: datetime) -> None:
    for link in session.scalars(
        select(Invitation).where(
            Invitation.account_id == account.id,
            Invitation.used_at.is_(None),
            Invitation.revoked_at.is_(None),
        )
    ):
        link.revoked_at, link.closed_for = at, LinkEnding.DISABLED
