"""Releases: two people in two roles approve; only then, and only of own units, command reads."""

from uuid import uuid4

import pytest

from models.base import new_key
from models.tables.audit import AuditEvent
from models.tables.releases import Release, ReleaseApproval, ReleaseCell
from models.vocabulary import Act, Measure, ReleaseDecision, Role
from tests.factories import TODAY
from tests.policies.population import release_of
from welfare.errors import AccessDenied, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.flows import ReleaseState
from welfare.services.releases import (
    decide_release,
    list_releases,
    read_published,
    read_release,
)

YES = {"decision": ReleaseDecision.APPROVED, "reason": ""}
HEADLINE = Measure.ANY_POSITIVE_SCREEN
NO = {"decision": ReleaseDecision.REJECTED, "reason": "The roster is not right."}


@pytest.fixture
def privacy(make):
    return make.actor(Role.PRIVACY_OFFICER)


@pytest.fixture
def lead(make):
    return make.actor(Role.CLINIC_LEAD)


@pytest.fixture
def commander(make):
    return make.actor(Role.COMMANDER)


@pytest.fixture
def release_id(make):
    return release_of(make, make.root, [make.root, make.unit("B Company", make.root)])


@pytest.fixture
def asked(make, release_id):
    return {"release_id": release_id, "at": make.now}


def test_command_sees_a_release_only_after_both_have_approved(
    edge, asked, make, privacy, lead, commander
):
    reading = {"actor": commander, "at": make.now}
    seen = [edge.look(read_published, **reading)]
    states = []
    for actor in (privacy, lead):
        states.append(edge.act(decide_release, actor=actor, **asked, **YES))
        seen.append(edge.look(read_published, **reading))

    assert states == [ReleaseState.CANDIDATE, ReleaseState.PUBLISHED]
    assert seen[:2] == [{}, {}]
    assert len(seen[2][HEADLINE].cells) == 2


def test_a_decision_and_its_event_stand_together(edge, asked, privacy):
    edge.act(decide_release, actor=privacy, **asked, **NO)

    (approval,) = edge.rows(ReleaseApproval)
    assert (approval.role, approval.decision, approval.reason) == (
        Role.PRIVACY_OFFICER,
        ReleaseDecision.REJECTED,
        NO["reason"],
    )
    decided = [each for each in edge.rows(AuditEvent) if each.act is Act.RELEASE_DECIDED]
    assert [each.resource_id for each in decided] == [asked["release_id"]]


def test_one_no_ends_it(edge, asked, privacy, lead):
    edge.act(decide_release, actor=privacy, **asked, **NO)

    with pytest.raises(MoveNotAllowed):
        edge.act(decide_release, actor=lead, **asked, **YES)


def test_nobody_decides_twice_and_no_role_decides_twice(edge, asked, make, privacy):
    edge.act(decide_release, actor=privacy, **asked, **YES)

    for actor in (privacy, make.actor(Role.PRIVACY_OFFICER)):
        with pytest.raises(MoveNotAllowed):
            edge.act(decide_release, actor=actor, **asked, **YES)


def test_one_person_with_both_roles_cannot_be_both_approvers(edge, asked, make, privacy):
    make.post(privacy, Role.CLINIC_LEAD, make.root)
    same = type(privacy)(privacy.account_id, privacy.person_id, Role.CLINIC_LEAD, privacy.unit_path)
    edge.act(decide_release, actor=privacy, **asked, **YES)

    with pytest.raises(MoveNotAllowed):
        edge.act(decide_release, actor=same, **asked, **YES)


@pytest.mark.parametrize(
    ("given", "problems"),
    [
        ({"decision": "", "reason": ""}, {"decision": "choose"}),
        ({"decision": "maybe", "reason": ""}, {"decision": "choose"}),
        ({"decision": "rejected", "reason": " "}, {"reason": "needed"}),
        ({"decision": "approved", "reason": "r" * 401}, {"reason": "too_long"}),
    ],
)
def test_a_decision_that_cannot_be_recorded_names_its_fields(edge, asked, privacy, given, problems):
    with pytest.raises(InputRefused) as refused:
        edge.act(decide_release, actor=privacy, **asked, **given)

    assert refused.value.problems == problems
    assert edge.count(ReleaseApproval) == 0


