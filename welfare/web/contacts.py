"""Whom to turn to, as pages show it: who speaks another language than the page says so."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from models.tables.places import CrisisContact
from welfare.services import site
from welfare.web.languages import current_language, name_of


class Contact(NamedTuple):
    name: str
    phone: str
    hours: str
    note: str


def listed(session: Session, *, unit_path: str | None = None) -> list[tuple[str, Contact]]:
    """Each with the unit it is for, the nearest first. With a unit: only those that are for it."""
    found = site.list_crisis_contacts(session, language=current_language(), unit_path=unit_path)
    return [(unit, _shown(contact)) for unit, contact in found]


def _shown(contact: CrisisContact) -> Contact:
    note = ""
    if contact.language != current_language():
        note = str(_("Language: %(language)s", language=name_of(contact.language)))
    return Contact(contact.name, contact.phone, contact.hours, note)
