"""Which programmes want a clinician's interview after a screening, of whom, and what it came to."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rulebook, vault
from models.instruments.payload import Payload
from models.programmes import Interview, Programme, codes, load, load_named
from models.tables.interviews import Certification
from models.tables.programmes import SiteProgramme
from models.vocabulary import Channel, Phase


@dataclass(frozen=True, slots=True)
class Talk:
    """What was certified: by whom, and what the interview came to."""

    certified_at: datetime
    by: str
    spoken_on: date
    channel: Channel
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """The interview of one screening; `talk` is None while it is to come."""

    screening_id: UUID
    day: date
    phase: Phase
    talk: Talk | None


def is_asked(interview: Interview, payload: Payload) -> bool:
    """Whether these answers ask for one, under a programme with this rule."""
    return interview is Interview.ALWAYS or (
        interview is Interview.POSITIVE and payload.is_positive
    )


def talk_of(done: Certification, names: Mapping[UUID, str], key: bytes) -> Talk:
    spoken_on, channel, words = vault.opened(key, done, "content")
    return Talk(
        certified_at=done.certified_at,
        by=names.get(done.certified_by, ""),
        spoken_on=date.fromisoformat(spoken_on),
        channel=Channel(channel),
        words=words,
    )


def interviews_of(session: Session, names: Iterable[str]) -> Mapping[str, Interview]:
    """By the name of a programme's version, such as "canada/1"."""
    return {name: rulebook.named(session, name).interview for name in sorted(set(names))}


def with_one_for_all(session: Session) -> list[str]:
    """The versions under which everybody has an interview, so that having one says nothing."""
    found = [*_presets(), *_own(session)]
    return [each.name for each in found if each.interview is Interview.ALWAYS]


def _presets() -> Iterator[Programme]:
    """Every version that is held; not each one ever was."""
    for code in codes():
        for version in range(1, int(load(code).version) + 1):
            try:
                yield load_named(f"{code}/{version}")
            except FileNotFoundError:
                continue


def _own(session: Session) -> Iterator[Programme]:
    """The site's own, once they were confirmed."""
    kept = session.execute(
        select(SiteProgramme.code, SiteProgramme.version).where(
            SiteProgramme.confirmed_at.is_not(None)
        )
    )
    for code, version in kept.all():
        yield rulebook.named(session, f"{code}/{version}")
