"""Which programmes want a clinician's interview after a screening, and of whom."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import rulebook
from models.programmes import Interview, Programme, codes, load, load_named
from models.tables.programmes import SiteProgramme


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
