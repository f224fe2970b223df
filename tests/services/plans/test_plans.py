"""A plan is signed as a new version; none is lost, and the person has their own."""

from datetime import date, timedelta

import pytest

from models.erasure import erase
from models.tables.plans import Plan
from models.vocabulary import Act, CaseStatus, GoalState, PlanKind, Role
from tests.factories import TODAY
from tests.models.rows import a_plan
from welfare.errors import AccessDenied, ChangedMeanwhile, InputRefused, RecordNotFound
from welfare.policies.actor import Machine
from welfare.policies.care_tasks import plan_reviews_of
from welfare.policies.plans import ALL_MOST, FIELD_MOST, PLAN_SIZE, Goal, Written
from welfare.services import cases
from welfare.services.own_plan import read_own_plan
from welfare.services.plan_reviews import count_overdue
from welfare.services.plans import sign_plan

CLEAR = {"id", "person_id", "case_id", "author_id", "made_at", "review_on", "replaced_at"}
SOON = TODAY + timedelta(days=30)


def care_plan(**given):
    said = {"problem": "Sleep, and the way home.", "done": "Talks every week."}
    goals = (Goal("Sleep through", SOON, GoalState.OPEN), Goal("Drive again"))
    return Written(PlanKind.CARE, **{"said": said, "review_on": SOON, "goals": goals} | given)


def test_a_plan_comes_back_as_it_was_written_with_who_signed_it(care, edge):
    care.sign()
    care.sign(written=care_plan())

    view = care.read()

    assert view.in_force(PlanKind.SAFETY).written == a_plan(
        said={name: a_plan().said.get(name, "") for name in view.plans[1].written.said}
    )
    assert view.in_force(PlanKind.CARE).written.goals == care_plan().goals
    assert all(each.by for each in view.plans)
    assert edge.acts() == {Act.PLAN_SIGNED: 2, Act.RECORD_READ: 1}


def test_each_saving_is_a_version_and_the_older_one_stays_readable(care):
    first = care.sign()
    second = care.sign(written=a_plan(agreed=False), made_from=first.id)

    newest, older = care.read().plans

    assert (newest.id, older.id) == (second.id, first.id)
    assert newest.replaced_at is None and older.replaced_at is not None
    assert older.written.agreed and not newest.written.agreed


def test_a_safety_plan_and_a_care_plan_do_not_replace_each_other(care):
    care.sign()
    care.sign(written=care_plan())

    assert [each.replaced_at for each in care.read().plans] == [None, None]


def test_whatever_it_says_it_has_one_size_and_its_kind_is_not_in_the_clear(care):
    care.sign()
    care.sign(written=care_plan(said={"problem": "x" * FIELD_MOST, "done": "ü" * FIELD_MOST}))

    sizes = {len(row.content) for row in care.rows()}
    assert len(sizes) == 1 and sizes.pop() > PLAN_SIZE
    assert {column.name for column in Plan.metadata.tables["plan"].columns} == CLEAR | {"content"}


def test_the_same_form_again_signs_once(care, edge):
    form = care.given()

    again = [edge.act(sign_plan, **form) for _ in range(2)]

    assert again[0].id == again[1].id
    assert edge.acts()[Act.PLAN_SIGNED] == 1


def test_another_plan_under_a_used_id_is_not_lost_in_silence(care, edge):
    form = care.given()
    edge.act(sign_plan, **form)

    with pytest.raises(ChangedMeanwhile):
        edge.act(sign_plan, **form | {"written": a_plan(agreed=False)})


@pytest.mark.parametrize(
    ("written", "problems"),
    [
        (a_plan(said={"signs": "  "}), {"signs": "empty"}),
        (a_plan(said={"signs": "x" * (FIELD_MOST + 1)}), {"signs": "too_long"}),
        (a_plan(said=dict.fromkeys(("signs", "coping", "places", "safer"), "x" * 1900)),
         {"signs": "plan_too_long"}),
        (a_plan(review_on=None), {"review_on": "not_a_date"}),
        (a_plan(review_on=TODAY), {"review_on": "not_within_year"}),
        (a_plan(review_on=TODAY + timedelta(days=400)), {"review_on": "not_within_year"}),
        (care_plan(said={}), {"problem": "empty"}),
        (care_plan(goals=(Goal("", date(2030, 1, 1)),)), {"goal_1": "empty"}),
        (care_plan(goals=(Goal("a"), Goal("x" * 301))), {"goal_2": "too_long"}),
    ],
)  # fmt: skip
def test_what_cannot_be_signed_is_said_by_field(care, written, problems):
    with pytest.raises(InputRefused) as refused:
        care.sign(written=written)

    assert refused.value.problems == problems
    assert care.rows() == [] and ALL_MOST * 4 < PLAN_SIZE


