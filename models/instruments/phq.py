"""PHQ-2, PHQ-8 and PHQ-9: depressive symptoms over the last two weeks."""

from models.instruments.definition import (
    Alert,
    All,
    Band,
    Change,
    Criterion,
    CutPoint,
    Instrument,
    Item,
    Loinc,
    Not,
    Some,
    Total,
    each,
    ids,
    numbered,
)

KROENKE_2001 = (
    "Kroenke K, Spitzer RL, Williams JBW. The PHQ-9: validity of a brief depression severity "
    "measure. J Gen Intern Med 2001;16:606-613."
)
KROENKE_2003 = (
    "Kroenke K, Spitzer RL, Williams JBW. The Patient Health Questionnaire-2: validity of a "
    "two-item depression screener. Med Care 2003;41:1284-1292."
)
KROENKE_2009 = (
    "Kroenke K, Strine TW, Spitzer RL, Williams JBW, Berry JT, Mokdad AH. The PHQ-8 as a measure "
    "of current depression in the general population. J Affect Disord 2009;114:163-173."
)
ARROLL = (
    "Arroll B, Goodyear-Smith F, Crengle S, et al. Validation of PHQ-2 and PHQ-9 to screen for "
    "major depression in the primary care population. Ann Fam Med 2010;8:348-353."
)

SOURCE = "https://www.phqscreeners.com"
LICENCE = "no permission required to reproduce, translate, display or distribute"
ATTRIBUTION = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, "
    "with an educational grant from Pfizer Inc."
)
VALUES = (0, 1, 2, 3)
BANDS = (
    Band(0, "minimal"),
    Band(5, "mild"),
    Band(10, "moderate"),
    Band(15, "moderately severe"),
    Band(20, "severe"),
)
ITEM_CODES = {
    "1": "44250-9",
    "2": "44255-8",
    "3": "44259-0",
    "4": "44254-1",
    "5": "44251-7",
    "6": "44258-2",
    "7": "44252-5",
    "8": "44253-3",
    "9": "44260-8",
}


def _first(count: int) -> dict[str, str]:
    return {item: ITEM_CODES[item] for item in ids(1, count)}


# The symptom counts from "more than half the days", but item 9 counts if it is there at all.
SYMPTOMS = (*each(ids(1, 8), 2), ("9", 1))
CORE = Some(1, each(ids(1, 2), 2))
FIVE = Some(5, SYMPTOMS)
# Two to four symptoms with one of the first two leave room for three others. Said on its own,
# so that an open first item does not leave unknown what the four others have decided.
FOUR_OTHERS = Some(4, SYMPTOMS[2:])

PHQ_9 = Instrument(
    code="phq-9",
    version="1",
    edition="2001",
    title="Patient Health Questionnaire-9 (PHQ-9)",
    recall="last two weeks",
    items=(*numbered(9, VALUES), Item("10", VALUES, scored=False)),
    total=Total(ids(1, 9)),
    criteria=(
        Criterion("major_depressive_syndrome", All((CORE, FIVE))),
        Criterion(
            "other_depressive_syndrome",
            All((CORE, Some(2, SYMPTOMS), Not(FIVE), Not(FOUR_OTHERS))),
        ),
    ),
    cut_points=(CutPoint(10, "primary care, United States", KROENKE_2001, default=True),),
    bands=BANDS,
    changes=(Change(5, "clinically significant change", KROENKE_2001),),
    alerts=(Alert("9", at_least=1),),
    loinc=Loinc(panel="44249-1", total="44261-6", items=ITEM_CODES),
    source=SOURCE,
    citation=KROENKE_2001,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)

PHQ_8 = Instrument(
    code="phq-8",
    version="1",
    edition="2009",
    title="Patient Health Questionnaire-8 (PHQ-8)",
    recall="last two weeks",
    items=numbered(8, VALUES),
    total=Total(ids(1, 8)),
    cut_points=(CutPoint(10, "general population, United States", KROENKE_2009, default=True),),
    bands=BANDS,
    loinc=Loinc(items=_first(8)),
    source=SOURCE,
    citation=KROENKE_2009,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)

PHQ_2 = Instrument(
    code="phq-2",
    version="1",
    edition="2003",
    title="Patient Health Questionnaire-2 (PHQ-2)",
    recall="last two weeks",
    items=numbered(2, VALUES),
    total=Total(ids(1, 2)),
    cut_points=(
        CutPoint(3, "primary care, United States", KROENKE_2003, default=True),
        CutPoint(2, "primary care, New Zealand; more sensitive", ARROLL),
    ),
    loinc=Loinc(items=_first(2)),
    source=SOURCE,
    citation=KROENKE_2003,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
