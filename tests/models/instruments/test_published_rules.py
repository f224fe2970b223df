"""Rules that published instruments add to their totals; figures worked out by hand."""

import pytest

from models.instruments import find, score
from tests.models.instruments.answer_rows import answers_in_order

# Q1 Q2 Q3, sex, total, positive, all points from item 1
AUDIT_C = [
    ("0 - -", None, 0, False, False),
    ("0 0 0", "female", 0, False, False),
    ("2 0 0", "female", 2, False, True),
    ("3 0 0", "female", 3, True, True),
    ("3 0 0", "male", 3, False, True),
    ("3 0 0", None, 3, None, True),
    ("3 0 0", "other", 3, None, True),
    ("2 1 0", None, 3, None, False),
    ("4 0 0", "male", 4, True, True),
    ("4 0 0", None, 4, True, True),
    ("1 1 0", None, 2, False, False),
    ("4 4 4", None, 12, True, False),
    ("0 - 2", "male", 2, False, False),
]


@pytest.mark.parametrize(("row", "sex", "total", "positive", "from_item_1"), AUDIT_C)
def test_audit_c_is_positive_from_4_for_men_and_from_3_for_women(
    row, sex, total, positive, from_item_1
):
    answers = answers_in_order("audit-c", row)

    result = score(find("audit-c"), answers, sex=sex)

    assert result.complete
    assert (result.total, result.positive) == (total, positive)
    assert result.criteria == {"all_points_from_item_1": from_item_1}


# items 1 to 9; major, other
PHQ_9 = [
    ("2 2 2 2 2 0 0 0 0", True, False),
    ("2 0 2 2 2 2 0 0 0", True, False),
    ("0 2 2 2 2 2 0 0 0", True, False),
    ("1 1 2 2 2 2 2 0 0", False, False),  # neither of the first two items
    ("2 2 2 2 1 0 0 0 1", True, False),  # item 9 counts if it is there at all
    ("2 2 2 2 1 1 1 1 0", False, True),
    ("2 2 0 0 0 0 0 0 0", False, True),
    ("2 0 0 0 0 0 0 0 1", False, True),
    ("3 1 1 1 1 1 1 1 0", False, False),  # one symptom is not a syndrome
    ("0 0 3 3 3 0 0 0 0", False, False),
]


@pytest.mark.parametrize(("row", "major", "other"), PHQ_9)
def test_phq_9_syndromes_follow_the_published_rule(row, major, other):
    answers = answers_in_order("phq-9", row + " -")

    criteria = score(find("phq-9"), answers).criteria

    assert criteria == {"major_depressive_syndrome": major, "other_depressive_syndrome": other}


# B, C, D, E; provisional PTSD
PCL_5 = [
    ("20000", "20", "2200000", "220000", True),
    ("00000", "20", "2200000", "220000", False),
    ("20000", "00", "2200000", "220000", False),
    ("20000", "20", "2000000", "220000", False),
    ("20000", "20", "2200000", "200000", False),
    ("11111", "11", "1111111", "111111", False),  # a total of 20, but no symptom counts
    ("44444", "44", "4444444", "400000", False),  # a total of 60 does not make the rule
]


@pytest.mark.parametrize(("b", "c", "d", "e", "met"), PCL_5)
def test_pcl_5_provisional_ptsd_needs_1_b_1_c_2_d_and_2_e(b, c, d, e, met):
    answers = answers_in_order("pcl-5", " ".join(b + c + d + e))

    result = score(find("pcl-5"), answers)

    assert result.criteria == {"provisional_ptsd": met}
    assert result.scales == {
        name: sum(int(value) for value in part)
        for name, part in (("B", b), ("C", c), ("D", d), ("E", e))
    }
    assert result.band is None


# P1-P9, C1-C9; PTSD, DSO, complex PTSD
ITQ = [
    ("202020200", "000000000", True, False, False),
    ("020202002", "000000000", True, False, False),
    ("202020200", "202020200", False, True, True),  # complex PTSD, and then not PTSD
    ("000000000", "202020200", False, True, False),
    ("202020111", "202020200", False, True, False),  # no impairment from the first part
    ("202011200", "202020200", False, True, False),  # no sense of threat
    ("202020200", "202020111", True, False, False),
    ("111111444", "111111444", False, False, False),
    ("444444444", "444444444", False, True, True),
]


