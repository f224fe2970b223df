"""MIOS: what acts against one's own conscience leave behind. Scoring only: no words.

Which items make up which part was found in the published code of one research group, and fits
what the parts are called. A site that adds the words should check it against the official form.
The questions on the event before it, and on daily life after it, are other forms.
"""

from models.instruments.definition import Instrument, Scale, Total, ids, numbered

LITZ = (
    "Litz BT, Plouffe RA, Nazarov A, et al. Defining and assessing the syndrome of moral injury: "
    "initial findings of the Moral Injury Outcome Scale Consortium. "
    "Front Psychiatry 2022;13:923928."
)

MIOS = Instrument(
    code="mios",
    version="1",
    edition="2022",
    title="Moral Injury Outcome Scale (MIOS)",
    recall="past month",
    items=numbered(14, (0, 1, 2, 3, 4)),
    total=Total(ids(1, 14)),
    scales=(
        Scale("shame_related", ("1", "3", "7", "8", "12", "13", "14")),
        Scale("trust_violation_related", ("2", "4", "5", "6", "9", "10", "11")),
    ),
    # No cut-point and no bands are held: none could be verified.
    source="https://doi.org/10.3389/fpsyt.2022.923928",
    citation=LITZ,
    licence="the article is CC BY 4.0; the terms of the form itself were not verified",
    licence_url="https://doi.org/10.3389/fpsyt.2022.923928",
    attribution="© Litz BT and the Moral Injury Outcome Scale Consortium",
    prohibits_commercial=True,  # until its terms are known
    no_changes=True,
    wording_included=False,
)
