"""Accounts and Posts: who may sign in, and as what. The first administrator comes by set-up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.enrolment import SERVICE_NUMBER, Newcomer, enrol, person_numbered
from models.sealing import blind_index
from models.session import check_site, mark_site
from models.tables.accounts import Account, Post, WebSession
from models.tables.people import Person
from models.tables.places import SEGMENT, Unit
from models.vocabulary import Act, Role
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor, console
from welfare.policies.passwords import first_password, hashed
from welfare.policies.permissions import Permission

NAME_MOST = 80
LOGIN_LEAST = 3
CLOSED_LISTS = {"sex": ("", "female", "male"), "rank_band": ("", "junior", "nco", "officer")}
BIRTH_YEARS = range(1900, 2101)
FACTS = ("sex", "birth_year", "rank_band", "language")
CLINICAL = frozenset({Role.CLINICIAN, Role.CLINIC_LEAD})
# A commander's Post is never held beside one that reads about the same people.
READERS = CLINICAL | {Role.PRIVACY_OFFICER}


@dataclass(frozen=True, slots=True)
class NewAccount:
    """The account and its first password, shown once and changed at the first sign-in."""

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
    `details` is not used. Raises InputRefused naming fields, AccessDenied outside own units.
    """
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.ACCOUNT_CREATE, unit)
    digest = blind_index(vault.keys_of(session), "login", login)
    known = session.get(Person, person_id) if person_id is not None else None
    if known is not None:
        access.require(actor, Permission.ACCOUNT_CREATE, known.unit)
    _check(
        session,
        role=role,
        login=login,
        digest=digest,
        details=details,
        is_known=known is not None,
    )
    person = known or _enrolled(session, actor, unit, details, at)
    first = password or first_password()
    account = _account(person, digest, first, is_own=password is not None, at=at)
    session.add(account)
    session.flush()
    session.add_all(_posts(account, unit, Role(role), at.date()))
    trail.record(session, by=actor, act=Act.ACCOUNT_CREATED, at=at, subject=account)
    return NewAccount(account, first)


def give_post(
    session: Session,
    *,
    actor: Actor,
    login: str,
    unit_id: UUID,
    role: str,
    at: datetime,
) -> Post:
    """A further Post for somebody who has an account. Raises InputRefused for a forbidden pair."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.ACCOUNT_CREATE, unit)
    account = find_account(session, login=login)
    held = session.scalars(select(Post).where(Post.account_id == account.id)).all()
    if account.id == actor.account_id:
        raise InputRefused({"role": "not_yourself"})
    if role not in set(Role):
        raise InputRefused({"role": "choose"})
    if _is_forbidden(Role(role), unit, [post for post in held if post.is_held(at.date())]):
        raise InputRefused({"role": "forbidden_pair"})
    post = Post(
        id=new_key(),
        account_id=account.id,
        unit_id=unit.id,
        role=Role(role),
        from_day=at.date(),
    )
    session.add(post)
    trail.record(session, by=actor, act=Act.POST_GIVEN, at=at, subject=post)
    return post


def disable_account(session: Session, *, actor: Actor, login: str, at: datetime) -> Account:
    """Nobody can sign in with it any more; its open sessions end now."""
    account = find_account(session, login=login)
    person = session.get_one(Person, account.person_id)
    access.require(actor, Permission.ACCOUNT_CREATE, person.unit)
    account.disabled_at = at
    for stored in session.scalars(select(WebSession).where(WebSession.account_id == account.id)):
        stored.ended_at = stored.ended_at or at
    trail.record(session, by=actor, act=Act.ACCOUNT_DISABLED, at=at, subject=account)
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


def _check(
    session: Session,
    *,
    role: str,
    login: str,
    digest: bytes,
    details: Mapping[str, str],
    is_known: bool,
) -> None:
    problems = {} if is_known else _unusable(session, details)
    if role not in set(Role):
        problems["role"] = "choose"
    if role in CLINICAL and not is_known and "@" not in details.get("email", ""):
        problems["email"] = "needed_for_nudges"
    if not LOGIN_LEAST <= len(login.strip()) <= NAME_MOST:
        problems["login"] = "too_short"
    elif session.scalar(select(Account.id).where(Account.login_digest == digest)) is not None:
        problems["login"] = "taken"
    if problems:
        raise InputRefused(problems)


def _unusable(session: Session, details: Mapping[str, str]) -> dict[str, str]:
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
    return problems


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
        password_hash=hashed(password),
        must_change_password=not is_own,
        created_at=at,
    )


def _posts(account: Account, unit: Unit, role: Role, since: date) -> list[Post]:
    return [
        Post(
            id=new_key(),
            account_id=account.id,
            unit_id=unit.id,
            role=each,
            from_day=since,
        )
        for each in {Role.MEMBER, role}
    ]


def find_account(session: Session, *, login: str) -> Account:
    """The account of a sign-in name, for commands. Raises RecordNotFound."""
    digest = blind_index(vault.keys_of(session), "login", login)
    account = session.scalar(select(Account).where(Account.login_digest == digest))
    if account is None:
        raise RecordNotFound("no such account")
    return account


def find_post(session: Session, *, login: str, role: Role) -> Post:
    """A Post of this role held by this account, for commands."""
    account = find_account(session, login=login)
    return session.scalars(
        select(Post).where(Post.account_id == account.id, Post.role == role).order_by(Post.id)
    ).one()


def _is_forbidden(role: Role, unit: Unit, held: list[Post]) -> bool:
    """Command and care over the same people do not meet in one person."""
    if role is Role.COMMANDER:
        others = READERS
    elif role in READERS:
        others = frozenset({Role.COMMANDER})
    else:
        return False
    return any(
        post.role in others
        and (post.unit.path.startswith(unit.path) or unit.path.startswith(post.unit.path))
        for post in held
    )
