"""When: which status may follow which, as one table each."""

from dataclasses import replace
from itertools import product

import pytest

from models.base import new_key
from models.session import snapshot
from models.tables.releases import ReleaseApproval
from models.vocabulary import AlertStatus, CaseStatus, ReferralStatus, ReleaseDecision, Role
from tests.policies.population import release_of
from welfare.errors import MoveNotAllowed
from welfare.policies.flows import (
    ALERT_MOVES,
    CASE_MOVES,
    REFERRAL_MOVES,
    RELEASE_MOVES,
    ReleaseState,
    release_state,
    require_move,
)
from welfare.services.releases import read_published

DRAWN = {
    ("raised", "acknowledged"),
    ("acknowledged", "closed"),
    ("acknowledged", "raised"),
    ("open", "closed"),
    ("closed", "open"),
    ("created", "accepted"),
    ("created", "rejected"),
    ("created", "withdrawn"),
    ("accepted", "booked"),
    ("accepted", "created"),
    ("accepted", "withdrawn"),
    ("booked", "booked"),
    ("booked", "attended"),
    ("booked", "not_attended"),
    ("booked", "created"),
    ("booked", "withdrawn"),
    ("not_attended", "booked"),
    ("not_attended", "finished"),
    ("not_attended", "created"),
    ("not_attended", "withdrawn"),
    ("attended", "finished"),
    ("candidate", "published"),
    ("candidate", "rejected"),
}
FLOWS = [
    (ALERT_MOVES, AlertStatus),
    (CASE_MOVES, CaseStatus),
    (REFERRAL_MOVES, ReferralStatus),
    (RELEASE_MOVES, ReleaseState),
]
WORDS = (None, ReleaseDecision.APPROVED, ReleaseDecision.REJECTED)


@pytest.mark.parametrize(("moves", "states"), FLOWS, ids=["alert", "case", "referral", "release"])
def test_a_flow_decides_about_every_status(moves, states):
    assert set(moves) == set(states)


@pytest.mark.parametrize(
    ("moves", "start", "end"),
    [(moves, *pair) for moves, states in FLOWS for pair in product(states, states)],
)
def test_only_drawn_moves_are_allowed(moves, start, end):
    if (start.value, end.value) in DRAWN:
        require_move(moves, start, end)
        return
    with pytest.raises(MoveNotAllowed):
        require_move(moves, start, end)


@pytest.mark.parametrize(
    ("privacy", "lead", "state"),
    [
        (None, None, ReleaseState.CANDIDATE),
        (ReleaseDecision.APPROVED, None, ReleaseState.CANDIDATE),
        (None, ReleaseDecision.APPROVED, ReleaseState.CANDIDATE),
        (ReleaseDecision.APPROVED, ReleaseDecision.APPROVED, ReleaseState.PUBLISHED),
        (ReleaseDecision.REJECTED, None, ReleaseState.REJECTED),
        (ReleaseDecision.APPROVED, ReleaseDecision.REJECTED, ReleaseState.REJECTED),
        (ReleaseDecision.REJECTED, ReleaseDecision.REJECTED, ReleaseState.REJECTED),
    ],
)
def test_two_yeses_publish_and_one_no_rejects(privacy, lead, state):
    words = {Role.PRIVACY_OFFICER: privacy, Role.CLINIC_LEAD: lead}

    assert release_state([(role, word) for role, word in words.items() if word]) is state


def test_one_role_alone_cannot_publish_however_often_it_says_yes():
    twice = [(Role.CLINIC_LEAD, ReleaseDecision.APPROVED)] * 2

    assert release_state(twice) is ReleaseState.CANDIDATE


def test_what_command_reads_agrees_with_the_flow_for_every_set_of_words(watched, make):
    roles = (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD, Role.ADMINISTRATOR)
    people = {role: make.actor(role) for role in roles}
    commander = make.actor(Role.COMMANDER)
    expected = {}
    for words in product(WORDS, repeat=3):
        unit = make.unit("Company", make.root)
        said = [(role, word) for role, word in zip(roles, words, strict=True) if word]
        _decide(make, release_of(make, unit, [unit]), said, people)
        expected[unit.path] = release_state(said) is ReleaseState.PUBLISHED

    found = {}
    for path in expected:
        over_this = replace(commander, unit_path=path)
        with snapshot(watched) as session:
            found[path] = bool(read_published(session, actor=over_this, at=make.now))

    assert found == expected
    assert sum(found.values()) == 2  # both said yes, the third nothing or yes


def _decide(make, release_id, said, people):
    with make.kept() as session:
        session.add_all(
            ReleaseApproval(
                id=new_key(),
                release_id=release_id,
                role=role,
                account_id=people[role].account_id,
                decision=word,
                decided_at=make.now,
            )
            for role, word in said
        )