@pytest.mark.parametrize(("p", "c", "ptsd", "dso", "complex_ptsd"), ITQ)
def test_itq_gives_one_diagnosis_or_the_other(p, c, ptsd, dso, complex_ptsd):
    answers = answers_in_order("itq", " ".join(p + c))

    result = score(find("itq"), answers)

    assert result.criteria == {"ptsd": ptsd, "dso": dso, "complex_ptsd": complex_ptsd}
    assert result.positive is (ptsd or complex_ptsd)
    assert (result.total, result.band) == (None, None)


def test_itq_adds_up_its_clusters():
    answers = answers_in_order("itq", "1 2 3 4 0 1 4 4 4 2 2 1 0 4 3 0 0 0")

    scales = score(find("itq"), answers).scales

    assert scales == {
        "Re": 3,
        "Av": 7,
        "Th": 1,
        "PTSD": 11,
        "AD": 4,
        "NSC": 1,
        "DR": 7,
        "DSO": 12,
    }


def test_audit_adds_up_the_domains_of_the_manual():
    answers = answers_in_order("audit", "4 3 2 1 2 3 4 3 2 4")

    scales = score(find("audit"), answers).scales

    assert scales == {"hazardous_use": 9, "dependence_symptoms": 6, "harmful_use": 13}


def test_mios_adds_up_its_two_parts():
    answers = answers_in_order("mios", "1 2 3 4 0 1 2 3 4 0 1 2 3 4")

    scales = score(find("mios"), answers).scales

    assert scales == {"shame_related": 18, "trust_violation_related": 12}


# events 1 to 17; happened, witnessed, learned, job, not sure, does not apply
LEC_5 = [
    ("32 " * 17, (0, 0, 0, 0, 0, 17)),
    ("8 " * 17, (0, 0, 0, 17, 0, 0)),
    ("31 " * 17, (17, 17, 17, 17, 17, 0)),
    ("1 2 4 8 16 32 3 5 9 10 12 24 32 32 32 32 32", (4, 3, 3, 5, 2, 6)),
]


@pytest.mark.parametrize(("row", "counts"), LEC_5)
def test_lec_5_counts_events_by_route_and_gives_no_score(row, counts):
    answers = answers_in_order("lec-5", row)

    result = score(find("lec-5"), answers)

    assert tuple(result.scales.values()) == counts
    assert result.complete
    assert (result.total, result.band, result.positive) == (None, None, None)
    assert (result.criteria, result.alerts) == ({}, ())


def test_lec_5_counts_nothing_while_an_event_is_open():
    answers = answers_in_order("lec-5", "8 " * 16 + "-")

    result = score(find("lec-5"), answers)

    assert set(result.scales.values()) == {None}
    assert (result.complete, result.answered) == (False, 16)


# items 1 to 6 and 6_3mo; triage, alerts
C_SSRS = [
    ("0 0 - - - 0 -", "none", ()),
    ("1 0 - - - 0 -", "low", ()),
    ("0 1 0 0 0 0 -", "low", ()),
    ("1 1 1 0 0 0 -", "moderate", ()),
    ("0 0 - - - 1 0", "moderate", ()),
    ("1 1 0 1 0 0 -", "high", ("4",)),
    ("1 1 1 0 1 0 -", "high", ("5",)),
    ("0 0 - - - 1 1", "high", ("6_3mo",)),
    ("1 1 1 1 1 1 1", "high", ("4", "5", "6_3mo")),
]


@pytest.mark.parametrize(("row", "triage", "alerts"), C_SSRS)
def test_c_ssrs_is_triage_by_the_highest_yes_and_never_a_sum(row, triage, alerts):
    answers = answers_in_order("c-ssrs-screener", row)

    result = score(find("c-ssrs-screener"), answers)

    assert (result.complete, result.band, result.total) == (True, triage, None)
    assert result.criteria == {name: name == triage for name in ("high", "moderate", "low")}
    assert result.alerts == tuple(f"c-ssrs-screener.{item}" for item in alerts)


@pytest.mark.parametrize(
    ("code", "row", "cut_point", "positive"),
    [
        ("pc-ptsd-5", "1 1 1 1 0 0", 4, False),
        ("pcl-5", " ".join("2" * 16 + "0" * 4), 31, True),
        ("phq-2", "1 1", 2, True),
        ("who-5", "2 2 2 1 1", 28, False),
        ("who-5", "2 2 1 1 1", 28, True),
        ("audit-c", "4 4 0", 8, True),
        ("audit-c", "4 3 0", 8, False),
        ("wsas", "4 4 4 4 4", 20, True),
        ("brs", "3 4 3 3 3 3", 2, False),
    ],
)
def test_a_site_may_set_its_own_cut_point(code, row, cut_point, positive):
    answers = answers_in_order(code, row)

    result = score(find(code), answers, cut_point=cut_point)

    assert result.positive is positive
