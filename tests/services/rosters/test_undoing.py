"""A roster taken back: as if it had never been, and not one step over what happened since."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models import vault
from models.enrolment import IDENTITY_SIZE
from models.tables.audit import AuditEvent
from models.tables.lifecycle import Tombstone
from models.tables.people import Deployment, Identity
from models.tables.rosters import RosterChange, RosterImport
from models.tables.screenings import Window
from models.vocabulary import Act, Role
from tests.factories import TODAY
from tests.roster_files import deployed, somebody
from tests.services.rosters.conftest import staying
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.policies.roster_undoing import Stays
from welfare.services import erasure, roster_undo
from welfare.services.deployments import record_deployment

# What an import leaves for good: that it was, that it was taken back, and missions.
LASTING = ("audit_event", "roster_import", "roster_change", "tombstone", "mission")
SEALED_ANEW = ("person", "identity")
AHEAD = {
    "deployed_from": (TODAY + timedelta(days=200)).isoformat(),
    "deployed_until": (TODAY + timedelta(days=380)).isoformat(),
}


def test_new_people_are_gone_with_their_keys_as_if_they_had_never_been(clerk, edge):
    before = edge.contents(but=LASTING)
    roster = clerk.apply(deployed(), somebody("SN-2", unit="1st Company"))

    undone = clerk.undo(roster)

    assert edge.contents(but=LASTING) == before
    assert (undone.removable, undone.restorable, staying(undone)) == (2, 0, [])
    assert edge.count(RosterChange) == 0
    assert edge.count(Tombstone) == 2


def test_what_was_changed_is_put_back(clerk, edge, make):
    person = make.person()
    row = clerk.row_of(person)
    before = edge.contents(but=(*LASTING, *SEALED_ANEW))
    new = {"given": "Sami", "rank_band": "officer", "unit": "1st Company"}
    roster = clerk.apply(row | new)

    undone = clerk.undo(roster)

    assert (undone.removable, undone.restorable) == (0, 1)
    assert edge.contents(but=(*LASTING, *SEALED_ANEW)) == before
    assert clerk.row_of(person) == row


def test_deployments_and_their_windows_go_while_nobody_was_asked(clerk, edge, make):
    row = clerk.row_of(make.actor(Role.MEMBER))
    before = edge.contents(but=(*LASTING, *SEALED_ANEW))
    roster = clerk.apply(row | {"mission": "River Mission"} | AHEAD)
    edge.schedule()
    assert edge.count(Window) > 0

    clerk.undo(roster)

    assert edge.contents(but=(*LASTING, *SEALED_ANEW)) == before


def test_a_return_that_was_told_is_open_again(clerk, edge):
    clerk.apply(deployed(deployed_until=""))
    before = edge.contents(but=(*LASTING, *SEALED_ANEW))
    roster = clerk.apply(deployed())

    clerk.undo(roster)

    assert edge.contents(but=(*LASTING, *SEALED_ANEW)) == before
    assert edge.rows(Deployment)[0].until_day is None


def test_whoever_moved_on_the_day_they_came_is_back_in_the_first_unit(clerk, edge):
    clerk.apply(somebody())
    before = edge.contents(but=(*LASTING, *SEALED_ANEW))

    clerk.undo(clerk.apply(somebody(unit="1st Company")))

    assert edge.contents(but=(*LASTING, *SEALED_ANEW)) == before


def test_a_value_that_was_changed_since_is_not_overwritten(clerk, make, edge):
    person = make.person()
    roster = clerk.apply(clerk.row_of(person) | {"given": "Sami"})
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        identity = session.get_one(Identity, person.id)
        content = vault.opened(key, identity, "content") | {"given": "Noor"}
        identity.content = vault.sealed(key, identity, "content", content, size=IDENTITY_SIZE)

    undone = clerk.undo(roster, even_so=True)

    assert staying(undone) == [(2, Stays.CHANGED_SINCE)]
    assert clerk.row_of(person)["given"] == "Noor"


def test_a_deployment_that_ended_since_is_not_taken_back(clerk, make, edge):
    person = make.person()
    ahead = AHEAD | {"mission": "River Mission", "deployed_until": ""}
    roster = clerk.apply(clerk.row_of(person) | ahead)
    edge.act(
        record_deployment,
        actor=clerk.actor,
        service_number=clerk.number_of(person),
        mission="River Mission",
        site="",
        from_day=date.fromisoformat(AHEAD["deployed_from"]),
        until_day=date.fromisoformat(AHEAD["deployed_until"]),
        programme="un-contingent",
        at=make.now,
    )

    undone = clerk.undo(roster, even_so=True)

    assert staying(undone) == [(2, Stays.CHANGED_SINCE)]
    assert edge.count(Deployment) == 1


def test_later_imports_can_be_taken_back_one_after_the_other(clerk, edge):
    before = edge.contents(but=LASTING)
    first = clerk.apply(somebody())
    second = clerk.apply(somebody(given="Sami"))

    clerk.undo(second)
    clerk.undo(first)

    assert edge.contents(but=LASTING) == before


def test_an_import_is_taken_back_once(clerk, applied):
    clerk.undo(applied)

    with pytest.raises(MoveNotAllowed):
        clerk.undo(applied)


def test_a_file_that_was_taken_back_can_be_applied_again(clerk):
    clerk.undo(clerk.apply(somebody()))

    found = clerk.look(somebody())

    assert found.earlier is None
    assert clerk.apply(somebody()).people_new == 1


def test_taking_back_is_in_the_trail_for_every_person(clerk, edge, make):
    person = make.person()
    roster = clerk.apply(clerk.row_of(person) | {"given": "Sami"}, somebody())

    clerk.undo(roster)

    acts = edge.acts()
    assert (acts[Act.ROSTER_UNDONE], acts[Act.PERSON_ERASED], acts[Act.PERSON_CHANGED]) == (1, 1, 2)
    (kept,) = edge.rows(RosterImport)
    assert (kept.undone_at, kept.undone_by) == (make.now, clerk.actor.account_id)
    assert edge.rows(AuditEvent, AuditEvent.resource_id == roster.id) != []


def test_nobody_else_reads_or_takes_back_an_import(clerk, edge, make, applied, company):
    others = [make.actor(role) for role in set(Role) - {Role.ADMINISTRATOR}]
    others.append(make.actor(Role.ADMINISTRATOR, make.unit("Second Contingent")))
    others.append(make.actor(Role.ADMINISTRATOR, company))

    for other in others:
        given = {"actor": other, "import_id": applied.id, "at": make.now}
        with pytest.raises((AccessDenied, RecordNotFound)):
            edge.look(roster_undo.read_import, **given)
        with pytest.raises((AccessDenied, RecordNotFound)):
            edge.act(roster_undo.undo_import, **given)


def test_the_values_of_before_are_gone_with_the_key_of_somebody_erased(clerk, edge, make):
    person = make.person()
    clerk.apply(clerk.row_of(person) | {"given": "Sami"})
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        (before,) = session.scalars(select(RosterChange.before))

    given = {"actor": console(make.root.path), "reason": "asked", "at": make.now}
    edge.act(erasure.erase_person, person_id=person.id, **given)

    with edge.database.reading() as session:
        (change,) = session.scalars(select(RosterChange))
        assert change.before != before
        with pytest.raises(vault.SealBroken):
            vault.opened(key, change, "before")
