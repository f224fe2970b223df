"""A new version of a programme rewrites nothing: who was deployed before keeps their windows."""

from dataclasses import replace
from datetime import timedelta

from models import rescheduling, vault
from models.tables.people import Deployment, Identity
from models.tables.programmes import Contingent
from models.tables.screenings import Window
from models.vocabulary import Role
from tests.factories import TODAY
from tests.services.programmes.conftest import BASE, WIDER
from welfare.services.deployments import record_deployment


def planned(make, person):
    """Send somebody home today under what their contingent follows now, and plan."""
    with make.kept() as session:
        rescheduling.mark_changed(session, [person.id])
        rescheduling.reschedule(session, person_ids=[person.id], today=TODAY, default="canada")


def windows(edge, person):
    return [
        (each.programme, each.opens_on, each.due_by, each.closes_on)
        for each in edge.rows(Window, Window.person_id == person.id)
    ]


def test_an_older_deployment_keeps_its_windows_after_a_new_version(desk, edge, make):
    before, after = make.person(), make.person()
    desk.in_force(WIDER)
    home = {"from_day": TODAY - timedelta(days=200), "until_day": TODAY}
    make.deployment(before, programme="own-army/1", **home)
    planned(make, before)
    first = replace(WIDER, code="own-army", version="1", made_from=BASE.name)
    narrow = replace(first, windows=(replace(first.windows[0], due=120),))
    old = windows(edge, before)

    desk.in_force(narrow, base=first)
    make.deployment(after, programme="own-army/2", **home)
    planned(make, before)
    planned(make, after)

    assert windows(edge, before) == old
    assert [each[:3] for each in old] == [
        ("own-army/1", TODAY + timedelta(days=90), TODAY + timedelta(days=200))
    ]
    assert [each[:3] for each in windows(edge, after)] == [
        ("own-army/2", TODAY + timedelta(days=90), TODAY + timedelta(days=120))
    ]


def test_a_contingent_follows_the_newest_version_from_its_confirmation_on(desk, edge, make):
    with make.kept() as session:
        session.add(
            Contingent(unit_id=make.root.id, nation="N", programme="own-army", language="en")
        )
    desk.in_force(WIDER)
    first = replace(WIDER, code="own-army", version="1", made_from=BASE.name)
    waiting = desk.propose(
        desk.actors[Role.CLINIC_LEAD], replace(first, late_for=timedelta(days=9)), base=first
    )

    names = [recorded(edge, make, make.person())]
    desk.confirm(make.actor(Role.CLINIC_LEAD), waiting)
    names.append(recorded(edge, make, make.person()))

    assert names == ["own-army/1", "own-army/2"]


def number_of(edge, person):
    with edge.database.reading() as session:
        key = vault.key_for(session, person_id=person.id)
        identity = session.get_one(Identity, person.id)
        return vault.opened(key, identity, "content")["service_number"]


def recorded(edge, make, person):
    """The programme under which a deployment that is recorded now is asked."""
    from_day = TODAY - timedelta(days=200)
    edge.act(
        record_deployment,
        actor=make.actor(Role.ADMINISTRATOR),
        service_number=number_of(edge, person),
        mission="River Mission",
        site="",
        from_day=from_day,
        until_day=TODAY,
        programme="canada",
        at=make.now,
    )
    (deployment,) = edge.rows(Deployment, Deployment.person_id == person.id)
    return deployment.programme
