"""What is sealed in a screening comes back as it was, and every screening is as long as another."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instruments import ON_OFFER, AnswerRefused, find
from models.instruments.payload import SIZE, Payload, pack, respond, unpack
from models.programmes import load
from models.sealing import Place, seal

AT = datetime(2024, 2, 29, 23, 59, tzinfo=UTC)
PLACE = Place("screening", "payload", UUID(int=1), UUID(int=2))


def forms(code):
    """Any way of answering a form, gaps included."""
    return st.fixed_dictionaries(
        {item.id: st.sampled_from((None, *item.values)) for item in find(code).items}
    )


@pytest.mark.parametrize("code", sorted(ON_OFFER))
@given(data=st.data())
def test_a_packed_response_comes_back_with_answers_and_scores(code, data):
    answers = data.draw(forms(code))
    sex = data.draw(st.sampled_from(("female", "male", None)))
    payload = Payload(AT, "un-contingent/1", (respond(code, answers, language="fr", sex=sex),))

    back = unpack(json.loads(json.dumps(pack(payload))))

    assert back == payload
    assert back.responses[0].answers == answers


def test_items_that_were_not_named_come_back_as_unanswered():
    payload = Payload(AT, "r/1", (respond("gad-2", {"2": 1}, language="en", sex=None),))

    assert unpack(pack(payload)).responses[0].answers == {"1": None, "2": 1}


def test_scores_come_back_as_they_were_kept_and_are_not_worked_out_anew():
    payload = Payload(AT, "r/1", (respond("gad-2", {"1": 1, "2": 1}, language="en", sex=None),))
    packed = pack(payload)
    packed[3][0][4][2] = 99

    assert unpack(packed).responses[0].result.total == 99


def test_the_longest_screening_fits_its_sealed_size_and_the_shortest_is_as_long():
    programme = load("un-contingent")
    codes = (*programme.first_stage, *(gate.opens for gate in programme.gates))
    longest = Payload(
        datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
        programme.name,
        tuple(
            respond(
                code,
                {item.id: item.values[-1] for item in find(code).items},
                language="en-GB",
                sex="female",
            )
            for code in codes
        ),
    )
    shortest = Payload(AT, "r/1", (respond("gad-2", {}, language="en", sex=None),))

    lengths = {
        len(
            seal(
                b"k" * 32, PLACE, json.dumps(pack(each), separators=(",", ":")).encode(), size=SIZE
            )
        )
        for each in (longest, shortest)
    }

    assert len(lengths) == 1


def test_every_questionnaire_on_its_own_fits_the_sealed_size():
    for code, instrument in ON_OFFER.items():
        answers = {item.id: item.values[-1] for item in instrument.items}
        payload = Payload(AT, "un-contingent/1", (respond(code, answers, language="en", sex=None),))

        assert len(json.dumps(pack(payload))) < SIZE, code


def test_a_payload_is_positive_only_if_a_result_certainly_is():
    calm = respond("gad-2", {"1": 0, "2": 0}, language="en", sex=None)
    unknown = respond("gad-2", {"1": 2}, language="en", sex=None)
    positive = respond("gad-2", {"1": 3}, language="en", sex=None)

    assert not Payload(AT, "r/1", (calm, unknown)).is_positive
    assert Payload(AT, "r/1", (calm, positive)).is_positive


def test_a_payload_names_every_critical_item():
    responses = (
        respond("phq-9", {"9": 1}, language="en", sex=None),
        respond("gad-2", {"1": 3, "2": 3}, language="en", sex=None),
    )

    assert Payload(AT, "r/1", responses).critical_items == ("phq-9.9",)
    assert Payload(AT, "r/1", responses[1:]).critical_items == ()


def test_a_response_is_found_by_its_instrument():
    payload = Payload(AT, "r/1", (respond("gad-2", {}, language="en", sex=None),))

    assert payload.response("gad-2") is payload.responses[0]
    assert payload.response("phq-9") is None


def test_an_answer_that_is_not_offered_is_refused():
    with pytest.raises(AnswerRefused, match="phq-9.3"):
        respond("phq-9", {"3": 4}, language="en", sex=None)
