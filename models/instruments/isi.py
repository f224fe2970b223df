"""ISI: insomnia over the last two weeks. Scoring only: a licensed site adds the words."""

from models.instruments.definition import (
    Band,
    Change,
    CutPoint,
    Instrument,
    Total,
    ids,
    numbered,
)

BASTIEN = (
    "Bastien CH, Vallières A, Morin CM. Validation of the Insomnia Severity Index as an outcome "
    "measure for insomnia research. Sleep Med 2001;2:297-307."
)
YANG = (
    "Yang M, Morin CM, Schaefer K, Wallenstein GV. Interpreting score differences in the "
    "Insomnia Severity Index. Curr Med Res Opin 2009;25:2487-2494."
)

ISI = Instrument(
    code="isi",
    version="1",
    edition="two-week self-report form",
    title="Insomnia Severity Index (ISI)",
    recall="last two weeks",
    items=numbered(7, (0, 1, 2, 3, 4)),
    total=Total(ids(1, 7)),
    cut_points=(CutPoint(15, "adults; clinical insomnia", BASTIEN, default=True),),
    bands=(
        Band(0, "none"),
        Band(8, "subthreshold"),
        Band(15, "moderate"),
        Band(22, "severe"),
    ),
    changes=(Change(6, "minimally important difference", YANG),),
    source="https://eprovide.mapi-trust.org/instruments/insomnia-severity-index",
    citation=BASTIEN,
    licence="words under copyright; permission needed",
    licence_url="https://eprovide.mapi-trust.org/instruments/insomnia-severity-index",
    attribution="© Charles M. Morin",
    prohibits_commercial=True,
    no_changes=True,
    wording_included=False,
)
