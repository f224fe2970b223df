"""Rotation: everybody's key wrapped anew, in short steps, around what happens at the same time."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from models import vault
from models.sealing import FileKeys, KeyRing, change_key_file, keep_ring
from models.tables.audit import AuditEvent, Site
from models.tables.people import Identity, Person, PersonKey
from models.vocabulary import Act, Decision, Role
from tests.factories import Factory
from tests.services.edge import Edge
from welfare.errors import AccessDenied, InputRefused
from welfare.policies.actor import Machine, console
from welfare.services import key_rotation
from welfare.services.key_rotation import FIRST, keys_in_use, retire, rewrap_some

PEOPLE = 7


@pytest.fixture
def path(keys, tmp_path):
    """A key file of our own: the one of the fixtures is everybody's."""
    place = tmp_path / "keys" / "welfare.key"
    keep_ring(place, keys.ring)
    return place


@pytest.fixture
def rotating(watched, path):
    return Edge(replace(watched, keys=FileKeys.read(path)))


@pytest.fixture
def people(make):
    return [make.person() for _ in range(PEOPLE)]


@pytest.fixture
def asked(make):
    return {"actor": console(make.root.path), "at": make.now}


@pytest.fixture(autouse=True)
def short_steps(monkeypatch):
    monkeypatch.setattr(key_rotation, "BATCH", 3)


def walk(edge, asked):
    """All batches, one after another; what each did."""
    after, done = FIRST, []
    while after is not None:
        batch = edge.act(rewrap_some, **asked, after=after)
        done.append(batch)
        after = batch.last
    return done


def everything_opens(edge):
    with edge.database.reading() as session:
        for person in session.query(Person).all():
            key = vault.key_for(session, person_id=person.id)
            assert vault.opened(key, person, "facts")["birth_year"]
            assert vault.opened(key, session.get_one(Identity, person.id), "content")["given"]
    return True


def test_all_keys_are_wrapped_with_the_current_one_in_short_steps(rotating, path, people, asked):
    ring = change_key_file(path, KeyRing.rotated)

    done = walk(rotating, asked)

    assert [batch.wrapped for batch in done] == [3, 3, 1, 0]
    assert rotating.act(keys_in_use, actor=asked["actor"]) == {ring.wrapping_id: PEOPLE}
    assert everything_opens(rotating)
    assert rotating.rows(Site)[0].wrapping_id == ring.wrapping_id
    assert rotating.acts() == {Act.KEYS_ROTATED: 3}


def test_sign_in_names_and_numbers_are_found_as_before(rotating, path, people, asked):
    before = rotating.database.keys.derived("index|login")

    change_key_file(path, KeyRing.rotated)
    walk(rotating, asked)

    assert FileKeys.read(path).derived("index|login") == before


def test_a_rotation_stopped_half_way_goes_on_where_it_was(rotating, path, people, asked):
    ring = change_key_file(path, KeyRing.rotated)
    rotating.act(rewrap_some, **asked, after=FIRST)
    assert everything_opens(rotating)

    done = walk(rotating, asked)

    assert sum(batch.wrapped for batch in done) == PEOPLE - 3
    assert rotating.act(keys_in_use, actor=asked["actor"]) == {ring.wrapping_id: PEOPLE}


def test_a_damaged_key_is_counted_and_left_as_it_is(rotating, path, people, asked, make):
    with make.kept() as session:
        rows = [session.get_one(PersonKey, person.id) for person in people[:2]]
        rows[0].wrapped, rows[1].wrapped = rows[1].wrapped, rows[0].wrapped
    change_key_file(path, KeyRing.rotated)

    done = walk(rotating, asked)

    assert sum(batch.broken for batch in done) == 2
    assert sum(batch.wrapped for batch in done) == PEOPLE - 2


def test_somebody_enrolled_meanwhile_gets_the_current_key(rotating, path, people, asked, make):
    ring = change_key_file(path, KeyRing.rotated)
    rotating.act(rewrap_some, **asked, after=FIRST)

    serving = Factory(replace(make.database, keys=rotating.database.keys), make.now)
    newcomer = serving.person(make.root)

    (stored,) = rotating.rows(PersonKey, PersonKey.person_id == newcomer.id)
    assert stored.wrapping_id == ring.wrapping_id
    walk(rotating, asked)
    assert everything_opens(rotating)


def test_somebody_erased_at_the_same_moment_stays_erased(rotating, path, people, asked):
    """On PostgreSQL the two meet in the row; on SQLite one waits for the other."""
    change_key_file(path, KeyRing.rotated)
    started, failures = threading.Event(), []

    def rotate():
        started.set()
        try:
            walk(rotating, asked)
        except Exception as problem:
            failures.append(problem)

    thread = threading.Thread(target=rotate)
    with rotating.database.writing() as session:
        stored = session.get_one(PersonKey, people[1].id, with_for_update=True)
        thread.start()
        started.wait(5)
        session.delete(stored)
        session.commit()
    thread.join(30)

    assert failures == []
    assert {row.person_id for row in rotating.rows(PersonKey)} == {
        person.id for person in people if person != people[1] and person.id != people[1].id
    }


def test_two_rotations_at_once_lose_nothing(rotating, path, people, asked):
    change_key_file(path, KeyRing.rotated)
    threads = [threading.Thread(target=walk, args=(rotating, asked)) for _ in range(3)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert everything_opens(rotating)
    assert set(rotating.act(keys_in_use, actor=asked["actor"])) == {FileKeys.read(path).wrapping_id}


@pytest.mark.parametrize("role", list(Role))
def test_keys_are_for_the_console_alone(rotating, make, asked, people, role):
    actor = make.actor(role)

    for service, given in (
        (keys_in_use, {}),
        (rewrap_some, {"after": FIRST, "at": make.now}),
        (retire, {"names": [], "at": make.now}),
    ):
        with pytest.raises(AccessDenied):
            rotating.act(service, actor=actor, **given)


def note(make, act, at, decision=Decision.ALLOWED):
    with make.kept() as session:
        session.add(AuditEvent(at=at, act=act, decision=decision, request_id=Machine().request_id))


def test_former_keys_leave_only_after_an_hour_and_a_drill(rotating, path, people, asked, make):
    ring = change_key_file(path, KeyRing.rotated)
    walk(rotating, asked)
    later = asked | {"at": make.now + timedelta(hours=2), "names": ring.names}

    for when, why in (
        ({"at": make.now + timedelta(minutes=59)}, {"rotation": "too_fresh"}),
        ({}, {"escrow": "not_checked"}),
    ):
        with pytest.raises(InputRefused) as refused:
            rotating.act(retire, **later | when)
        assert refused.value.problems == why
    note(make, Act.KEYS_ESCROW_CHECKED, make.now + timedelta(hours=1), Decision.REFUSED)
    with pytest.raises(InputRefused):
        rotating.act(retire, **later)
    note(make, Act.KEYS_ESCROW_CHECKED, make.now + timedelta(hours=1))

    former = rotating.act(retire, **later)

    assert list(former) == sorted(ring.names - {ring.wrapping_id})
    assert rotating.acts()[Act.KEYS_RETIRED] == 1


def test_a_key_that_still_wraps_somebodys_key_stays(rotating, path, people, asked, make):
    ring = change_key_file(path, KeyRing.rotated)
    note(make, Act.KEYS_ESCROW_CHECKED, make.now)

    assert list(rotating.act(retire, **asked, names=ring.names)) == []
    assert rotating.acts()[Act.KEYS_RETIRED] == 0