def test_who_made_it_from_an_older_version_is_told_and_nothing_is_replaced(care):
    first = care.sign()
    second = care.sign(made_from=first.id)

    for stale in (None, first.id):
        with pytest.raises(ChangedMeanwhile):
            care.sign(made_from=stale)

    assert care.read().in_force(PlanKind.SAFETY).id == second.id


def test_of_two_who_sign_at_the_same_moment_the_second_is_told(care, edge, meanwhile):
    problem = meanwhile(lambda session: sign_plan(session, **care.given()), care.sign)

    assert isinstance(problem, ChangedMeanwhile)
    assert edge.acts()[Act.PLAN_SIGNED] == 1


def test_nothing_is_signed_in_a_case_that_is_being_closed(care, make, meanwhile):
    given = {"actor": care.clinician, "case_id": care.case.id, "at": make.now}
    given |= {"reason": "no_need", "words": ""}

    problem = meanwhile(lambda session: cases.close_case(session, **given), care.sign)

    assert isinstance(problem, AccessDenied)
    assert care.rows() == []


def test_nobody_else_reads_or_signs_and_an_alert_opens_the_plan_to_its_owner(care, make):
    care.sign()
    stranger = make.actor(Role.CLINICIAN)
    for act in (care.read, lambda actor: care.sign(actor=actor)):
        with pytest.raises(AccessDenied):
            act(actor=stranger)

    make.alert(care.person, stranger)

    assert care.read(actor=stranger).plans and care.read(actor=stranger).own_case_id is None


def test_the_person_sees_their_own_plans_and_nobody_elses(care, edge, make):
    care.sign()
    care.sign(written=care_plan())

    own = edge.look(read_own_plan, actor=care.member, at=make.now)
    other = edge.look(read_own_plan, actor=make.actor(), at=make.now)

    assert own.safety.written.said["coping"] == "Walk to the river."
    assert [goal.words for goal in own.care.written.goals] == ["Sleep through", "Drive again"]
    assert (other.safety, other.care) == (None, None)


def test_nothing_is_signed_for_somebody_who_is_being_erased(care, make, meanwhile):
    given = {"by": Machine(), "person_id": care.person.id, "erased_by": None}
    given |= {"erased_at": make.now, "at": make.now}

    problem = meanwhile(lambda session: erase(session, **given), care.sign)

    assert isinstance(problem, AccessDenied | RecordNotFound)  # the case is closed, too
    assert care.rows() == []


@pytest.fixture
def due(edge):
    def asked(actor, at):
        return edge.look(lambda session: session.execute(plan_reviews_of(actor, at)).all())

    return asked


def test_a_review_is_a_task_on_its_day_until_a_new_version_is_signed(care, make, due):
    first = care.sign(written=a_plan(review_on=TODAY + timedelta(days=3)))
    later = make.now + timedelta(days=3)

    assert due(care.clinician, make.now) == [] == due(make.actor(Role.CLINICIAN), later)
    assert due(care.clinician, later) == [
        (care.person.id, "plan_review", TODAY + timedelta(days=3))
    ]
    care.sign(made_from=first.id)
    assert due(care.clinician, later) == []


def test_a_plan_of_a_closed_case_is_the_task_of_whoever_looks_after_the_person_now(care, make, due):
    care.sign(written=a_plan(review_on=TODAY + timedelta(days=3)))
    with make.kept() as session:
        case = session.merge(care.case)
        case.status, case.closed_at = CaseStatus.CLOSED, make.now
    successor = make.actor(Role.CLINICIAN)
    make.case(care.person, successor)

    assert len(due(successor, make.now + timedelta(days=3))) == 1


def test_the_clinic_lead_learns_how_many_reviews_are_overdue_and_no_more(care, edge, make):
    care.sign(written=a_plan(review_on=TODAY + timedelta(days=1)))
    lead = make.actor(Role.CLINIC_LEAD)
    asked = {"actor": lead, "today": TODAY + timedelta(days=2), "at": make.now}

    assert edge.look(count_overdue, **asked).reviews == 1
    assert edge.look(count_overdue, **asked | {"today": TODAY + timedelta(days=1)}).reviews == 0
    with pytest.raises(AccessDenied):
        edge.look(count_overdue, **asked | {"actor": care.clinician})


def test_of_somebody_unknown_there_is_no_plan(care, edge, make):
    with pytest.raises(RecordNotFound):
        care.sign(case_id=care.person.id)
