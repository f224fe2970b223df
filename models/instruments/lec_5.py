"""LEC-5: seventeen kinds of very hard events, and by which route each one came near."""

from models.instruments.definition import Instrument, Item, Scale, ids

WEATHERS = (
    "Weathers FW, Blake DD, Schnurr PP, Kaloupek DG, Marx BP, Keane TM. The Life Events Checklist "
    "for DSM-5 (LEC-5). National Center for PTSD, 2013."
)
SOURCE = "https://www.ptsd.va.gov/professional/assessment/te-measures/life_events_checklist.asp"

# The six routes of the form. An answer is the sum of those ticked.
ROUTES = {
    "happened_to_me": 1,
    "witnessed": 2,
    "learned_about": 4,
    "part_of_my_job": 8,
    "not_sure": 16,
    "does_not_apply": 32,
}
# "Doesn't apply" stands alone: beside a route it would say two opposite things.
TICKED = tuple(range(1, ROUTES["does_not_apply"] + 1))

LEC_5 = Instrument(
    code="lec-5",
    version="1",
    edition="2013, standard form",
    title="Life Events Checklist for DSM-5 (LEC-5)",
    recall="entire life",
    items=tuple(Item(item, TICKED, several=True) for item in ids(1, 17)),
    # The form has no score. How many kinds of events came by each route is what it tells.
    scales=tuple(Scale(route, ids(1, 17), option=option) for route, option in ROUTES.items()),
    source=SOURCE,
    citation=WEATHERS,
    licence="public domain (work of the United States Government)",
    licence_url=SOURCE,
    attribution="National Center for PTSD, US Department of Veterans Affairs",
    prohibits_commercial=False,
    no_changes=False,
    wording_included=True,
)
