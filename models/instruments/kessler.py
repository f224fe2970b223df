"""K10 and K6: psychological distress over the last thirty days."""

from models.instruments.definition import (
    Band,
    CutPoint,
    Instrument,
    Total,
    ids,
    numbered,
)

KESSLER_2002 = (
    "Kessler RC, Andrews G, Colpe LJ, et al. Short screening scales to monitor population "
    "prevalences and trends in non-specific psychological distress. Psychol Med 2002;32:959-976."
)
KESSLER_2003 = (
    "Kessler RC, Barker PR, Colpe LJ, et al. Screening for serious mental illness in the general "
    "population. Arch Gen Psychiatry 2003;60:184-189."
)
ABS = (
    "Australian Bureau of Statistics. Information paper: use of the Kessler Psychological "
    "Distress Scale in ABS health surveys, 2007-08. Cat. no. 4817.0.55.001, 2012."
)

SOURCE = "https://www.hcp.med.harvard.edu/ncs/k6_scales.php"
LICENCE = "free to use with the notice and the citation"
ATTRIBUTION = "© World Health Organization 2003. All rights reserved."

K10 = Instrument(
    code="k10",
    version="1",
    edition="ten items coded 1 to 5",
    title="Kessler Psychological Distress Scale (K10)",
    recall="last 30 days",
    items=numbered(10, (1, 2, 3, 4, 5)),
    total=Total(ids(1, 10)),
    cut_points=(CutPoint(22, "adults, Australia; high distress", ABS, default=True),),
    bands=(
        Band(10, "low"),
        Band(16, "moderate"),
        Band(22, "high"),
        Band(30, "very high"),
    ),
    band_scheme="Australian Bureau of Statistics (ABS)",
    source=SOURCE,
    citation=KESSLER_2002,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)

K6 = Instrument(
    code="k6",
    version="1",
    edition="six items coded 0 to 4",
    title="Kessler Psychological Distress Scale, six items (K6)",
    recall="past 30 days",
    items=numbered(6, (0, 1, 2, 3, 4)),
    total=Total(ids(1, 6)),
    cut_points=(CutPoint(13, "adults, United States", KESSLER_2003, default=True),),
    source=SOURCE,
    citation=KESSLER_2003,
    licence=LICENCE,
    licence_url=SOURCE,
    attribution=ATTRIBUTION,
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
