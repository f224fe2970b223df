"""The places of the demo: its units, its contingent with a clock, and whom to call there."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from models.tables.places import Unit
from welfare.policies.actor import Actor, console
from welfare.policies.quiet_hours import USUAL
from welfare.services import accounts, contingents, site

CONTACTS = (
    ("Duty clinician, field clinic", "+00 555 0101", "Day and night"),
    ("Chaplaincy", "+00 555 0142", "Every day, 08:00 to 22:00"),
    ("Peer line", "+00 555 0187", "Every day, 18:00 to 24:00"),
)
LANGUAGE = "en"
# People are asked once they are home again: an invented nation in the north of Europe, whose clocks
# change twice a year.
ZONE = "Europe/Oslo"


def make_units(session: Session, rows: Sequence[dict[str, str]], at: datetime) -> dict[str, Unit]:
    units: dict[str, Unit] = {}
    for row in rows:
        if not row["parent"]:
            details = {"given": "Console", "family": "Operator"}
            accounts.found_site(
                session, unit_name=row["name"], login="operator", details=details, at=at
            )
            units[row["code"]] = site.find_units(session, name=row["name"])[0]
            continue
        parent = units[row["parent"]]
        units[row["code"]] = site.create_unit(
            session, actor=console(parent.line[0]), parent_id=parent.id, name=row["name"], at=at
        )
        session.flush()
    return units


def make_contingent(
    session: Session, actor: Actor, root: Unit, programme: str, at: datetime
) -> None:
    """The nation with its clock and its quiet hours; what it asks is the site's own programme."""
    contingents.set_contingent(
        session,
        actor=actor,
        unit_id=root.id,
        nation=root.name.removesuffix(" Contingent"),
        programme=programme,
        language=LANGUAGE,
        zone=ZONE,
        quiet_from=USUAL.begin,
        quiet_until=USUAL.end,
        languages=(LANGUAGE,),
        default=programme,
        at=at,
    )


def add_contacts(session: Session, actor: Actor, root: Unit, at: datetime) -> None:
    for name, phone, hours in CONTACTS:
        site.add_crisis_contact(
            session,
            actor=actor,
            unit_id=root.id,
            language=LANGUAGE,
            name=name,
            phone=phone,
            hours=hours,
            at=at,
        )
