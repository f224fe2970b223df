"""What must hold for every form, whatever the answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instruments import ON_OFFER, find, score

CODES = sorted(ON_OFFER)
SUMMED = [code for code in CODES if ON_OFFER[code].total]


def forms(code, *, gaps):
    """Any form of one instrument, with or without open items."""
    items = find(code).items
    return st.fixed_dictionaries(
        {
            item.id: st.sampled_from(item.values if not gaps else (None, *item.values))
            for item in items
        }
    )


any_code = st.sampled_from(CODES)


@given(data=st.data(), code=any_code)
def test_the_order_of_the_answers_does_not_matter(data, code):
    answers = data.draw(forms(code, gaps=True))
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))

    assert score(find(code), shuffled) == score(find(code), answers)


@given(data=st.data(), code=any_code)
def test_a_missing_item_and_an_open_item_are_the_same(data, code):
    answers = data.draw(forms(code, gaps=True))
    without = {item: value for item, value in answers.items() if value is not None}

    assert score(find(code), without) == score(find(code), answers)


@given(data=st.data(), code=any_code)
def test_scoring_leaves_the_answers_as_they_were(data, code):
    answers = data.draw(forms(code, gaps=True))
    before = dict(answers)

    score(find(code), answers)

    assert answers == before


@given(data=st.data(), code=any_code)
def test_a_total_and_a_band_stand_only_on_a_complete_form(data, code):
    instrument = find(code)

    result = score(instrument, data.draw(forms(code, gaps=True)))

    assert (result.total is not None) is (result.complete and instrument.total is not None)
    assert result.complete or result.band is None


@given(data=st.data(), code=any_code)
def test_on_a_complete_form_nothing_that_has_a_rule_is_unknown(data, code):
    instrument = find(code)

    result = score(instrument, data.draw(forms(code, gaps=False)), sex="female")

    has_rule = bool(instrument.positive_when) or any(cut.default for cut in instrument.cut_points)
    assert result.complete
    assert (result.positive is not None) is has_rule
    assert None not in result.criteria.values()
    assert None not in result.scales.values()


@given(data=st.data(), code=st.sampled_from(SUMMED))
def test_a_total_stays_within_the_range_of_the_form(data, code):
    ranges = {
        "pc-ptsd-5": (0, 5),
        "pcl-5": (0, 80),
        "phq-2": (0, 6),
        "phq-8": (0, 24),
        "phq-9": (0, 27),
        "gad-2": (0, 6),
        "gad-7": (0, 21),
        "audit-c": (0, 12),
        "audit": (0, 40),
        "k10": (10, 50),
        "k6": (0, 24),
        "who-5": (0, 100),
        "srq-20": (0, 20),
        "isi": (0, 28),
        "wsas": (0, 40),
        "brs": (1, 5),
        "ces": (0, 41),
        "mios": (0, 56),
    }

    total = score(find(code), data.draw(forms(code, gaps=False))).total

    assert ranges[code][0] <= total <= ranges[code][1]
    assert find(code).total_range == ranges[code]


@pytest.mark.parametrize("code", SUMMED)
@given(data=st.data())
def test_a_worse_answer_never_makes_the_outcome_better(code, data):
    instrument = find(code)
    answers = data.draw(forms(code, gaps=False))
    item = data.draw(st.sampled_from(instrument.items))
    step = 1 if instrument.direction == "higher is worse" else -1
    values = item.values[:: step * (-1 if item.reverse else 1)]
    worse = answers | {
        item.id: data.draw(st.sampled_from(values[values.index(answers[item.id]) :]))
    }

    before = score(instrument, answers, sex="male")
    after = score(instrument, worse, sex="male")

    assert (after.total - before.total) * step >= 0
    assert before.positive is not True or after.positive is True
    assert set(before.alerts) <= set(after.alerts)


@given(data=st.data(), code=any_code)
def test_what_is_certain_stays_so_however_the_gaps_are_filled(data, code):
    instrument = find(code)
    full = data.draw(forms(code, gaps=False))
    gaps = data.draw(st.sets(st.sampled_from([item.id for item in instrument.items])))
    partial = {item: value for item, value in full.items() if item not in gaps}

    early = score(instrument, partial, sex="female")
    late = score(instrument, full, sex="female")

    if not early.complete:  # items the form skips are not gaps
        assert early.positive in (None, late.positive)
    assert set(early.alerts) <= set(late.alerts)


@given(data=st.data(), code=any_code)
def test_alerts_depend_on_nothing_but_their_own_items(data, code):
    instrument = find(code)
    answers = data.draw(forms(code, gaps=True))
    critical = {alert.item for alert in instrument.alerts}
    alone = {item: value for item, value in answers.items() if item in critical}

    assert score(instrument, answers).alerts == score(instrument, alone).alerts


@given(data=st.data(), code=any_code)
def test_the_printed_result_has_the_agreed_keys_and_plain_values(data, code):
    result = score(find(code), data.draw(forms(code, gaps=True)))

    printed = result.as_dict()

    assert list(printed) == [
        "instrument",
        "version",
        "complete",
        "answered",
        "total",
        "scales",
        "criteria",
        "band",
        "positive",
        "alerts",
    ]
    assert type(printed["scales"]) is type(printed["criteria"]) is dict
    assert type(printed["alerts"]) is list
