"""A flood of alerts on one day: whoever needs it soonest must not wait behind the others."""

from datetime import timedelta

from models.vocabulary import Role
from tests.factories import TODAY
from tests.hazards.scenes import send
from welfare.services.acuity import tell_acuity
from welfare.services.alerts import list_unseen
from welfare.services.work_list import read_work_list

FLOOD = 30
# The last ones of the day: in the order of the clocks alone nobody would reach them in time.
SOON, PLANNED = (23, 27), (25, 29)


def test_a_flood_of_one_day_is_put_in_order_by_what_people_told(edge, make):
    clinician, lead = make.reachable(), make.actor(Role.CLINIC_LEAD)
    people = []
    for number in range(FLOOD):
        member, at = make.actor(), make.now + timedelta(minutes=number)
        sent = send(edge, make, member, at=at)
        people.append(member.person_id)
        given = {
            name: "yes" for name, those in (("reach", SOON), ("how", PLANNED)) if number in those
        }
        asked = {"actor": member, "screening_id": sent.screening.id, "at": at}
        edge.act(tell_acuity, given=given, **asked)

    own = edge.look(read_work_list, actor=clinician, today=TODAY, at=make.now)
    unseen = edge.look(list_unseen, actor=lead, at=make.now)

    first = [people[number] for number in (*SOON, *PLANNED)]
    ordered = [*first, *(person for person in people if person not in first)]
    assert [row.person_id for row in own] == ordered
    assert [each.alert.person_id for each in unseen] == ordered
