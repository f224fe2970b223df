"""GAD-2 and GAD-7: anxiety over the last two weeks."""

from models.instruments.definition import (
    Band,
    Change,
    CutPoint,
    Instrument,
    Loinc,
    Total,
    ids,
    numbered,
)

SPITZER = (
    "Spitzer RL, Kroenke K, Williams JBW, Löwe B. A brief measure for assessing generalized "
    "anxiety disorder: the GAD-7. Arch Intern Med 2006;166:1092-1097."
)
KROENKE = (
    "Kroenke K, Spitzer RL, Williams JBW, Monahan PO, Löwe B. Anxiety disorders in primary care: "
    "prevalence, impairment, comorbidity, and detection. Ann Intern Med 2007;146:317-325."
)
TOUSSAINT = (
    "Toussaint A, Hüsing P, Gumz A, et al. Sensitivity to change and minimal clinically "
    "important difference of the GAD-7. J Affect Disord 2020;265:395-401."
)

SOURCE = "https://www.phqscreeners.com"
LICENCE = "no permission required to reproduce, translate, display or distribute"
ATTRIBUTION = (
    "Developed by Drs. Robert L. Spitzer, Janet B.W. Williams, Kurt Kroenke and colleagues, "
    "with an educational grant from Pfizer Inc."
)
VALUES = (0, 1, 2, 3)
ITEM_CODES = {
    "1": "69725-0",
    "2": "68509-9",
    "3": "69733-4",
    "4": "69734-2",
    "5": "69735-9",
    "6": "69689-8",
    "7": "69736-7",
}

GAD_7 = Instrument(
    code="gad-7",
    version="1",
    edition="2006",
    title="Generalized Anxiety Disorder-7 (GAD-7)",
    recall="last two weeks",
    items=numbered(7, VALUES),
    total=Total(ids(1, 7)),
    cut_points=(CutPoint(10, "primary care, United States", SPITZER, default=True),),
    bands=(
        Band(0, "minimal"),
        Band(5, "mild"),
        Band(10, "moderate"),
        Band(15, "severe"),
    ),
    changes=(Change(4, "minimal clinically important difference", TOUSSAINT),),
    # 69737-5 is the panel; the score has a code of its own.
    loinc=Loinc(panel="69737-5", total="70274-6", items=ITEM_CODES),
    source=SOURCE,
    citation=SPITZER,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)

GAD_2 = Instrument(
    code="gad-2",
    version="1",
    edition="2007",
    title="Generalized Anxiety Disorder-2 (GAD-2)",
    recall="last two weeks",
    items=numbered(2, VALUES),
    total=Total(ids(1, 2)),
    cut_points=(CutPoint(3, "primary care, United States", KROENKE, default=True),),
    loinc=Loinc(items={item: ITEM_CODES[item] for item in ids(1, 2)}),
    source=SOURCE,
    citation=KROENKE,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
