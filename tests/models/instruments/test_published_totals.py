"""Totals, bands and outcomes of complete forms; the figures were worked out by hand."""

import pytest

from models.instruments import ON_OFFER, find, score
from tests.models.instruments.answer_rows import answers_in_order

# code, answers in the order of the form ("-" is open), total, band, positive
TOTALS = [
    ("pc-ptsd-5", "1 0 0 0 0 0", 0, None, False),
    ("pc-ptsd-5", "1 1 1 0 0 0", 2, None, False),
    ("pc-ptsd-5", "1 1 1 1 0 0", 3, None, True),
    ("pc-ptsd-5", "1 1 1 1 1 1", 5, None, True),
    ("pc-ptsd-5", "0 - - - - -", 0, None, False),
    ("pc-ptsd-5", "0 1 1 1 1 1", 0, None, False),  # "if no, screen total = 0"
    ("pcl-5", " ".join("0" * 20), 0, None, False),
    ("pcl-5", " ".join("2" * 16 + "0" * 4), 32, None, False),
    ("pcl-5", " ".join("2" * 16 + "1" + "0" * 3), 33, None, True),
    ("pcl-5", " ".join("4" * 20), 80, None, True),
    ("phq-2", "0 2", 2, None, False),
    ("phq-2", "0 3", 3, None, True),
    ("phq-2", "3 3", 6, None, True),
    ("phq-8", "1 1 1 1 0 0 0 0", 4, "minimal", False),
    ("phq-8", "1 1 1 1 1 0 0 0", 5, "mild", False),
    ("phq-8", "3 3 3 1 0 0 0 0", 10, "moderate", True),
    ("phq-8", "3 3 3 3 3 3 3 3", 24, "severe", True),
    ("phq-9", "0 0 0 0 0 0 0 0 0 -", 0, "minimal", False),
    ("phq-9", "1 1 1 1 0 0 0 0 0 -", 4, "minimal", False),
    ("phq-9", "1 1 1 1 1 0 0 0 0 -", 5, "mild", False),
    ("phq-9", "3 3 3 0 0 0 0 0 0 0", 9, "mild", False),
    ("phq-9", "3 3 3 1 0 0 0 0 0 3", 10, "moderate", True),
    ("phq-9", "3 3 3 3 2 0 0 0 0 -", 14, "moderate", True),
    ("phq-9", "3 3 3 3 3 0 0 0 0 -", 15, "moderately severe", True),
    ("phq-9", "3 3 3 3 3 3 1 0 0 -", 19, "moderately severe", True),
    ("phq-9", "3 3 3 3 3 3 2 0 0 -", 20, "severe", True),
    ("phq-9", "3 3 3 3 3 3 3 3 3 3", 27, "severe", True),
    ("gad-2", "1 1", 2, None, False),
    ("gad-2", "1 2", 3, None, True),
    ("gad-7", "1 1 1 1 0 0 0", 4, "minimal", False),
    ("gad-7", "1 1 1 1 1 0 0", 5, "mild", False),
    ("gad-7", "3 3 3 1 0 0 0", 10, "moderate", True),
    ("gad-7", "3 3 3 3 2 0 0", 14, "moderate", True),
    ("gad-7", "3 3 3 3 3 0 0", 15, "severe", True),
    ("gad-7", "3 3 3 3 3 3 3", 21, "severe", True),
    ("audit", "0 - - - - - - - 0 0", 0, "zone I", False),
    ("audit", "0 - - - - - - - 2 4", 6, "zone I", False),  # drank once, no longer
    ("audit", "3 0 0 - - - - - 0 0", 3, "zone I", False),
    ("audit", "4 1 2 0 0 0 0 0 0 0", 7, "zone I", False),
    ("audit", "4 1 2 0 0 0 1 0 0 0", 8, "zone II", True),
    ("audit", "4 4 4 1 1 1 0 0 0 0", 15, "zone II", True),
    ("audit", "4 4 4 0 0 0 0 0 4 0", 16, "zone III", True),
    ("audit", "4 4 4 1 1 1 0 0 4 0", 19, "zone III", True),
    ("audit", "4 4 4 0 0 0 0 0 4 4", 20, "zone IV", True),
    ("audit", "4 4 4 4 4 4 4 4 4 4", 40, "zone IV", True),
    ("audit", "0 0 0 0 3 1 0 0 0 0", 4, "zone I", False),  # asked and answered all the same
    ("k10", " ".join("1" * 10), 10, "low", False),
    ("k10", "2 2 2 2 2 1 1 1 1 1", 15, "low", False),
    ("k10", "2 2 2 2 2 2 1 1 1 1", 16, "moderate", False),
    ("k10", "3 3 2 2 2 2 2 2 2 1", 21, "moderate", False),
    ("k10", "3 3 2 2 2 2 2 2 2 2", 22, "high", True),
    ("k10", "3 3 3 3 3 3 3 3 3 2", 29, "high", True),
    ("k10", " ".join("3" * 10), 30, "very high", True),
    ("k10", " ".join("5" * 10), 50, "very high", True),
    ("k6", "2 2 2 2 2 2", 12, None, False),
    ("k6", "3 2 2 2 2 2", 13, None, True),
    ("who-5", "0 0 0 0 0", 0, "likely depression", True),
    ("who-5", "2 2 1 1 1", 28, "likely depression", True),
    ("who-5", "2 2 2 1 1", 32, "poor well-being", True),
    ("who-5", "3 3 2 2 2", 48, "poor well-being", True),
    ("who-5", "3 3 3 2 2", 52, "above the cut-point", False),  # raw 13 is 52: not below 50
    ("who-5", "5 5 5 5 5", 100, "above the cut-point", False),
    ("srq-20", " ".join("1" * 7 + "0" * 13), 7, None, False),
    ("srq-20", " ".join("1" * 8 + "0" * 12), 8, None, True),
    ("isi", "1 1 1 1 1 1 1", 7, "none", False),
    ("isi", "2 1 1 1 1 1 1", 8, "subthreshold", False),
    ("isi", "2 2 2 2 2 2 2", 14, "subthreshold", False),
    ("isi", "3 2 2 2 2 2 2", 15, "moderate", True),
    ("isi", "3 3 3 3 3 3 3", 21, "moderate", True),
    ("isi", "4 3 3 3 3 3 3", 22, "severe", True),
    ("wsas", "3 3 3 0 0", 9, "subclinical", None),
    ("wsas", "4 3 3 0 0", 10, "significant", None),
    ("wsas", "4 4 4 4 4", 20, "significant", None),
    ("wsas", "5 4 4 4 4", 21, "moderately severe", None),
    ("wsas", "8 8 8 8 8", 40, "moderately severe", None),
    ("brs", "1 5 1 5 1 5", 1.0, "low", None),
    ("brs", "3 4 3 3 3 3", 2.83, "low", None),
    ("brs", "3 3 3 3 3 3", 3.0, "normal", None),
    ("brs", "5 2 4 2 4 2", 4.17, "normal", None),
    ("brs", "5 2 5 2 4 2", 4.33, "high", None),
    ("brs", "5 1 5 1 5 1", 5.0, "high", None),
    ("ces", "1 1 1 1 1 1 1", 0, "light", None),
    ("ces", "2 3 2 2 2 1 1", 8, "light", None),
    ("ces", "2 3 2 2 3 1 1", 9, "light to moderate", None),
    ("ces", "3 3 2 1 3 2 2", 14, "light to moderate", None),
    ("ces", "3 3 2 3 3 2 2", 16, "light to moderate", None),
    ("ces", "3 3 2 4 3 2 2", 17, "moderate", None),
    ("ces", "3 3 2 5 3 2 2", 17, "moderate", None),  # the two highest of item 4 count the same
    ("ces", "4 3 3 2 4 3 3", 24, "moderate", None),
    ("ces", "4 3 3 3 4 3 3", 25, "moderate to heavy", None),
    ("ces", "5 5 4 4 5 3 3", 33, "heavy", None),
    ("ces", "5 5 5 4 4 3 3", 32, "moderate to heavy", None),  # and the two highest of item 3
    ("ces", "5 5 4 4 4 3 3", 32, "moderate to heavy", None),
    ("ces", "5 5 5 5 5 5 5", 41, "heavy", None),
    ("mios", " ".join("0" * 14), 0, None, None),
    ("mios", "1 2 3 4 0 1 2 3 4 0 1 2 3 4", 30, None, None),
    ("mios", " ".join("4" * 14), 56, None, None),
]


@pytest.mark.parametrize(("code", "row", "total", "band", "positive"), TOTALS)
def test_a_complete_form_has_the_published_total_band_and_outcome(code, row, total, band, positive):
    answers = answers_in_order(code, row)

    result = score(find(code), answers)

    assert result.complete
    assert (result.total, result.band, result.positive) == (total, band, positive)


def test_every_instrument_with_a_total_has_worked_examples():
    with_total = {code for code, instrument in ON_OFFER.items() if instrument.total}

    exampled = {code for code, *_ in TOTALS} | {"audit-c"}

    assert exampled == with_total
