"""An unfinished screening: versions that meet, what is carried over, and how it is kept."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.instruments import ON_OFFER
from models.programmes import Asking, Gate, load
from models.programmes.unfinished import (
    ROOM,
    SIZE,
    Kept,
    Version,
    chosen,
    pack,
    saved,
    unfinished,
    unpack,
    without_carried,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PROGRAMME = load("un-contingent")
# The starting programme asks no second stage about alcohol; a force may.
WITH_ALCOHOL = replace(
    PROGRAMME, gates=(*PROGRAMME.gates, Gate(instrument="audit-c", at_least=4, opens="audit"))
)


def version(mark, at=NOON, **answers):
    return Version({name.strip("q"): value for name, value in answers.items()}, mark, at)


def answered(programme=PROGRAMME, **parts):
    return unfinished(
        programme,
        {name.replace("_", "-"): Kept(Version(given, 1, NOON)) for name, given in parts.items()},
    )


def test_a_page_that_knew_the_newest_version_replaces_it():
    kept = {"gad-2": Kept(version(1, q1=0))}

    after = saved(kept, "gad-2", version(2, q1=3), made_from=1)

    assert after["gad-2"] == Kept(version(2, q1=3))


def test_a_page_that_did_not_know_it_brings_both_before_the_person():
    kept = {"gad-2": Kept(version(2, q1=3))}

    after = saved(kept, "gad-2", version(3, q1=0), made_from=1)

    assert after["gad-2"] == Kept(version(2, q1=3), (version(3, q1=0),), is_open=True)


@pytest.mark.parametrize("made_from", [None, 1])
def test_the_same_page_sent_again_is_no_second_version(made_from):
    kept = {"gad-2": Kept(version(7, q1=3))}

    after = saved(kept, "gad-2", version(7, q1=0), made_from=made_from)

    assert after["gad-2"] == Kept(version(7, q1=0))


def test_a_version_that_says_all_that_the_other_says_needs_no_question():
    half, whole = version(1, q1=3), version(2, q1=3, q2=0)

    assert saved({"gad-2": Kept(half)}, "gad-2", whole, made_from=9)["gad-2"] == Kept(whole)
    assert saved({"gad-2": Kept(whole)}, "gad-2", half, made_from=9)["gad-2"] == Kept(whole)


def test_another_part_is_left_as_it_is():
    kept = {"gad-2": Kept(version(1, q1=0))}

    after = saved(kept, "audit-c", version(2, q1=0), made_from=None)

    assert after == kept | {"audit-c": Kept(version(2, q1=0))}


def test_the_chosen_version_counts_and_the_other_stays():
    kept = {"gad-2": Kept(version(1, q1=0), (version(2, q1=3),), is_open=True)}

    after = chosen(kept, "gad-2", mark=2)

    assert after["gad-2"] == Kept(version(2, q1=3), (version(1, q1=0),))
    with pytest.raises(KeyError):
        chosen(kept, "gad-2", mark=3)


def test_four_versions_of_a_part_are_all_kept():
    kept = {"gad-2": Kept(version(0, q1=0))}

    for mark in (1, 2, 3):
        kept = saved(kept, "gad-2", version(mark, q1=mark), made_from=99)

    assert [each.mark for each in kept["gad-2"].versions] == [0, 3, 2, 1]


def test_where_there_is_no_room_calm_versions_go_first_and_the_worst_never():
    kept = {"phq-9": Kept(version(0, q1=0))}

    for mark in range(1, 200):
        answers = {f"q{item}": mark % 3 for item in range(1, 9)} | {"q9": 3 if mark == 1 else 0}
        at = NOON + timedelta(minutes=mark)
        kept = saved(kept, "phq-9", version(2**52 + mark, at, **answers), made_from=99)

    marks = [each.mark - 2**52 for each in kept["phq-9"].others]
    assert len(json.dumps(pack(kept), separators=(",", ":"))) <= ROOM
    assert marks[0] == 199 and marks[-1] == 1
    assert marks[:-1] == sorted(marks[:-1], reverse=True)
    assert len(marks) > 20


def test_while_the_choice_is_open_a_critical_answer_of_either_version_counts():
    calm, critical = version(1, q9=0), version(2, q9=2)
    for pair in ((calm, critical), (critical, calm)):
        open_one = {"phq-9": Kept(pair[0], pair[1:], is_open=True)}
        closed = {"phq-9": Kept(calm, (critical,))}

        assert unfinished(PROGRAMME, open_one).critical_items == ("phq-9.9",)
        assert unfinished(PROGRAMME, closed).critical_items == ()


def test_what_was_packed_comes_back():
    kept = {
        "gad-2": Kept(version(1, q1=0, q2=None), (version(2**53 - 1, NOON, q1=3),), is_open=True),
        "phq-9": Kept(version(3, NOON + timedelta(minutes=5), q9=1)),
    }

    assert unpack(json.loads(json.dumps(pack(kept))), saved_at=NOON) == kept


def test_a_draft_of_the_first_layout_still_opens():
    found = unpack({"gad-2": {"1": 3, "2": None}}, saved_at=NOON)

    assert found == {"gad-2": Kept(Version({"1": 3, "2": None}, 0, NOON))}


def test_the_fullest_draft_is_as_long_as_an_empty_one():
    """Every part of a long programme, each in three versions."""
    longest = {
        code: Kept(
            *[
                (each, (each,) * 2)
                for each in [
                    Version({item.id: max(item.values) for item in form.items}, 2**53, NOON)
                ]
            ][0]
        )
        for code, form in ON_OFFER.items()
        if code in {"pc-ptsd-5", "pcl-5", "phq-9", "gad-2", "gad-7", "audit-c", "audit"}
    }

    assert len(json.dumps(pack(longest), separators=(",", ":"))) <= ROOM < SIZE


def test_the_first_two_answers_of_the_longer_form_are_there_already():
    found = answered(gad_2={"1": 2, "2": 2})

    assert found.parts[-1] == "gad-7"
    assert found.answers["gad-7"] == {"1": 2, "2": 2}
    assert found.undecided_in("gad-7") == ("3", "4", "5", "6", "7")
    assert found.carried_into("gad-7") == {"1": 2, "2": 2}


def test_alcohol_answers_are_carried_where_the_programme_asks_more():
    found = answered(WITH_ALCOHOL, audit_c={"1": 4, "2": 1, "3": 0})

    assert found.answers["audit"] == {"1": 4, "2": 1, "3": 0}
    assert found.undecided_in("audit") == ("4", "5", "6", "7", "8", "9", "10")


def test_what_the_longer_form_skips_is_not_carried_into_it():
    found = answered(WITH_ALCOHOL, audit_c={"1": 4, "2": 0, "3": 0})

    assert found.undecided_in("audit") == ("9", "10")


def test_a_changed_short_form_changes_what_is_carried_unless_it_was_changed_there():
    before = answered(gad_2={"1": 3, "2": 2}, gad_7={"2": 1})

    assert before.answers["gad-7"] == {"1": 3, "2": 1}
    assert before.carried_into("gad-7") == {"1": 3}


def test_own_answers_are_those_that_differ_or_were_touched():
    given = {"1": 2, "2": 3, "3": 0}

    assert without_carried(given, {"1": 2, "2": 2}, ()) == {"2": 3, "3": 0}
    assert without_carried(given, {"1": 1, "2": 2}, {"1"}) == {"2": 3, "3": 0}


def test_parts_of_which_two_versions_met_wait_only_while_they_are_asked():
    open_one = Kept(version(1, q3=0), (version(2, q3=1),), is_open=True)
    asked = {"gad-2": Kept(version(3, q1=3, q2=3)), "gad-7": open_one}
    closed = {"gad-2": Kept(version(3, q1=0, q2=0)), "gad-7": open_one}

    assert unfinished(PROGRAMME, asked).to_choose == ("gad-7",)
    assert unfinished(PROGRAMME, closed).to_choose == ()


def test_where_everyone_is_asked_everything_all_parts_are_there_from_the_start():
    full = replace(PROGRAMME, asking=Asking.FULL)

    before = answered(full)
    calm = answered(full, gad_2={"1": 0, "2": 0})

    assert before.parts == ("pc-ptsd-5", "phq-9", "gad-2", "audit-c", "pcl-5", "gad-7")
    assert calm.parts == before.parts
    assert calm.answers["gad-7"] == {"1": 0, "2": 0}
    assert "gad-7" not in answered(gad_2={"1": 0, "2": 0}).parts


def test_a_gate_by_sex_is_asked_of_the_person_whose_answers_these_are():
    by_sex = Gate("audit-c", 3, "audit", by_sex={"female": 3, "male": 4})
    programme = replace(PROGRAMME, gates=(by_sex,))
    kept = {"audit-c": Kept(Version({"1": 3, "2": 0, "3": 0}, 1, NOON))}

    asked = {
        sex: "audit" in unfinished(programme, kept, sex=sex).parts for sex in ("female", "male")
    }

    assert asked == {"female": True, "male": False}
