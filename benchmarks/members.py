"""Members in front of the send button: signed in, all parts answered, nothing sent yet."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy.orm import Session

from models import vault
from models.base import Base, new_key
from models.enrolment import Enrolled, Newcomer, enrol, enrol_many
from models.instruments.payload import SIZE
from models.session import Database, transaction
from models.tables.accounts import Account, Post, WebSession
from models.tables.places import CrisisContact, DutyRoster, Unit
from models.tables.screenings import Draft, Window
from models.vocabulary import Phase, Role
from welfare.policies.actor import Actor

Answers = Mapping[str, Mapping[str, int | None]]
MONTH = timedelta(days=30)
CALM: Answers = {
    "pc-ptsd-5": {"0": 0},
    "phq-9": {str(item): item % 2 for item in range(1, 9)} | {"9": 0},
    "gad-2": {"1": 0, "2": 1},
    "audit-c": {"1": 1, "2": 0, "3": 0},
}
STRAINED: Answers = {
    **CALM,
    "pc-ptsd-5": {str(item): 1 for item in range(6)},
    "pcl-5": {str(item): 2 for item in range(1, 21)},
}
CRITICAL: Answers = {**CALM, "phq-9": {**CALM["phq-9"], "9": 1}}
# Of fifty forms, one names suicide and five open a second stage.
MIX = (CRITICAL, *5 * (STRAINED,), *44 * (CALM,))


@dataclass(frozen=True, slots=True)
class Member:
    """What a browser holds just before it sends."""

    token: str
    window_id: UUID
    submission_id: UUID
    answers: Answers
    version: int | None  # of the draft


def make_unit(database: Database) -> tuple[Unit, Actor]:
    """One unit with a crisis contact and a clinician on duty."""
    at = datetime.now(UTC)
    with transaction(database) as session:
        unit = Unit(id=new_key(), name="Contingent", path="0001")
        session.add(unit)
        session.flush()
        clinician = enrol(session, newcomer=_newcomer(unit, at, "Clinician"), at=at)
        account = _account(clinician, at)
        session.add(account)
        session.flush()
        session.add_all(
            [
                _post(account, unit, Role.CLINICIAN, at),
                DutyRoster(unit_id=unit.id, account_id=account.id, from_at=at - MONTH),
                CrisisContact(
                    unit_id=unit.id, language="en", name="Clinic", phone="+00 555", hours="Always"
                ),
            ]
        )
    return unit, Actor(account.id, clinician.person.id, Role.CLINICIAN, unit.path)


def make_members(
    database: Database, unit: Unit, count: int, *, has_draft: bool = True
) -> list[Member]:
    """So many, each with an account, a live session, an open window and a finished draft."""
    at = datetime.now(UTC)
    with transaction(database) as session:
        unit = session.get_one(Unit, unit.id)
        newcomers = [_newcomer(unit, at, f"Member {number}") for number in range(count)]
        made = enrol_many(session, newcomers=newcomers, at=at)
        return _ready_to_send(session, unit, made, at, has_draft=has_draft)


def open_session(database: Database, actor: Actor, post_id: UUID) -> str:
    """The token of a fresh session of this actor."""
    with transaction(database) as session:
        token, row = _web_session(actor.account_id, post_id, datetime.now(UTC))
        row.proved_at = row.fresh_at  # as if the second factor had been given
        session.add(row)
    return token


def _ready_to_send(
    session: Session, unit: Unit, made: Sequence[Enrolled], at: datetime, *, has_draft: bool
) -> list[Member]:
    waiting: list[tuple[str, Draft, Answers]] = []
    layers: list[list[Base]] = [[], [], []]  # each refers to the one before it
    for number, person in enumerate(made):
        account, window = _account(person, at), _window(person, at)
        post = _post(account, unit, Role.MEMBER, at)
        token, web_session = _web_session(account.id, post.id, at)
        answers = MIX[number % len(MIX)]
        draft = _draft(person, window, answers, at)
        waiting.append((token, draft, answers))
        for layer, rows in zip(
            layers, ((account, window), (post, draft)[: 1 + has_draft], (web_session,)), strict=True
        ):
            layer.extend(rows)
    for layer in layers:
        session.add_all(layer)
        session.flush()  # a draft gets its version
    return [
        Member(token, draft.window_id, draft.submission_id, answers, draft.version)
        for token, draft, answers in waiting
    ]


def _newcomer(unit: Unit, at: datetime, family: str) -> Newcomer:
    return Newcomer(
        unit=unit,
        since=at.date() - 12 * MONTH,
        facts={"sex": "female", "birth_year": 1991, "rank_band": "nco", "language": "en"},
        identity={"given": "Ada", "family": family, "service_number": secrets.token_hex(8)},
    )


def _account(person: Enrolled, at: datetime) -> Account:
    return Account(
        id=new_key(),
        person_id=person.person.id,
        login_digest=secrets.token_bytes(32),
        password_hash="none",  # noqa: S106 - nobody signs in by it
        must_change_password=False,
        created_at=at,
    )


def _post(account: Account, unit: Unit, role: Role, at: datetime) -> Post:
    return Post(
        id=new_key(),
        account_id=account.id,
        unit_id=unit.id,
        role=role,
        from_day=at.date() - MONTH,
        confirmed_at=at,
    )


def _web_session(account_id: UUID, post_id: UUID, at: datetime) -> tuple[str, WebSession]:
    token = secrets.token_urlsafe(32)
    digest = sha256(token.encode()).digest()
    return token, WebSession(
        token_digest=digest,
        account_id=account_id,
        post_id=post_id,
        created_at=at,
        seen_at=at,
        fresh_at=at,
        proved_at=at,  # as if the second factor, which staff need, had been given
    )


def _window(person: Enrolled, at: datetime) -> Window:
    return Window(
        id=new_key(),
        person_id=person.person.id,
        programme="un-contingent/1",
        code="after",
        phase=Phase.POST,
        opens_on=at.date() - MONTH,
        due_by=at.date() + MONTH,
        closes_on=at.date() + MONTH,
    )


def _draft(person: Enrolled, window: Window, answers: Answers, at: datetime) -> Draft:
    draft = Draft(
        id=new_key(),
        window_id=window.id,
        person_id=window.person_id,
        submission_id=new_key(),
        saved_at=at,
    )
    draft.payload = vault.sealed(person.data_key, draft, "payload", answers, size=SIZE)
    return draft
