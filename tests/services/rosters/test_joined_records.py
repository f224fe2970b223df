"""A line with the number of a record that was joined with another changes nothing."""

from models import vault
from models.tables.people import Identity, Person
from models.vocabulary import Role
from tests.roster_files import csv_of, somebody
from welfare.policies.roster_rows import Trouble
from welfare.services import merging, rosters


def test_it_is_refused_with_what_helps_and_nobody_is_enrolled_anew(make, edge):
    asker, other = make.actor(Role.ADMINISTRATOR), make.actor(Role.ADMINISTRATOR)
    first, second = make.person(), make.person()
    with make.database.reading() as session:
        key = vault.key_for(session, person_id=second.id)
        identity = session.get_one(Identity, second.id)
        number = vault.opened(key, identity, "content")["service_number"]
    pair = {"first_id": first.id, "second_id": second.id}
    merge = edge.act(merging.ask_to_merge, actor=asker, at=make.now, **pair)
    edge.act(merging.confirm_merge, actor=other, merge_id=merge.id, at=make.now)
    people = edge.count(Person)

    seen = edge.look(
        rosters.look_at_file,
        actor=asker,
        content=csv_of(somebody(number, unit=make.root.name)),
        new_missions=False,
        at=make.now,
    )

    assert [each.code for each in seen.plan.problems] == [Trouble.MERGED]
    assert not seen.plan.may_be_applied
    assert edge.count(Person) == people
