"""Getting a site ready: units, duty, crisis contacts, deployments; and what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from models import trail, vault
from models.base import new_key
from models.duty import Watch, watch
from models.tables.accounts import Account, Post
from models.tables.care import Alert
from models.tables.people import Membership, Person, PersonKey
from models.tables.places import SEGMENT, CrisisContact, DutyRoster, Unit
from models.vocabulary import Act, AlertStatus, Role
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor, console
from welfare.policies.permissions import Permission

NAME_MOST = 120
DEEPEST = 16  # levels of units; a path has room for no more
MOST = {"name": NAME_MOST, "phone": 40, "hours": 120, "language": 8}  # as the columns hold


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit with what stands between it and being asked: `is_reachable` False is a gap."""

    unit: Unit
    people: int
    contacts: tuple[CrisisContact, ...]
    on_duty: str | None
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class SiteView:
    units: tuple[UnitView, ...]
    clinicians: tuple[tuple[UUID, str], ...]
    unowned_alerts: int


def read_site(session: Session, *, actor: Actor, at: datetime) -> SiteView:
    """The own units with their gaps. Names of clinicians, and of nobody else, are shown."""
    units = session.scalars(
        select(Unit).where(access.visible(actor, Permission.SITE_READ)).order_by(Unit.path)
    ).all()
    ids = [unit.id for unit in units]
    people = _head_counts(session, ids, at.date())
    contacts = session.scalars(
        select(CrisisContact)
        .where(CrisisContact.unit_id.in_(ids))
        .order_by(CrisisContact.name, CrisisContact.id)
    ).all()
    clinicians = _clinicians(session, ids, at.date())
    paths = {path for unit in units for path in unit.line}
    holds = watch(session, paths=paths, at=at)
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    return SiteView(
        units=tuple(_unit_view(unit, people, contacts, clinicians, holds) for unit in units),
        clinicians=tuple(sorted(clinicians.items(), key=lambda each: (each[1], str(each[0])))),
        unowned_alerts=_unowned_alerts(session, ids),
    )


def list_units(session: Session, *, actor: Actor) -> Sequence[Unit]:
    """The own units, to choose from."""
    return session.scalars(
        select(Unit).where(access.visible(actor, Permission.SITE_READ)).order_by(Unit.path)
    ).all()


def create_unit(
    session: Session, *, actor: Actor, parent_id: UUID, name: str, at: datetime
) -> Unit:
    """A unit below one of the own units. Raises InputRefused."""
    parent = session.get(Unit, parent_id)
    if parent is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.UNIT_CREATE, parent)
    if not name.strip() or len(name) > NAME_MOST:
        raise InputRefused({"name": "needed"})
    if parent.depth >= DEEPEST:
        raise InputRefused({"unit": "too_deep"})
    last = session.scalar(select(func.max(Unit.path)).where(Unit.parent_id == parent.id))
    number = int(last[-SEGMENT:]) + 1 if last else 1
    unit = Unit(
        id=new_key(),
        parent_id=parent.id,
        name=name.strip(),
        path=parent.path + str(number).zfill(SEGMENT),
    )
    session.add(unit)
    trail.record(session, by=actor, act=Act.UNIT_CREATED, at=at, subject=unit)
    return unit


