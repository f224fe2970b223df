"""WHO-5: well-being over the last two weeks; the only scale here on which high is good."""

from models.instruments.definition import (
    Band,
    Change,
    CutPoint,
    Direction,
    Instrument,
    Total,
    ids,
    numbered,
)

TOPP = (
    "Topp CW, Østergaard SD, Søndergaard S, Bech P. The WHO-5 Well-Being Index: a systematic "
    "review of the literature. Psychother Psychosom 2015;84:167-176."
)

WHO_5 = Instrument(
    code="who-5",
    version="1",
    edition="1998, republished 2024",
    title="WHO-5 Well-Being Index",
    recall="last two weeks",
    items=numbered(5, (0, 1, 2, 3, 4, 5)),
    direction=Direction.HIGHER_IS_BETTER,
    total=Total(ids(1, 5), factor=4),
    cut_points=(
        CutPoint(50, "adults; at or below: poor well-being", TOPP, default=True),
        CutPoint(28, "adults; at or below: likely depression", TOPP),
    ),
    bands=(
        Band(0, "likely depression"),
        Band(29, "poor well-being"),
        Band(51, "above the cut-point"),
    ),
    changes=(Change(10, "clinically relevant change", TOPP),),
    source="https://www.who.int/publications/m/item/WHO-UCN-MSD-MHE-2024.01",
    citation=(
        "World Health Organization. The World Health Organization-Five Well-Being Index (WHO-5). "
        "Geneva: World Health Organization; 2024."
    ),
    licence="CC BY-NC-SA 3.0 IGO",
    licence_url="https://creativecommons.org/licenses/by-nc-sa/3.0/igo/",
    attribution="© World Health Organization 2024",
    prohibits_commercial=True,
    no_changes=False,
    wording_included=True,
)
