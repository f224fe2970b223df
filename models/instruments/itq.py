"""ITQ: ICD-11 post-traumatic stress and complex post-traumatic stress; a rule, not a sum.

Scoring only. Two independent transcriptions agree on the words of P1 to P8 and C1 to C8, but not
on P9 and C9 nor on the lead of the second part. The form may not be changed, so it waits until
a site has checked the official one.
"""

from models.instruments.definition import (
    All,
    Criterion,
    Instrument,
    Item,
    Not,
    Scale,
    Some,
    each,
)

CLOITRE = (
    "Cloitre M, Shevlin M, Brewin CR, et al. The International Trauma Questionnaire: development "
    "of a self-report measure of ICD-11 PTSD and complex PTSD. "
    "Acta Psychiatr Scand 2018;138:536-546."
)


def _part(letter: str) -> All:
    """One of each pair, and one impairment, at "moderately" or more."""
    groups = (("1", "2"), ("3", "4"), ("5", "6"), ("7", "8", "9"))
    return All(
        tuple(Some(1, each(tuple(letter + number for number in group), 2)) for group in groups)
    )


STRESS = _part("P")
SELF_ORGANISATION = _part("C")

ITQ = Instrument(
    code="itq",
    version="1",
    edition="2018",
    title="International Trauma Questionnaire (ITQ)",
    recall="past month; C1 to C6 ask how one typically is",
    items=tuple(
        Item(f"{letter}{number}", (0, 1, 2, 3, 4)) for letter in "PC" for number in range(1, 10)
    ),
    scales=(
        Scale("Re", ("P1", "P2")),
        Scale("Av", ("P3", "P4")),
        Scale("Th", ("P5", "P6")),
        Scale("PTSD", ("P1", "P2", "P3", "P4", "P5", "P6")),
        Scale("AD", ("C1", "C2")),
        Scale("NSC", ("C3", "C4")),
        Scale("DR", ("C5", "C6")),
        Scale("DSO", ("C1", "C2", "C3", "C4", "C5", "C6")),
    ),
    # A person has one diagnosis or the other: with both parts met it is complex PTSD alone.
    criteria=(
        Criterion("ptsd", All((STRESS, Not(SELF_ORGANISATION)))),
        Criterion("dso", SELF_ORGANISATION),
        Criterion("complex_ptsd", All((STRESS, SELF_ORGANISATION))),
    ),
    positive_when=STRESS,  # either diagnosis: the first part decides, the second names it
    source="https://www.traumameasuresglobal.com/itq",
    citation=CLOITRE,
    licence="free to use, unchanged and with citation",
    licence_url="https://www.traumameasuresglobal.com/itq",
    attribution="© Cloitre M, Roberts NP, Bisson JI, Brewin CR and the authors of the ITQ",
    prohibits_commercial=False,
    no_changes=True,
    wording_included=False,
)
