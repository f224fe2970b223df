"""Every definition is whole, consistent and allowed to be here."""

import pytest

from models.instruments import ON_OFFER, UnknownInstrument, find
from models.instruments.definition import Some

CODES = [
    "pc-ptsd-5",
    "pcl-5",
    "phq-2",
    "phq-8",
    "phq-9",
    "gad-2",
    "gad-7",
    "audit-c",
    "audit",
    "k10",
    "k6",
    "who-5",
    "srq-20",
    "itq",
    "isi",
    "wsas",
    "brs",
    "c-ssrs-screener",
    "lec-5",
    "ces",
    "mios",
]
every_instrument = pytest.mark.parametrize("code", CODES)


def leaves(condition):
    if isinstance(condition, Some):
        return [condition]
    parts = getattr(condition, "parts", None) or (condition.part,)
    return [leaf for part in parts for leaf in leaves(part)]


def test_the_codes_on_offer_are_those_promised():
    assert list(ON_OFFER) == CODES


@every_instrument
def test_an_instrument_is_found_by_code_and_by_the_version_a_result_names(code):
    current = find(code)

    assert current is ON_OFFER[code]
    assert find(code, current.version) is current


@pytest.mark.parametrize(("code", "version"), [("phq-10", None), ("phq-9", "0"), ("PHQ-9", None)])
def test_an_instrument_that_is_not_held_is_refused_by_name(code, version):
    with pytest.raises(UnknownInstrument, match=code):
        find(code, version)


@every_instrument
def test_every_instrument_says_whose_it_is_and_on_what_terms(code):
    instrument = find(code)

    stated = (
        instrument.title,
        instrument.edition,
        instrument.recall,
        instrument.source,
        instrument.citation,
        instrument.licence,
        instrument.licence_url,
        instrument.attribution,
    )
    assert all(text.strip() for text in stated)
    assert all(cut.population and cut.citation for cut in instrument.cut_points)
    assert all(change.meaning and change.citation for change in instrument.changes)


@every_instrument
def test_every_rule_speaks_of_items_and_values_that_are_on_the_form(code):
    instrument = find(code)
    values = {item.id: item.values for item in instrument.items}
    named = [
        *(instrument.total.items if instrument.total else ()),
        *(item for scale in instrument.scales for item in scale.items),
        *(item for skip in instrument.skips for item in skip.items),
        *instrument.loinc.items,
    ]
    pairs = [
        *(pair for skip in instrument.skips for pair in skip.when),
        *((alert.item, alert.at_least) for alert in instrument.alerts),
        *(
            pair
            for criterion in instrument.criteria
            for leaf in leaves(criterion.condition)
            for pair in leaf.items
        ),
    ]

    assert len(values) == len(instrument.items)
    assert set(named) <= set(values)
    assert all(value in values[item] for item, value in pairs)
    assert set(instrument.triage) <= {criterion.code for criterion in instrument.criteria}


@every_instrument
def test_bands_and_values_rise(code):
    instrument = find(code)

    floors = [band.floor for band in instrument.bands]
    assert floors == sorted(set(floors))
    assert all(list(item.values) == sorted(set(item.values)) for item in instrument.items)


@every_instrument
def test_a_rule_that_sets_items_to_zero_is_never_mixed_with_criteria(code):
    instrument = find(code)  # the bounds of a criterion do not know of such a rule

    assert not (any(skip.voids for skip in instrument.skips) and instrument.criteria)


@every_instrument
def test_only_items_that_count_towards_the_result_are_needed(code):
    instrument = find(code)

    unscored = [item.id for item in instrument.items if not item.scored]

    assert unscored == (["10"] if code == "phq-9" else [])


def test_k10_names_whose_bands_it_uses_and_pcl_5_has_none():
    assert find("k10").band_scheme == "Australian Bureau of Statistics (ABS)"
    assert find("pcl-5").bands == ()


def test_gad_7_tells_the_code_of_the_panel_from_that_of_the_score():
    loinc = find("gad-7").loinc

    assert (loinc.panel, loinc.total) == ("69737-5", "70274-6")


@pytest.mark.parametrize("code", ["isi", "wsas", "brs", "c-ssrs-screener", "itq", "ces", "mios"])
def test_words_without_permission_or_proof_are_not_included(code):
    assert not find(code).wording_included


@every_instrument
def test_points_stand_for_every_value_and_boxes_are_powers_of_two(code):
    for item in find(code).items:
        assert len(item.worth) in (0, len(item.values))
        assert all(item.ticked(value) for value in item.values)
        assert all(sum(item.ticked(value)) == value for value in item.values)
        assert not item.several or all(option.bit_count() == 1 for option in item.options)


@every_instrument
def test_a_count_is_of_an_option_that_its_items_offer(code):
    instrument = find(code)

    counted = [scale for scale in instrument.scales if scale.option is not None]
    assert all(
        scale.option in instrument.item(item).options for scale in counted for item in scale.items
    )


def test_does_not_apply_cannot_be_ticked_beside_a_route():
    item = find("lec-5").item("1")

    assert [option for option in item.options if item.stands_alone(option)] == [32]
    assert item.options == (1, 2, 4, 8, 16, 32)
    assert len(item.values) == 2**5 - 1 + 1
