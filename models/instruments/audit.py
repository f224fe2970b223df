"""AUDIT and AUDIT-C: alcohol use in the past year."""

from models.instruments.definition import (
    All,
    Band,
    Criterion,
    CutPoint,
    Instrument,
    Item,
    Loinc,
    Not,
    Scale,
    Skip,
    Some,
    Total,
    ids,
    numbered,
)

BABOR = (
    "Babor TF, Higgins-Biddle JC, Saunders JB, Monteiro MG. AUDIT: the Alcohol Use Disorders "
    "Identification Test. Guidelines for use in primary care. Second edition. "
    "World Health Organization, 2001 (WHO/MSD/MSB/01.6a)."
)
BUSH = (
    "Bush K, Kivlahan DR, McDonell MB, Fihn SD, Bradley KA. The AUDIT alcohol consumption "
    "questions (AUDIT-C). Arch Intern Med 1998;158:1789-1795."
)
BRADLEY = (
    "Bradley KA, Bush KR, Epler AJ, et al. Two brief alcohol-screening tests from the AUDIT: "
    "validation in a female Veterans Affairs patient population. Arch Intern Med 2003;163:821-829."
)
REFERRAL = "US Department of Veterans Affairs and Department of Defense, substance use guideline"

FIVE = (0, 1, 2, 3, 4)
LAST_YEAR = (0, 2, 4)  # items 9 and 10: no; yes, but not in the last year; yes
ITEM_CODES = {"1": "68518-0", "2": "68519-8", "3": "68520-6"}
SOURCE = "https://www.who.int/publications/i/item/WHO-MSD-MSB-01.6a"
WHO_LICENCE = "WHO terms: free to reproduce and translate, not for sale or commercial purposes"

AUDIT = Instrument(
    code="audit",
    version="1",
    edition="2001, second edition, interview version",
    title="Alcohol Use Disorders Identification Test (AUDIT)",
    recall="past year",
    items=(*numbered(8, FIVE), Item("9", LAST_YEAR), Item("10", LAST_YEAR)),
    total=Total(ids(1, 10)),
    scales=(
        Scale("hazardous_use", ids(1, 3)),
        Scale("dependence_symptoms", ids(4, 6)),
        Scale("harmful_use", ids(7, 10)),
    ),
    # The form leads on to items 9 and 10, which look at the whole life.
    skips=(
        Skip(when=(("1", 0),), items=ids(2, 8)),
        Skip(when=(("2", 0), ("3", 0)), items=ids(4, 8)),
    ),
    cut_points=(CutPoint(8, "adults in primary care, six countries", BABOR, default=True),),
    bands=(
        Band(0, "zone I"),
        Band(8, "zone II"),
        Band(16, "zone III"),
        Band(20, "zone IV"),
    ),
    band_scheme="risk zones of the WHO manual",
    loinc=Loinc(panel="72110-0", total="75624-7", items=ITEM_CODES),
    source=SOURCE,
    citation=BABOR,
    licence=WHO_LICENCE,
    licence_url=SOURCE,
    attribution="© World Health Organization 2001",
    prohibits_commercial=True,
    no_changes=False,
    wording_included=True,
)

AUDIT_C = Instrument(
    code="audit-c",
    version="1",
    edition="1998, with the words of the AUDIT (2001)",
    title="AUDIT alcohol consumption questions (AUDIT-C)",
    recall="past year",
    items=numbered(3, FIVE),
    total=Total(ids(1, 3)),
    skips=(Skip(when=(("1", 0),), items=ids(2, 3)),),
    criteria=(
        Criterion(
            "all_points_from_item_1",
            All((Some(1, (("1", 1),)), Not(Some(1, (("2", 1), ("3", 1)))))),
        ),
    ),
    cut_points=(
        CutPoint(4, "men, US veterans", BUSH, default=True, sex="male"),
        CutPoint(3, "women, US veterans", BRADLEY, default=True, sex="female"),
        CutPoint(8, "referral", REFERRAL),
    ),
    loinc=Loinc(panel="72109-2", total="75626-2", items=ITEM_CODES),
    source=SOURCE,
    citation=BUSH,
    licence=WHO_LICENCE,
    licence_url=SOURCE,
    attribution="© World Health Organization 2001 (items 1 to 3 of the AUDIT)",
    prohibits_commercial=True,
    no_changes=False,
    wording_included=True,
)
