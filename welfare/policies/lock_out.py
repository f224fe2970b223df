"""How long somebody who gave wrong passwords or codes must wait.

Every try counts as a failure until it has succeeded: the counters are raised by the database
itself, so that many tries at the same moment cannot slip past each other.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import vault
from models.sealing import keyed_digest
from models.tables.accounts import Account, SignInCounter, WebSession
from models.tables.doors import KnownDevice
from welfare.errors import SignInRefused


class Limit(NamedTuple):
    """After how many failures in a row a subject waits, the first wait, and the longest."""

    most: int
    first_wait: timedelta
    longest: timedelta


# There is no counter for the whole site: with one, a single stranger could lock everybody out.
# A browser in which the owner has signed in before has a counter of its own, so that an attack
# from elsewhere never locks the owner out of it. A wrong code counts for the account from every
# browser, at a higher limit, but only an unknown one waits for that counter.
LIMITS = {
    "account-network": Limit(5, timedelta(seconds=30), timedelta(hours=1)),
    "account": Limit(20, timedelta(minutes=1), timedelta(minutes=15)),
    "device": Limit(5, timedelta(seconds=30), timedelta(hours=1)),
    "factor-session": Limit(5, timedelta(seconds=30), timedelta(hours=1)),
    "factor-account": Limit(10, timedelta(minutes=1), timedelta(hours=1)),
    "factor-device": Limit(5, timedelta(seconds=30), timedelta(hours=1)),
    "window-links": Limit(10, timedelta(minutes=1), timedelta(minutes=15)),
    # A whole camp may share one satellite link.
    "calls-network": Limit(20, timedelta(minutes=1), timedelta(minutes=15)),
}
QUIET = timedelta(days=1)  # a row of failures is over when nothing has failed for so long
MOST_DOUBLINGS = 16
SWEPT_AT_ONCE = 500
UPSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
Subjects = Mapping[str, bytes]  # kind of counter, keyed digest of whom it counts


def of_sign_in(session: Session, *, login: bytes, network: str, known: bytes | None) -> Subjects:
    """`login` is the blind index of a name; `known` the digest of a known device of its owner."""
    if known is not None:
        return _subjects(session, {"device": known.hex()})
    return _subjects(
        session, {"account-network": f"{login.hex()}|{network}", "account": login.hex()}
    )


def of_second_factor(
    session: Session, *, account_id: UUID, session_id: UUID, known: bytes | None
) -> Subjects:
    elsewhere = {"factor-account": account_id.hex}
    return _subjects(
        session,
        {"factor-session": session_id.hex}
        | ({"factor-device": known.hex()} if known is not None else elsewhere),
    )


def of_calls(session: Session, *, network: str) -> Subjects:
    """Who asks for calls without a name, counted by network alone."""
    return _subjects(session, {"calls-network": network})


def of_window_links(session: Session, *, person_id: UUID) -> Subjects:
    """All links that were ever sent to one person: each of them ends by itself much sooner."""
    return _subjects(session, {"window-links": person_id.hex})


def note_wrong_code(session: Session, *, account_id: UUID, at: datetime) -> None:
    """From a known device: it waits for its own counter alone, but others wait for this one too."""
    (subject,) = _subjects(session, {"factor-account": account_id.hex}).values()
    _count(session, subject, LIMITS["factor-account"], at)


def forget_account(session: Session, *, account: Account) -> None:
    """Somebody is erased: nothing counted for their account or browsers stays.

    What was counted for their name in one network cannot be told from others, and goes after a
    quiet day like everything.
    """
    owned = (account.login_digest.hex(), account.id.hex)
    texts = {"account": owned[0], "factor-account": owned[1]}
    subjects = list(_subjects(session, texts).values())
    devices = select(KnownDevice.token_digest).where(KnownDevice.account_id == account.id)
    for known in session.scalars(devices):
        both = {"device": known.hex(), "factor-device": known.hex()}
        subjects += _subjects(session, both).values()
    sessions = select(WebSession.id).where(WebSession.account_id == account.id)
    for session_id in session.scalars(sessions):
        subjects += _subjects(session, {"factor-session": session_id.hex}).values()
    session.execute(delete(SignInCounter).where(SignInCounter.subject.in_(subjects)))


def forget_person(session: Session, *, person_id: UUID) -> None:
    """The same for tries with their links, which need no account."""
    subjects = of_window_links(session, person_id=person_id).values()
    session.execute(delete(SignInCounter).where(SignInCounter.subject.in_(subjects)))


def insist_on_no_wait(session: Session, subjects: Subjects, *, at: datetime) -> None:
    """Raises SignInRefused, with the seconds left, while one of the subjects has to wait."""
    stored = select(SignInCounter.blocked_until).where(SignInCounter.subject.in_(subjects.values()))
    _refuse_waiting(list(session.scalars(stored)), at)


def begin_try(session: Session, subjects: Subjects, *, at: datetime) -> None:
    """Count this try as failed. `succeeded` takes that back.

    Raises SignInRefused for somebody who has to wait; that try is then not counted.
    """
    waits = [_count(session, subject, LIMITS[kind], at) for kind, subject in _in_order(subjects)]
    _refuse_waiting(waits, at)


def succeeded(session: Session, subjects: Subjects, *, at: datetime) -> None:
    """The owner has come in: the row of failures is over. So are all that have been quiet; here
    they are swept out, where no stranger can make the house sweep."""
    session.execute(delete(SignInCounter).where(SignInCounter.subject.in_(subjects.values())))
    quiet = (
        select(SignInCounter.subject)
        .where(SignInCounter.last_at < at - QUIET)
        .limit(SWEPT_AT_ONCE)
        .with_for_update(skip_locked=True)  # somebody is just trying: waiting could be mutual
    )
    session.execute(
        delete(SignInCounter)
        .where(SignInCounter.subject.in_(quiet))
        .execution_options(synchronize_session=False)
    )


def _count(session: Session, subject: bytes, limit: Limit, at: datetime) -> datetime | None:
    """Raise one counter; returns until when its subject had to wait before this try."""
    upsert = UPSERT[session.get_bind().dialect.name](SignInCounter)
    is_over = SignInCounter.last_at < at - QUIET
    raised = (
        upsert.values(subject=subject, failures=1, last_at=at)
        .on_conflict_do_update(
            index_elements=[SignInCounter.subject],
            set_={
                "failures": case((is_over, 1), else_=SignInCounter.failures + 1),
                "last_at": at,
            },
        )
        .returning(SignInCounter.failures, SignInCounter.blocked_until)
    )
    failures, blocked_until = session.execute(raised).one()
    if failures >= limit.most:
        doubled = limit.first_wait * 2 ** min(failures - limit.most, MOST_DOUBLINGS)
        session.execute(
            update(SignInCounter)
            .where(SignInCounter.subject == subject)
            .values(blocked_until=at + min(doubled, limit.longest))
        )
    waited: datetime | None = blocked_until
    return waited


def _refuse_waiting(waits: list[datetime | None], at: datetime) -> None:
    blocked = max((until for until in waits if until is not None and until > at), default=None)
    if blocked is not None:
        raise SignInRefused(wait_seconds=int((blocked - at).total_seconds()) + 1)


def _subjects(session: Session, texts: Mapping[str, str]) -> Subjects:
    key = vault.keys_of(session).derived("sign-in-counters")
    return {kind: keyed_digest(key, f"{kind}|{text}".encode()) for kind, text in texts.items()}


def _in_order(subjects: Subjects) -> list[tuple[str, bytes]]:
    """Always the same order: two transactions that wait for each other's rows would both fail."""
    return sorted(subjects.items(), key=lambda each: each[1])
