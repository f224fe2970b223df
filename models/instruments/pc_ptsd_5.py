"""PC-PTSD-5: a gate question and five yes/no questions about the past month."""

from models.instruments.definition import CutPoint, Instrument, Item, Skip, Total, ids

PRINS = (
    "Prins A, Bovin MJ, Smolenski DJ, et al. The Primary Care PTSD Screen for DSM-5 (PC-PTSD-5): "
    "development and evaluation within a veteran primary care sample. "
    "J Gen Intern Med 2016;31:1206-1211."
)
BOVIN = (
    "Bovin MJ, Kimerling R, Weathers FW, et al. Diagnostic accuracy and acceptability of the "
    "PC-PTSD-5 among US veterans. JAMA Netw Open 2021;4:e2036733."
)

PC_PTSD_5 = Instrument(
    code="pc-ptsd-5",
    version="1",
    edition="2015",
    title="Primary Care PTSD Screen for DSM-5 (PC-PTSD-5)",
    recall="past month; the gate asks about the whole life",
    items=tuple(Item(item, (0, 1)) for item in ("0", *ids(1, 5))),
    total=Total(ids(1, 5)),
    # "If no, screen total = 0": the gate decides, even against a later yes (Prins 2016).
    skips=(Skip(when=(("0", 0),), items=ids(1, 5), voids=True),),
    cut_points=(
        CutPoint(
            3,
            "US veterans; most sensitive, also advised for women",
            PRINS,
            default=True,
        ),
        CutPoint(4, "US veterans; balances missed and false positives", BOVIN),
    ),
    source="https://www.ptsd.va.gov/professional/assessment/screens/pc-ptsd.asp",
    citation=PRINS,
    licence="public domain (work of the United States Government)",
    licence_url="https://www.ptsd.va.gov/professional/assessment/screens/pc-ptsd.asp",
    attribution="National Center for PTSD, US Department of Veterans Affairs",
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