def set_duty(
    session: Session,
    *,
    actor: Actor,
    unit_id: UUID,
    account_id: UUID,
    from_at: datetime,
    until_at: datetime | None,
    at: datetime,
) -> DutyRoster:
    """Put a clinician on duty for a unit and all below it. Raises InputRefused."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.DUTY_SET, unit)
    own_units = session.scalars(select(Unit.id).where(access.visible(actor, Permission.DUTY_SET)))
    problems = {}
    if account_id not in _clinicians(session, list(own_units), at.date()):
        problems["account"] = "choose"
    if until_at is not None and until_at <= from_at:
        problems["until"] = "before_start"
    if problems:
        raise InputRefused(problems)
    duty = DutyRoster(
        id=new_key(),
        unit_id=unit.id,
        account_id=account_id,
        from_at=from_at,
        until_at=until_at,
    )
    session.add(duty)
    trail.record(session, by=actor, act=Act.DUTY_SET, at=at, subject=duty)
    return duty


def add_crisis_contact(
    session: Session,
    *,
    actor: Actor,
    unit_id: UUID,
    language: str,
    name: str,
    phone: str,
    hours: str,
    at: datetime,
) -> CrisisContact:
    """Somebody to turn to now, for a unit and all below it. Raises InputRefused."""
    unit = session.get(Unit, unit_id)
    if unit is None:
        raise RecordNotFound("no such unit")
    access.require(actor, Permission.CRISIS_CONTACT_ADD, unit)
    given = {"name": name, "phone": phone, "hours": hours, "language": language}
    problems = {field: "needed" for field, text in given.items() if not text.strip()}
    problems |= {field: "too_long" for field, text in given.items() if len(text) > MOST[field]}
    if not problems and not any(sign.isdigit() for sign in phone):
        problems["phone"] = "not_a_phone"
    if not problems and _is_listed(session, unit, language.strip(), name.strip()):
        problems["name"] = "taken"
    if problems:
        raise InputRefused(problems)
    contact = CrisisContact(
        id=new_key(),
        unit_id=unit.id,
        **{field: text.strip() for field, text in given.items()},
    )
    session.add(contact)
    trail.record(session, by=actor, act=Act.CRISIS_CONTACT_ADDED, at=at, subject=contact)
    return contact


def _is_listed(session: Session, unit: Unit, language: str, name: str) -> bool:
    found = session.scalar(
        select(CrisisContact.id).where(
            CrisisContact.unit_id == unit.id,
            CrisisContact.language == language,
            CrisisContact.name == name,
        )
    )
    return found is not None


def list_crisis_contacts(
    session: Session, *, language: str, unit_path: str | None = None
) -> Sequence[tuple[str, CrisisContact]]:
    """Whom to turn to now: no sign-in needed. With a unit: only those that are for it.

    Of each contingent those who speak this language; where nobody does, all who can be called.
    """
    query = select(Unit, CrisisContact).join(Unit, Unit.id == CrisisContact.unit_id)
    if unit_path is not None:
        line = [unit_path[:end] for end in range(SEGMENT, len(unit_path) + 1, SEGMENT)]
        query = query.where(Unit.path.in_(line))
    found = session.execute(query.order_by(Unit.path.desc(), CrisisContact.id)).all()
    speaking = {unit.line[0] for unit, contact in found if contact.language == language}
    return [
        (unit.name, contact)
        for unit, contact in found
        if contact.language == language or unit.line[0] not in speaking
    ]


def find_units(session: Session, *, name: str) -> Sequence[Unit]:
    """Units of this name, for commands. Tells nothing about anybody."""
    return session.scalars(select(Unit).where(Unit.name == name).order_by(Unit.path)).all()


def ensure_unit(session: Session, *, name: str, at: datetime) -> Unit:
    """The unit of this name below the first contingent, made if there is none. For imports."""
    found = find_units(session, name=name)
    if found:
        return found[0]
    root = session.scalars(select(Unit).where(Unit.path == first_root(session))).one()
    return create_unit(session, actor=console(root.path), parent_id=root.id, name=name, at=at)


def first_root(session: Session) -> str:
    """The path of the first contingent, for commands that act on the whole site."""
    found = session.scalars(
        select(Unit.path).where(Unit.parent_id.is_(None)).order_by(Unit.path).limit(1)
    ).first()
    if found is None:
        raise RecordNotFound("no unit yet")
    return found


def root_of(session: Session, *, person_id: UUID) -> str:
    """The path of the contingent that somebody belongs to, for commands about one person."""
    return session.get_one(Person, person_id).unit.line[0]


def _head_counts(session: Session, unit_ids: Sequence[UUID], today: date) -> dict[UUID, int]:
    """Who is on a roster today: neither those who were erased, nor callers without an account."""
    found = session.execute(
        select(Membership.unit_id, func.count(Membership.person_id.distinct()))
        .join(PersonKey, PersonKey.person_id == Membership.person_id)
        .where(
            Membership.unit_id.in_(unit_ids),
            Membership.from_day <= today,
            or_(Membership.until_day.is_(None), Membership.until_day >= today),
        )
        .group_by(Membership.unit_id)
    )
    return {unit: people for unit, people in found}


def _unowned_alerts(session: Session, unit_ids: Sequence[UUID]) -> int:
    found = session.scalar(
        select(func.count())
        .select_from(Alert)
        .where(
            Alert.unit_id.in_(unit_ids),
            Alert.status == AlertStatus.RAISED,
            Alert.owner_id.is_(None),
        )
    )
    return found or 0


def _clinicians(session: Session, unit_ids: Sequence[UUID], today: date) -> dict[UUID, str]:
    found = session.scalars(
        select(Post)
        .join(Account, Account.id == Post.account_id)
        .where(
            Post.role.in_((Role.CLINICIAN, Role.CLINIC_LEAD)),
            Post.unit_id.in_(unit_ids),
            Account.disabled_at.is_(None),
        )
        .order_by(Post.id)
    ).all()
    held = {post.account_id for post in found if post.is_held(today)}
    return dict(vault.names_of(session, account_ids=held))


def _unit_view(
    unit: Unit,
    people: dict[UUID, int],
    contacts: Sequence[CrisisContact],
    clinicians: dict[UUID, str],
    holds: Watch,
) -> UnitView:
    duty = holds.on_duty(unit)
    return UnitView(
        unit=unit,
        people=people.get(unit.id, 0),
        contacts=tuple(contact for contact in contacts if contact.unit_id == unit.id),
        on_duty=clinicians.get(duty) if duty else None,
        is_reachable=holds.is_reachable(unit),
    )
