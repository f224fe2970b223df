"""Invented words for a made-up force: names of people, missions and units."""

NATION = "Norvane"

_GIVEN = (
    "Aldric Amara Arven Belis Bryn Calla Corin Dalen Darya Edrin Elowa Fenna Garrin Halia Ilven "
    "Isra Jorin Kaelo Kestra Lirien Lomar Maren Mirel Neris Odan Orlan Perrin Quill Rasha Rowan "
    "Sabin Selka Soren Talia Tavin Ulric Vanya Veran Wyla Yorin Zarel Zinna"
)

_FAMILY = (
    "Abernel Ashgrove Belvarin Brackwell Corvane Dallow Drummel Elsworth Farrowby Fenwright "
    "Galdrin Harrowgate Hollin Ivermark Jessamin Kelbrook Kindrel Larkmoor Lethan Marlowick "
    "Morvane Nethercot Norrel Oakhurst Ostrand Pellworth Quarrin Ravensby Redmarsh Sallowfield "
    "Sternhal Tarwick Thornwell Umberlin Valcrest Vesperin Wendmoor Whitlan Yarrowby Zellwood"
)

GIVEN_NAMES = tuple(_GIVEN.split())
FAMILY_NAMES = tuple(_FAMILY.split())

# Code, name and site of the mission of the first and of the second deployment.
MISSIONS = (
    ("TESS-1", "Stabilisation Mission in Tessary", "Port Averin"),
    ("BREV-2", "Ceasefire Mission in Brevonne", "Camp Larkfield"),
)

ORDINALS = ("1st", "2nd", "3rd")


def ordinal(number: int) -> str:
    """1 becomes "1st", 12 becomes "12th"."""
    return ORDINALS[number - 1] if number <= len(ORDINALS) else f"{number}th"
