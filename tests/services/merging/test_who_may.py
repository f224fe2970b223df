"""Who may join two records, and everything that is refused."""

from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.accounts import Account
from models.tables.merging import Merge
from models.tables.people import PersonKey
from models.vocabulary import Role
from tests.factories import TODAY
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import console
from welfare.services import erasure, merge_list, merging

STAFF = [role for role in Role if role is not Role.ADMINISTRATOR]


def pair(two):
    return {"first_id": two.first.id, "second_id": two.second.id, "at": two.make.now}


@pytest.mark.parametrize("role", STAFF)
def test_only_administrators_see_ask_or_decide(two, make, edge, role):
    merge, actor = two.ask(), make.actor(role)
    one = {"actor": actor, "merge_id": merge.id, "at": make.now}

    for refused, given in (
        (merging.compare, {"actor": actor, **pair(two)}),
        (merging.ask_to_merge, {"actor": actor, **pair(two)}),
        (merging.read_merge, one),
        (merging.confirm_merge, one),
        (merging.refuse_merge, one),
        (merging.part_again, one),
        (merge_list.list_merges, {"actor": actor, "at": make.now}),
    ):
        with pytest.raises(AccessDenied):
            edge.act(refused, **given)


def test_both_records_must_be_of_own_units(two, make, edge):
    elsewhere = make.unit("Other contingent")
    stranger = make.person(elsewhere)
    foreign = make.actor(Role.ADMINISTRATOR, elsewhere)

    with pytest.raises(AccessDenied):
        two.ask(second_id=stranger.id)
    with pytest.raises(AccessDenied):
        edge.act(merging.ask_to_merge, actor=foreign, **pair(two))
    merge = two.ask()
    with pytest.raises(AccessDenied):
        two.confirm(merge, actor=foreign)
    listed = edge.look(merge_list.list_merges, actor=foreign, at=make.now)
    assert list(listed) == []


def test_one_administrator_alone_joins_nobody(two):
    merge = two.ask()

    with pytest.raises(AccessDenied):
        two.confirm(merge, actor=two.asker)


def test_the_console_stands_in_for_the_second(two, make):
    assert two.confirm(two.ask(), actor=console(make.root.path)).is_in_force


def test_nobody_joins_anything_to_their_own_record(two, make, edge):
    own = {"first_id": two.asker.person_id}
    with pytest.raises(InputRefused) as refused:
        two.ask(**own)
    assert refused.value.problems == {"person": "yourself"}

    merge = edge.act(merging.ask_to_merge, actor=two.confirmer, **pair(two) | own)
    with pytest.raises(InputRefused):
        two.confirm(merge, actor=two.asker)


def test_nobody_is_joined_with_themselves_or_with_nobody(two):
    with pytest.raises(RecordNotFound):
        two.ask(second_id=two.first.id)
    with pytest.raises(RecordNotFound):
        two.ask(second_id=uuid4())


def test_the_record_with_the_account_goes_on(two):
    with pytest.raises(InputRefused) as refused:
        two.ask(first_id=two.second.id, second_id=two.first.id)
    assert refused.value.problems == {"account": "other_goes_on"}


def test_two_accounts_in_use_are_a_question_for_a_human(two, make):
    make.actor(person=two.second)

    with pytest.raises(InputRefused) as refused:
        two.ask()
    assert refused.value.problems == {"account": "both_open"}


def test_an_account_that_was_enabled_meanwhile_is_seen_when_it_is_confirmed(two, make):
    actor = make.actor(person=two.second, disabled_at=make.now)
    merge = two.ask()
    with make.kept() as session:
        session.get_one(Account, actor.account_id).disabled_at = None

    with pytest.raises(InputRefused):
        two.confirm(merge)


def test_nobody_was_at_two_places_at_once(two, make):
    for person in (two.first, two.second):
        make.deployment(person)  # another mission, the same days

    with pytest.raises(InputRefused) as refused:
        two.ask()
    assert refused.value.problems == {"deployments": "overlap"}


def test_deployments_one_after_the_other_are_no_hindrance(two, make):
    make.deployment(two.first)
    later = {"from_day": TODAY - timedelta(days=100), "until_day": None}
    make.deployment(two.second, **later)

    assert two.join().is_in_force


def test_whoever_has_taken_another_goes_on(two, make):
    two.join()
    third = make.person()

    with pytest.raises(InputRefused) as refused:
        two.ask(first_id=third.id, second_id=two.first.id)
    assert refused.value.problems["merged"] == "has_merged"
    assert two.confirm(two.ask(second_id=third.id)).is_in_force


def test_a_record_that_was_joined_is_as_good_as_missing(two, make):
    two.join()

    with pytest.raises(RecordNotFound):
        two.ask(first_id=two.second.id, second_id=make.person().id)


def test_one_question_at_a_time(two, make):
    two.ask()

    with pytest.raises(InputRefused) as refused:
        two.ask(second_id=make.person().id)
    assert refused.value.problems == {"waiting": "asked_before"}


def test_what_was_refused_cannot_be_confirmed_and_nothing_has_moved(two, make, edge):
    merge = two.ask()
    given = {"merge_id": merge.id, "at": make.now}
    edge.act(merging.refuse_merge, actor=two.confirmer, **given)

    with pytest.raises(MoveNotAllowed):
        two.confirm(merge)
    with pytest.raises(MoveNotAllowed):
        two.part(merge)
    with pytest.raises(MoveNotAllowed):
        edge.act(merging.refuse_merge, actor=two.confirmer, **given)
    assert edge.count(PersonKey) == len({two.first.id, two.second.id}) + 3


def test_nobody_parts_what_was_joined_to_their_own_record(two, make):
    merge = two.join()
    own = make.post(two.account, Role.ADMINISTRATOR, make.root)
    actor = type(two.account)(
        two.account.account_id, two.first.id, Role.ADMINISTRATOR, make.root.path
    )

    assert own.role is Role.ADMINISTRATOR
    with pytest.raises(AccessDenied):
        two.part(merge, actor=actor)


def test_after_an_erasure_there_is_nothing_to_part(two, make, edge):
    merge = two.join()
    edge.act(
        erasure.erase_person,
        actor=console(make.root.path),
        person_id=two.first.id,
        reason="asked",
        at=make.now,
    )

    with pytest.raises(MoveNotAllowed):
        two.part(merge)


def test_whoever_was_erased_is_not_joined(two, make, edge):
    merge = two.ask()
    edge.act(
        erasure.erase_person,
        actor=console(make.root.path),
        person_id=two.second.id,
        reason="asked",
        at=make.now,
    )

    with pytest.raises(MoveNotAllowed):
        two.confirm(merge)
    assert [each.undone_at for each in edge.rows(Merge)] == [make.now]
