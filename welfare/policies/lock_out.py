"""How long somebody who gave wrong passwords must wait: counters per account and network."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import vault
from models.sealing import keyed_digest
from models.tables.accounts import SignInCounter
from welfare.errors import SignInRefused

# After how many failures in a row a subject waits, the first wait, the longest, and how long
# nothing may fail before a row of failures is over. There is no counter for the whole site: with
# one, a single stranger could lock everybody out.
LIMITS = {
    "account-network": (5, timedelta(seconds=30), timedelta(hours=1), timedelta(days=1)),
    "account": (20, timedelta(minutes=1), timedelta(minutes=15), timedelta(days=1)),
}
Counters = Mapping[str, SignInCounter]


def counters_for(session: Session, *, login: bytes, network: str) -> Counters:
    """One counter per subject, new ones not yet stored. Subjects are keyed digests.

    `login` is the blind index of a sign-in name: one name has one counter, however it is spelt.
    """
    key = vault.keys_of(session).derived("sign-in-counters")
    texts = {"account-network": f"{login.hex()}|{network}", "account": login.hex()}
    subjects = {kind: keyed_digest(key, f"{kind}|{text}".encode()) for kind, text in texts.items()}
    stored = {
        each.subject: each
        for each in session.scalars(
            select(SignInCounter).where(SignInCounter.subject.in_(subjects.values()))
        )
    }
    return {
        kind: stored.get(subject, SignInCounter(subject=subject, failures=0))
        for kind, subject in subjects.items()
    }


def insist_on_no_wait(counters: Counters, *, at: datetime) -> None:
    """Raises SignInRefused, with the seconds left, while one of the subjects has to wait."""
    waiting = [each.blocked_until for each in counters.values() if each.blocked_until]
    blocked = max((until for until in waiting if until > at), default=None)
    if blocked is not None:
        raise SignInRefused(wait_seconds=int((blocked - at).total_seconds()) + 1)


def count_failure(session: Session, counters: Counters, *, at: datetime) -> None:
    """One more failure of each subject; from the limit on every one doubles the wait."""
    for kind, counter in counters.items():
        most, first_wait, longest, quiet = LIMITS[kind]
        is_over = counter.failures > 0 and at - counter.last_at > quiet
        counter.failures = 1 if is_over else counter.failures + 1
        counter.last_at = at
        if counter.failures >= most:
            doubled = first_wait * 2 ** min(counter.failures - most, 16)
            counter.blocked_until = at + min(doubled, longest)
        session.add(counter)


def forget_failures(session: Session, counters: Counters) -> None:
    """The owner has come in: the row of failures is over."""
    for counter in counters.values():
        if counter.failures:
            session.delete(counter)
