"""SRQ-20: twenty yes/no questions about the last thirty days; item 17 is about ending life."""

from models.instruments.definition import (
    Alert,
    CutPoint,
    Instrument,
    Total,
    ids,
    numbered,
)

BEUSENBERG = (
    "Beusenberg M, Orley J. A user's guide to the Self Reporting Questionnaire (SRQ). "
    "World Health Organization, 1994 (WHO/MNH/PSF/94.8)."
)

SRQ_20 = Instrument(
    code="srq-20",
    version="1",
    edition="1994",
    title="Self Reporting Questionnaire (SRQ-20)",
    recall="last 30 days",
    items=numbered(20, (0, 1)),
    total=Total(ids(1, 20)),
    cut_points=(
        CutPoint(
            8,
            "a setting: the guide recommends no cut-off for all, each population needs its own",
            BEUSENBERG,
            default=True,
        ),
    ),
    alerts=(Alert("17", at_least=1),),
    source="http://whqlibdoc.who.int/hq/1994/WHO_MNH_PSF_94.8.pdf",
    citation=BEUSENBERG,
    licence="WHO terms: free to reproduce and translate, not for sale or commercial purposes",
    licence_url="http://whqlibdoc.who.int/hq/1994/WHO_MNH_PSF_94.8.pdf",
    attribution="© World Health Organization 1994",
    prohibits_commercial=True,
    no_changes=False,
    wording_included=True,
)
