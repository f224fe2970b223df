"""Open items: unknown is never no, and never zero."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.instruments import ON_OFFER, AnswerRefused, find, score

OPEN = None


def outcomes(code, answers, missing, judge):
    """What an independent rule says for every way of filling the missing items."""
    instrument = find(code)
    options = [instrument.item(item).values for item in missing]
    return {judge(answers | dict(zip(missing, fill, strict=True))) for fill in product(*options)}


def certain(found):
    return found.pop() if len(found) == 1 else None


def every_form(code, items):
    values = [(OPEN, *find(code).item(item).values) for item in items]
    for row in product(*values):
        yield {item: v for item, v in zip(items, row, strict=True) if v is not OPEN}


@pytest.mark.parametrize(("code", "cut"), [("phq-2", 3), ("gad-2", 3)])
def test_two_item_screens_are_certain_exactly_when_no_filling_could_change_them(code, cut):
    for answers in every_form(code, ("1", "2")):
        missing = [item for item in ("1", "2") if item not in answers]

        result = score(find(code), answers)

        possible = outcomes(code, answers, missing, lambda form: form["1"] + form["2"] >= cut)
        assert result.positive is certain(possible)
        assert (result.total is None) is bool(missing)


@pytest.mark.parametrize("sex", ["female", "male", None])
def test_audit_c_is_certain_exactly_when_no_filling_and_no_sex_could_change_it(sex):
    cuts = {"female": [3], "male": [4], None: [3, 4]}[sex]
    items = ("1", "2", "3")
    for answers in every_form("audit-c", items):
        skipped = answers.get("1") == 0
        form = ({"2": 0, "3": 0} if skipped else {}) | answers
        missing = [item for item in items if item not in form]

        result = score(find("audit-c"), answers, sex=sex)

        possible = set.union(
            *(
                outcomes("audit-c", form, missing, lambda full, cut=cut: sum(full.values()) >= cut)
                for cut in cuts
            )
        )
        first_only = outcomes(
            "audit-c", form, missing, lambda full: full["1"] > 0 and full["2"] + full["3"] == 0
        )
        assert result.positive is certain(possible)
        assert result.criteria["all_points_from_item_1"] is certain(first_only)
        assert result.complete is (not missing)


def test_pc_ptsd_5_is_certain_exactly_when_no_filling_could_change_it():
    items = ("0", "1", "2", "3", "4", "5")
    for answers in every_form("pc-ptsd-5", items):
        missing = [item for item in items if item not in answers]
        needed = [] if answers.get("0") == 0 else missing

        result = score(find("pc-ptsd-5"), answers)

        possible = outcomes(
            "pc-ptsd-5",
            answers,
            missing,
            lambda form: form["0"] == 1 and sum(form[item] for item in items[1:]) >= 3,
        )
        assert result.positive is certain(possible)
        assert result.complete is (not needed)
        assert result.answered == len(answers)
        assert (result.total is None) is bool(needed)


def phq_9_syndromes(form):
    symptoms = sum(form[str(item)] >= 2 for item in range(1, 9)) + (form["9"] >= 1)
    core = form["1"] >= 2 or form["2"] >= 2
    return core and symptoms >= 5, core and 2 <= symptoms <= 4


@given(
    row=st.lists(st.integers(0, 3), min_size=9, max_size=9),
    missing=st.sets(st.integers(1, 9), max_size=4),
)
def test_phq_9_syndromes_are_certain_exactly_when_no_filling_could_change_them(row, missing):
    answers = {str(item): value for item, value in enumerate(row, 1) if item not in missing}
    gaps = [str(item) for item in missing]

    result = score(find("phq-9"), answers)

    major = outcomes("phq-9", answers, gaps, lambda form: phq_9_syndromes(form)[0])
    other = outcomes("phq-9", answers, gaps, lambda form: phq_9_syndromes(form)[1])
    positive = outcomes("phq-9", answers, gaps, lambda form: sum(form.values()) >= 10)
    assert list(result.criteria.values()) == [certain(major), certain(other)]
    assert result.positive is certain(positive)


def itq_part(form, letter):
    pairs = (("1", "2"), ("3", "4"), ("5", "6"), ("7", "8", "9"))
    return all(any(form[letter + number] >= 2 for number in pair) for pair in pairs)


ITQ_ITEMS = [letter + str(number) for letter in "PC" for number in range(1, 10)]


@given(
    row=st.lists(st.integers(0, 4), min_size=18, max_size=18),
    missing=st.sets(st.sampled_from(ITQ_ITEMS), max_size=3),
)
def test_itq_diagnoses_are_certain_exactly_when_no_filling_could_change_them(row, missing):
    form = dict(zip(ITQ_ITEMS, row, strict=True))
    answers = {item: value for item, value in form.items() if item not in missing}
    gaps = sorted(missing)

    result = score(find("itq"), answers)

    stress = certain(outcomes("itq", answers, gaps, lambda full: itq_part(full, "P")))
    both = certain(
        outcomes("itq", answers, gaps, lambda full: itq_part(full, "P") and itq_part(full, "C"))
    )
    only = certain(
        outcomes("itq", answers, gaps, lambda full: itq_part(full, "P") > itq_part(full, "C"))
    )
    assert (result.positive, result.criteria["complex_ptsd"]) == (stress, both)
    assert result.criteria["ptsd"] is only


def pcl_5_rule(form):
    groups = ((range(1, 6), 1), (range(6, 8), 1), (range(8, 15), 2), (range(15, 21), 2))
    return all(sum(form[str(item)] >= 2 for item in part) >= need for part, need in groups)


@given(
    row=st.lists(st.integers(0, 4), min_size=20, max_size=20),
    missing=st.sets(st.integers(1, 20), max_size=3),
)
def test_pcl_5_is_certain_exactly_when_no_filling_could_change_it(row, missing):
    answers = {str(item): value for item, value in enumerate(row, 1) if item not in missing}
    gaps = [str(item) for item in missing]

    result = score(find("pcl-5"), answers)

    met = outcomes("pcl-5", answers, gaps, pcl_5_rule)
    positive = outcomes("pcl-5", answers, gaps, lambda form: sum(form.values()) >= 33)
    assert result.criteria["provisional_ptsd"] is certain(met)
    assert result.positive is certain(positive)


@pytest.mark.parametrize("code", sorted(ON_OFFER))
def test_a_blank_form_says_nothing(code):
    result = score(find(code), {item.id: None for item in find(code).items})

    assert (result.complete, result.answered, result.total) == (False, 0, None)
    assert (result.band, result.positive, result.alerts) == (None, None, ())
    assert set(result.criteria.values()) | set(result.scales.values()) <= {None}


@pytest.mark.parametrize("code", sorted(ON_OFFER))
def test_one_open_item_takes_away_the_total_and_the_band(code):
    instrument = find(code)
    highest = {item.id: item.values[-1] for item in instrument.items}
    for item in instrument.items:
        result = score(instrument, highest | {item.id: None})

        assert result.complete is not item.scored
        assert (result.total is None) is (item.scored or instrument.total is None)
        assert result.band is None or not item.scored


def test_a_high_sum_is_positive_before_the_last_item_but_a_low_one_is_not_negative():
    nearly = {str(item): 0 for item in range(1, 9)}

    sure = score(find("phq-9"), nearly | {"1": 3, "2": 3, "3": 3, "4": 1})
    open_still = score(find("phq-9"), nearly | {"1": 3, "2": 3, "3": 1})
    safe = score(find("phq-9"), nearly | {"1": 3, "2": 3})

    assert (sure.positive, open_still.positive, safe.positive) == (True, None, False)


@pytest.mark.parametrize(
    ("row", "complete"),
    [
        ({"1": 0, "9": 0, "10": 0}, True),
        ({"1": 0, "9": 0}, False),  # a former drinker may still have been hurt
        ({"1": 2, "2": 0, "3": 0, "9": 0, "10": 0}, True),
        ({"1": 2, "2": 0, "3": 1, "9": 0, "10": 0}, False),
        ({"1": 2, "2": 0, "9": 0, "10": 0}, False),
        ({"2": 0, "3": 0, "9": 0, "10": 0}, False),
    ],
)
def test_audit_may_skip_to_item_9_only_by_the_rule_of_the_form(row, complete):
    result = score(find("audit"), row)

    assert result.complete is complete
    assert result.answered == len(row)


@pytest.mark.parametrize("open_item", [str(item) for item in range(1, 9)])
def test_the_suicide_item_raises_an_alert_whatever_else_is_open(open_item):
    answers = {str(item): 0 for item in range(1, 10)} | {"9": 1, open_item: None}

    result = score(find("phq-9"), answers)

    assert result.alerts == ("phq-9.9",)
    assert result.total is None


@pytest.mark.parametrize(
    ("code", "item", "value", "alerts"),
    [
        ("phq-9", "9", 0, ()),
        ("phq-9", "9", None, ()),
        ("phq-9", "9", 1, ("phq-9.9",)),
        ("phq-9", "9", 3, ("phq-9.9",)),
        ("srq-20", "17", 0, ()),
        ("srq-20", "17", 1, ("srq-20.17",)),
        ("pcl-5", "16", 4, ()),  # risk-taking: reviewed, but not the suicide screen
    ],
)
def test_alerts_come_from_the_critical_answer_alone(code, item, value, alerts):
    result = score(find(code), {item: value})

    assert result.alerts == alerts


@pytest.mark.parametrize(
    ("code", "item", "value"),
    [
        ("phq-9", "3", 4),
        ("phq-9", "3", -1),
        ("phq-9", "3", True),
        ("phq-9", "3", 1.0),
        ("phq-9", "3", "1"),
        ("phq-9", "3", [1]),
        ("phq-9", "10", 4),
        ("audit", "9", 1),
        ("audit", "10", 3),
        ("k10", "1", 0),
        ("k6", "1", 5),
        ("pc-ptsd-5", "0", 2),
        ("itq", "C9", 5),
        ("c-ssrs-screener", "6_3mo", 2),
        ("lec-5", "1", 0),  # nothing ticked is no answer
        ("lec-5", "1", 33),  # "doesn't apply" beside a route
        ("lec-5", "1", [1, 2]),
        ("ces", "1", 0),
        ("ces", "3", 6),
        ("mios", "14", 5),
    ],
)
def test_a_value_that_is_not_an_option_is_refused_by_item_without_repeating_it(code, item, value):
    with pytest.raises(AnswerRefused) as refusal:
        score(find(code), {item: value})

    assert (refusal.value.instrument, refusal.value.item) == (code, item)
    assert str(refusal.value).startswith(f"{code}.{item}: the answer must be one of ")


@pytest.mark.parametrize(
    ("code", "item"), [("phq-9", "11"), ("phq-8", "9"), ("pc-ptsd-5", "6"), ("itq", "p1")]
)
def test_an_item_that_is_not_on_the_form_is_refused_even_when_it_is_open(code, item):
    with pytest.raises(AnswerRefused, match=f"{code}.{item}: no such item"):
        score(find(code), {item: None})


@pytest.mark.parametrize("code", ["itq", "c-ssrs-screener", "lec-5"])
def test_a_form_without_a_total_takes_no_cut_point(code):
    with pytest.raises(ValueError, match="has no total"):
        score(find(code), {}, cut_point=3)
