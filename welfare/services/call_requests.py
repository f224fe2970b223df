"""Asking to be called: by a member in one tap, or by anybody who leaves a number and no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from unicodedata import digit
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models import alerts, rulebook, trail, vault
from models.duty import watch_for
from models.enrolment import Newcomer, enrol
from models.programmes import Programme
from models.sealing import blind_index
from models.tables.care import Alert
from models.tables.people import Identity, Membership, Person
from models.tables.places import Unit
from models.trail import Signature
from models.vocabulary import Act, AlertKind, AlertStatus
from welfare.errors import InputRefused, NotOffered, RecordNotFound, SignInRefused
from welfare.policies import access, lock_out
from welfare.policies.actor import Actor, Machine
from welfare.policies.contingents import zone_of
from welfare.policies.local_time import Zone
from welfare.policies.permissions import Permission

MOST = {"phone": 40, "called": 60}
# Somebody could flood the people on duty; beyond this the page gives the numbers to call. Only
# calls without a name count: nobody can close this door to members.
WAITING_MOST = 100
BY_DIGEST = select(Person).where(Person.source_digest == bindparam("digest"))
LOCKED_PERSON = (
    select(Person.id).where(Person.id == bindparam("person_id")).with_for_update(key_share=True)
)
ON_NO_ROSTER = ~select(Membership.id).where(Membership.person_id == Alert.person_id).exists()


@dataclass(frozen=True, slots=True)
class Asked:
    """A call that was asked for, and by when somebody should call. `zone`: of their place.

    Asking again says nothing about earlier calls: anybody can type anybody's number.
    """

    alert: Alert
    by_when: datetime
    zone: Zone


def list_places(session: Session) -> Sequence[Unit]:
    """The contingents, from which somebody without an account chooses theirs."""
    return session.scalars(
        select(Unit).where(Unit.parent_id.is_(None)).order_by(Unit.name, Unit.id)
    ).all()


def own_number(session: Session, *, actor: Actor, at: datetime) -> str:
    """The telephone number on file, to show where the call will go. Empty if there is none."""
    person, key = _own(session, actor)
    identity = session.get(Identity, person.id)
    trail.record_read(
        session, by=actor, act=Act.OWN_RECORD_READ, at=at, person_ids=[person.id], subject=identity
    )
    content = vault.opened(key, identity, "content") if identity is not None else None
    return str((content or {}).get("phone", ""))


def ask_as_member(
    session: Session, *, actor: Actor, phone: str, programme: Programme, at: datetime
) -> Asked:
    """Call me: to the number given, else to the one on file. Raises InputRefused, NotOffered."""
    found = vault.locked_person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    person, key = found
    access.require(actor, Permission.CALL_ASK, person)
    number = phone.strip() or own_number(session, actor=actor, at=at)
    _insist_on_number(number, called="")
    return _raise(
        session,
        by=actor,
        person=person,
        unit=person.unit,
        call={"phone": number, "called": ""},
        data_key=key,
        programme=programme,
        at=at,
    )


def ask_without_name(
    session: Session,
    *,
    unit_id: UUID,
    phone: str,
    called: str,
    network: str,
    programme: Programme,
    at: datetime,
) -> Asked:
    """Somebody leaves a number, and the name to ask for if they like. Nothing else is kept.

    The same number and name are the same caller, who is on no unit's roster. Many calls from one
    network have to wait, and are told to call themselves.
    """
    unit = session.get(Unit, unit_id)
    if unit is None or unit.parent_id is not None:
        raise InputRefused({"unit": "choose"})
    _insist_on_number(phone, called=called)
    by = Machine()
    _insist_on_no_flood(session, unit, network, at)
    person, key = _caller(session, by, unit, phone.strip(), called.strip(), at)
    return _raise(
        session,
        by=by,
        person=person,
        unit=unit,
        call={"phone": phone.strip(), "called": called.strip()},
        data_key=key,
        programme=programme,
        at=at,
    )


def _raise(
    session: Session,
    *,
    by: Signature,
    person: Person,
    unit: Unit,
    call: dict[str, str],
    data_key: bytes,
    programme: Programme,
    at: datetime,
) -> Asked:
    clocks = rulebook.followed(session, [unit], default=programme)[unit.id].clocks
    by_when, zone = at + clocks.answer_within, zone_of(session, unit)
    trail.record(session, by=by, act=Act.CALL_ASKED, at=at, person_id=person.id)
    same = _same_waiting(session, person, call, data_key)
    if same is not None:
        return Asked(same, by_when, zone)
    watch = watch_for(session, unit=unit, at=at)
    if watch.human_for(unit, not_person=person.id) is None:
        raise NotOffered("nobody is there who could call")
    alert = alerts.raise_call_request(
        session,
        by=by,
        person_id=person.id,
        unit=unit,
        call=call,
        at=at,
        clocks=clocks,
        watch=watch,
        data_key=data_key,
    )
    return Asked(alert, by_when, zone)


def _same_waiting(
    session: Session, person: Person, call: dict[str, str], data_key: bytes
) -> Alert | None:
    """The same wish that nobody has taken yet. Its nudges go on, so another alert adds nothing.

    Another number, or a wish after somebody took the last one, is a new wish.
    """
    session.scalar(LOCKED_PERSON, {"person_id": person.id})  # a double tap comes one after another
    waiting = session.scalars(
        select(Alert).where(
            Alert.person_id == person.id,
            Alert.kind == AlertKind.CALL_REQUEST,
            Alert.status == AlertStatus.RAISED,
        )
    )
    return next(
        (each for each in waiting if vault.opened(data_key, each, "detail")["call"] == call), None
    )


def _own(session: Session, actor: Actor) -> tuple[Person, bytes]:
    found = vault.person_with_key(session, person_id=actor.person_id)
    if found is None:
        raise RecordNotFound("no such person")
    access.require(actor, Permission.CALL_ASK, found[0])
    return found


def _insist_on_number(phone: str, *, called: str) -> None:
    problems = {}
    if not any(sign.isdecimal() for sign in phone):
        problems["phone"] = "not_a_phone"
    if len(phone) > MOST["phone"]:
        problems["phone"] = "too_long"
    if len(called) > MOST["called"]:
        problems["called"] = "too_long"
    if problems:
        raise InputRefused(problems)


def _insist_on_no_flood(session: Session, unit: Unit, network: str, at: datetime) -> None:
    try:
        lock_out.begin_try(session, lock_out.of_calls(session, network=network), at=at)
    except SignInRefused:
        raise NotOffered("too many calls were asked for from one network") from None
    waiting = session.scalar(
        select(func.count())
        .select_from(Alert)
        .where(
            Alert.kind == AlertKind.CALL_REQUEST,
            Alert.status == AlertStatus.RAISED,
            Alert.unit_id == unit.id,
            ON_NO_ROSTER,
        )
    )
    if (waiting or 0) >= WAITING_MOST:
        raise NotOffered("more calls are waiting than can be made")


def _caller(
    session: Session, by: Signature, unit: Unit, phone: str, called: str, at: datetime
) -> tuple[Person, bytes]:
    text = f"{unit.id}|{_plain_number(phone)}|{called}"
    digest = blind_index(vault.keys_of(session), "caller", text)
    known = session.scalar(BY_DIGEST, {"digest": digest})
    if known is None:
        newcomer = Newcomer(
            unit=unit,
            since=None,
            facts={},
            identity={"given": called, "family": "", "phone": phone},
            source_digest=digest,
        )
        try:
            with session.begin_nested():
                made = enrol(session, newcomer=newcomer, at=at)
                trail.record(session, by=by, act=Act.PERSON_ADDED, at=at, person_id=made.person.id)
                return made.person, made.data_key
        except IntegrityError:  # the other tap of a double tap was first
            known = session.scalars(BY_DIGEST, {"digest": digest}).one()
    return known, vault.key_for(session, person_id=known.id)


def _plain_number(phone: str) -> str:
    """The digits alone; +33 and 0033 are the same number."""
    return "".join(str(digit(sign, "")) for sign in phone).removeprefix("00")
