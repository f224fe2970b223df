"""Tasks of other kinds: any number of sources, one query, and none while there is no source."""

from datetime import timedelta

from sqlalchemy import Date, cast, literal, select

from models.tables.care import Case
from models.tables.screenings import Window
from models.vocabulary import Role
from tests.factories import TODAY
from tests.services.edge import Edge
from welfare.policies import access
from welfare.policies.open_tasks import SOURCES, TaskKind, read_open_tasks
from welfare.policies.permissions import Permission


def checks(_actor, _at):
    return select(Window.person_id, literal(TaskKind.MEASURE.value), Window.due_by)


def cases(actor, _at):
    mine = access.visible(actor, Permission.CASELOAD_READ)
    return select(Case.person_id, literal(TaskKind.MESSAGE.value), cast(None, Date)).where(mine)


def test_there_is_no_query_while_there_is_no_source(make, database):
    given = {"actor": make.actor(Role.CLINICIAN), "at": make.now, "sources": ()}

    assert Edge(database).queries(read_open_tasks, **given) == 0
    assert Edge(database).look(read_open_tasks, **given) == {}


def test_tasks_of_all_sources_come_by_person_the_earliest_first_in_one_query(make, database):
    clinician, person, other = make.actor(Role.CLINICIAN), make.person(), make.person()
    make.case(person, clinician)
    for days in (9, 2):
        make.window(person.id, code=f"after-{days}", due_by=TODAY + timedelta(days=days))
    make.case(other, make.actor(Role.CLINICIAN))
    given = {"actor": clinician, "at": make.now, "sources": (checks, cases)}

    found = Edge(database).look(read_open_tasks, **given)

    assert Edge(database).queries(read_open_tasks, **given) == 1
    assert {each: [(task.kind, task.due) for task in tasks] for each, tasks in found.items()} == {
        person.id: [
            (TaskKind.MEASURE, TODAY + timedelta(days=2)),
            (TaskKind.MEASURE, TODAY + timedelta(days=9)),
            (TaskKind.MESSAGE, None),
        ]
    }


def test_every_source_of_the_work_list_can_be_joined_and_names_a_known_kind(make, database):
    given = {"actor": make.actor(Role.CLINICIAN), "at": make.now}

    assert Edge(database).queries(read_open_tasks, **given) == bool(SOURCES)
