"""CES: how much combat a person has seen. Scoring only: its words have one source so far.

Descriptions of the form disagree on how many options items 3 and 4 have. The form itself prints
five. The two highest count the same, which is what "four-point" in those descriptions means.
"""

from models.instruments.definition import Band, Instrument, Item, Total, ids

KEANE = (
    "Keane TM, Fairbank JA, Caddell JM, Zimering RT, Taylor KL, Mora CA. Clinical evaluation of a "
    "measure to assess combat exposure. Psychol Assess 1989;1:53-55."
)
SOURCE = "https://www.ptsd.va.gov/professional/assessment/te-measures/ces.asp"

PRINTED = (1, 2, 3, 4, 5)  # as on the form; what each is worth depends on the item
SINGLE = (0, 1, 2, 3, 4)
DOUBLE = (0, 2, 4, 6, 8)
WORTH = {
    "1": DOUBLE,
    "2": SINGLE,
    "3": (0, 2, 4, 6, 6),
    "4": (0, 1, 2, 3, 3),
    "5": SINGLE,
    "6": DOUBLE,
    "7": DOUBLE,
}

CES = Instrument(
    code="ces",
    version="1",
    edition="1989",
    title="Combat Exposure Scale (CES)",
    recall="whole service",
    items=tuple(Item(item, PRINTED, worth=worth) for item, worth in WORTH.items()),
    total=Total(ids(1, 7)),
    # Exposure, not illness: there is no cut-point, and the bands name no diagnosis.
    bands=(
        Band(0, "light"),
        Band(9, "light to moderate"),
        Band(17, "moderate"),
        Band(25, "moderate to heavy"),
        Band(33, "heavy"),
    ),
    band_scheme="National Center for PTSD",
    source=SOURCE,
    citation=KEANE,
    licence="public domain (article and form); the National Center for PTSD hands the form "
    "to mental health professionals and researchers",
    licence_url=SOURCE,
    attribution="National Center for PTSD, US Department of Veterans Affairs",
    prohibits_commercial=False,
    no_changes=False,
    wording_included=False,
)
