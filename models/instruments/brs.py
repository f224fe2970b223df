"""BRS: how well one recovers from stress. Scoring only: a licensed site adds the words."""

from models.instruments.definition import Band, Direction, Instrument, Item, Total, ids

SMITH_2008 = (
    "Smith BW, Dalen J, Wiggins K, Tooley E, Christopher P, Bernard J. The Brief Resilience "
    "Scale: assessing the ability to bounce back. Int J Behav Med 2008;15:194-200."
)

BRS = Instrument(
    code="brs",
    version="1",
    edition="2008",
    title="Brief Resilience Scale (BRS)",
    recall="in general",
    items=tuple(Item(item, (1, 2, 3, 4, 5), reverse=item in "246") for item in ids(1, 6)),
    direction=Direction.HIGHER_IS_BETTER,
    total=Total(ids(1, 6), divisor=6),
    bands=(Band(1.0, "low"), Band(3.0, "normal"), Band(4.31, "high")),
    source="https://doi.org/10.1080/10705500802222972",
    citation=SMITH_2008,
    licence="words under copyright; permission needed",
    licence_url="https://doi.org/10.1080/10705500802222972",
    attribution="© Bruce W. Smith and colleagues",
    prohibits_commercial=True,
    no_changes=True,
    wording_included=False,
)
