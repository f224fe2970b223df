"""WSAS: how a problem impairs work and social life. Scoring only: a licensed site adds words."""

from models.instruments.definition import Band, Instrument, Total, ids, numbered

MUNDT = (
    "Mundt JC, Marks IM, Shear MK, Greist JM. The Work and Social Adjustment Scale: a simple "
    "measure of impairment in functioning. Br J Psychiatry 2002;180:461-464."
)

WSAS = Instrument(
    code="wsas",
    version="1",
    edition="2002",
    title="Work and Social Adjustment Scale (WSAS)",
    recall="now",
    items=numbered(5, (0, 1, 2, 3, 4, 5, 6, 7, 8)),
    total=Total(ids(1, 5)),
    # No cut-point is published for screening. "Above 20" and "between 10 and 20" are.
    bands=(
        Band(0, "subclinical"),
        Band(10, "significant"),
        Band(21, "moderately severe"),
    ),
    source="https://doi.org/10.1192/bjp.180.5.461",
    citation=MUNDT,
    licence="words under copyright; permission needed",
    licence_url="https://doi.org/10.1192/bjp.180.5.461",
    attribution="© Isaac M. Marks",
    prohibits_commercial=True,
    no_changes=True,
    wording_included=False,
)