@pytest.mark.parametrize("role", [Role.COMMANDER, Role.ADMINISTRATOR, Role.CLINICIAN, Role.AUDITOR])
def test_only_the_two_approving_roles_see_candidates_or_decide(edge, asked, make, role):
    actor = make.actor(role)

    assert edge.look(list_releases, actor=actor) == []
    with pytest.raises(AccessDenied):
        edge.look(read_release, actor=actor, **asked)
    with pytest.raises(AccessDenied):
        edge.act(decide_release, actor=actor, **asked, **YES)


def test_a_release_of_another_contingent_is_refused_and_a_missing_one_not_found(edge, asked, make):
    stranger = make.actor(Role.PRIVACY_OFFICER, make.unit("Another contingent"))

    with pytest.raises(AccessDenied):
        edge.act(decide_release, actor=stranger, **asked, **YES)
    with pytest.raises(RecordNotFound):
        edge.act(decide_release, actor=stranger, **asked | {"release_id": uuid4()}, **YES)
    assert edge.look(list_releases, actor=stranger) == []


def test_an_approver_sees_where_it_stands_and_whether_their_word_is_waited_for(
    edge, asked, privacy, lead
):
    edge.act(decide_release, actor=privacy, **asked, **YES)

    (for_privacy,) = edge.look(list_releases, actor=privacy)
    (for_lead,) = edge.look(list_releases, actor=lead)

    assert (for_privacy.may_decide, for_lead.may_decide) == (False, True)
    assert for_lead.state is ReleaseState.CANDIDATE


def test_looking_at_a_candidate_is_recorded(edge, asked, privacy):
    edge.look(read_release, actor=privacy, **asked)

    assert edge.acts()[Act.RELEASE_READ] == 1


def test_a_commander_sees_only_the_figures_of_the_own_units(edge, asked, make, privacy, lead):
    company = make.unit("C Company", make.root)
    only = release_of(make, company, [company, make.unit("D Company", make.root)])
    for release_id in (asked["release_id"], only):
        for actor in (privacy, lead):
            edge.act(decide_release, actor=actor, release_id=release_id, at=make.now, **YES)

    found = edge.look(read_published, actor=make.actor(Role.COMMANDER, company), at=make.now)

    assert [cell.unit_name for cell in found[HEADLINE].cells] == ["C Company"]


def test_a_commander_sees_the_newest_release_alone(edge, asked, make, privacy, lead, commander):
    with make.kept() as session:
        older = session.get_one(Release, asked["release_id"])
        newer = Release(
            id=new_key(),
            **{
                name: getattr(older, name)
                for name in ("code", "unit_id", "computed_at", "mechanism", "epsilon", "report")
            },
            period_from=older.period_until,
            period_until=TODAY,
            smallest_roster=30,
            input_mac=bytes(32),
        )
        session.add(newer)
        session.flush()
        session.add(
            ReleaseCell(
                id=new_key(),
                release_id=newer.id,
                unit_id=make.root.id,
                unit_name="Contingent",
                unit_path=make.root.path,
                roster=90,
            )
        )
    for release_id in (asked["release_id"], newer.id):
        for actor in (privacy, lead):
            edge.act(decide_release, actor=actor, release_id=release_id, at=make.now, **YES)

    found = edge.look(read_published, actor=commander, at=make.now)

    assert found[HEADLINE].release.id == newer.id
    assert [cell.roster for cell in found[HEADLINE].cells] == [90]


def test_of_every_measure_the_newest_is_shown_and_each_look_is_recorded(
    edge, asked, make, privacy, lead, commander
):
    due = release_of(make, make.root, [make.root], code=Measure.SCREENINGS_DUE)
    waiting = release_of(make, make.unit("Another contingent"), [make.root])
    for release_id in (asked["release_id"], due):
        for actor in (privacy, lead):
            edge.act(decide_release, actor=actor, release_id=release_id, at=make.now, **YES)

    found = edge.look(read_published, actor=commander, at=make.now)

    shown = {code: each.release.id for code, each in found.items()}
    assert shown == {HEADLINE: asked["release_id"], Measure.SCREENINGS_DUE: due}
    assert waiting not in shown.values()
    read = [each for each in edge.rows(AuditEvent) if each.act is Act.RELEASE_READ]
    assert {each.resource_id for each in read} == set(shown.values())
