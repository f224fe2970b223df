"""The key file and the wrapped keys of people, looked at and changed behind the commands."""

from models.base import new_key
from models.sealing import FileKeys, unwrap, wrap
from models.tables.audit import AuditEvent
from models.tables.people import PersonKey
from models.vocabulary import Decision

PEOPLE = 3


def ring_of(key_file):
    return FileKeys.read(key_file).ring


def wrapped_with(database):
    with database.reading() as session:
        return {row.wrapping_id for row in session.query(PersonKey).all()}


def note(make, act, at):
    with make.kept() as session:
        session.add(AuditEvent(at=at, act=act, decision=Decision.ALLOWED, request_id=new_key()))


def wrap_all_anew(make, key_file):
    """Everybody under the current key, long before anybody looks."""
    keys = FileKeys.read(key_file)
    with make.kept() as session:
        for row in session.query(PersonKey).all():
            key = unwrap(keys.wrapping_key(row.wrapping_id), row.person_id, row.wrapped)
            row.wrapped = wrap(keys.wrapping_key(keys.wrapping_id), row.person_id, key)
            row.wrapping_id = keys.wrapping_id
