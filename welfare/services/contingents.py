"""What a nation's contingent has of its own: a name, a programme, a language, a clock."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, lazyload

from models import rulebook, trail
from models.programmes import codes
from models.programmes.comparing import Kind, kind_of
from models.tables.places import SEGMENT, Unit
from models.tables.programmes import Contingent, SiteProgramme
from models.vocabulary import Act
from welfare.errors import InputRefused, RecordNotFound
from welfare.policies import access
from welfare.policies.actor import Actor
from welfare.policies.contingents import DEEPEST, zone_of
from welfare.policies.local_time import zones
from welfare.policies.permissions import Permission
from welfare.policies.quiet_hours import MOST, USUAL, QuietHours, hours_of, minute_of

NATION_MOST = 80


@dataclass(frozen=True, slots=True)
class ContingentView:
    """A unit that is or may be a contingent. `follows`: the name of the version in force there.

    `zone`, `quiet`: by which clock its people live, and when letters wait. Empty where nothing is
    chosen.
    """

    unit: Unit
    chosen: Contingent | None
    follows: str
    zone: str = ""
    quiet: QuietHours | None = None


@dataclass(frozen=True, slots=True)
class ProgrammeChoice:
    code: str
    title: str


def list_contingents(
    session: Session, *, actor: Actor, programme: str, at: datetime
) -> Sequence[ContingentView]:
    """The own units that may be contingents. `programme`: the site's own, where none is chosen."""
    found = session.execute(
        select(Unit, Contingent)
        .outerjoin(Contingent, Contingent.unit_id == Unit.id)
        .where(
            access.visible(actor, Permission.CONTINGENT_SET),
            func.length(Unit.path) <= DEEPEST * SEGMENT,
        )
        .options(lazyload(Contingent.unit))  # else a unit without a choice would be left out
        .order_by(Unit.path)
    ).all()
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None])
    return [
        ContingentView(
            unit,
            chosen,
            rulebook.for_unit(session, unit, default=programme).name,
            zone=(chosen.zone if chosen else None) or "",
            quiet=hours_of(chosen) if chosen else None,
        )
        for unit, chosen in found
    ]


def read_contingent(
    session: Session, *, actor: Actor, unit_id: UUID, programme: str, at: datetime
) -> ContingentView:
    """Where nobody has chosen a zone: that of the contingent above, and the usual quiet hours."""
    unit = _find(session, actor, unit_id)
    trail.record_read(session, by=actor, act=Act.SITE_READ, at=at, person_ids=[None], subject=unit)
    follows = rulebook.for_unit(session, unit, default=programme).name
    chosen = session.get(Contingent, unit.id)
    quiet = hours_of(chosen) if chosen is not None and chosen.zone else USUAL
    return ContingentView(unit, chosen, follows, zone=zone_of(session, unit).key, quiet=quiet)


def programme_choices(session: Session, *, actor: Actor) -> Sequence[ProgrammeChoice]:
    """What this product brings, and what the site has confirmed of its own."""
    if not access.may_ever(actor, Permission.CONTINGENT_SET):
        return []
    return [
        ProgrammeChoice(code, rulebook.newest(session, code).title)
        for code in sorted(_codes(session))
    ]


def set_contingent(
    session: Session,
    *,
    actor: Actor,
    unit_id: UUID,
    nation: str,
    programme: str,
    language: str,
    zone: str,
    quiet_from: time | None,
    quiet_until: time | None,
    languages: Collection[str],
    default: str,
    at: datetime,
) -> Contingent:
    """What counts for deployments recorded from now on, and the clock from this moment. Raises
    InputRefused.

    A programme that asks other questions, or follows other rules, is chosen by a clinic lead.
    `default`: the code of the site's own programme. Without quiet hours letters leave at any hour.
    """
    unit = _find(session, actor, unit_id)
    problems = {} if nation.strip() else {"nation": "needed"}
    if len(nation.strip()) > NATION_MOST:
        problems["nation"] = "too_long"
    problems |= _wrong_clock(zone, quiet_from, quiet_until)
    if (problem := _not_for(session, actor, unit, programme, default)) is not None:
        problems["programme"] = problem
    if language not in languages:
        problems["language"] = "choose"
    if problems:
        raise InputRefused(problems)
    contingent = session.get(Contingent, unit.id)
    if contingent is None:
        contingent = Contingent(unit_id=unit.id)
        session.add(contingent)
    contingent.nation, contingent.programme = nation.strip(), programme
    contingent.language, contingent.zone = language, zone
    contingent.quiet_from = minute_of(quiet_from) if quiet_from else None
    contingent.quiet_until = minute_of(quiet_until) if quiet_until else None
    trail.record(session, by=actor, act=Act.CONTINGENT_SET, at=at, subject=unit)
    return contingent


def _wrong_clock(zone: str, begin: time | None, end: time | None) -> dict[str, str]:
    problems = {} if zone in zones() else {"zone": "choose"}
    if begin is None and end is None:
        return problems
    if begin is None or end is None:
        return problems | {"quiet_from" if begin is None else "quiet_until": "needed"}
    if not 0 < QuietHours(begin, end).minutes <= MOST:
        problems["quiet_until"] = "quiet_too_long"
    return problems


def _not_for(
    session: Session, actor: Actor, unit: Unit, programme: str, default: str
) -> str | None:
    """Why this actor may not choose this programme; None if they may."""
    if programme not in _codes(session):
        return "choose"
    now = rulebook.for_unit(session, unit, default=default)
    is_care = kind_of(now, rulebook.newest(session, programme)) is Kind.CARE
    if is_care and not access.allows(actor, Permission.PROGRAMME_PROPOSE_CARE, unit):
        return "clinic_lead"
    return None


def _find(session: Session, actor: Actor, unit_id: UUID) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None or unit.depth > DEEPEST:
        raise RecordNotFound("no such contingent")
    access.require(actor, Permission.CONTINGENT_SET, unit)
    return unit


def _codes(session: Session) -> set[str]:
    own = session.scalars(
        select(SiteProgramme.code).where(SiteProgramme.confirmed_at.is_not(None)).distinct()
    )
    return {*codes(), *own}
