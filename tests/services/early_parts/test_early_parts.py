"""A part sent before the rest: a human is told now, and only once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest

from models.tables.accounts import Account
from models.tables.care import Alert
from models.tables.letters import Letter
from models.tables.screenings import Draft, Screening
from models.vocabulary import Act, AlertStatus, Origin, Phase, Role
from tests.factories import CALM, CRITICAL, TODAY
from welfare.errors import AccessDenied, MoveNotAllowed, RecordNotFound
from welfare.services.drafts import Page, choose_version
from welfare.services.early_parts import send_critical_parts
from welfare.services.screenings import read_receipt


def test_the_part_becomes_a_screening_and_the_rest_stays_open(edge, sent, drafted, member):
    screening = edge.act(send_critical_parts, **sent)

    (kept,) = edge.rows(Screening)
    receipt = edge.look(read_receipt, actor=member, screening_id=screening.id, at=sent["at"])
    assert (kept.window_id, kept.origin, kept.phase) == (None, Origin.WEB, Phase.POST)
    assert set(receipt.payload.answers) == {"phq-9"}
    assert receipt.payload.critical_items == ("phq-9.9",)
    assert receipt.payload.part_of == sent["window_id"]
    assert edge.count(Draft) == 1


def test_the_alert_has_an_owner_a_clock_and_a_letter_at_once(edge, sent, drafted, clinician):
    screening = edge.act(send_critical_parts, **sent)

    (alert,), (letter,) = edge.rows(Alert), edge.rows(Letter)
    assert (alert.screening_id, alert.owner_id) == (screening.id, clinician.account_id)
    assert (alert.status, alert.due_at) == (
        AlertStatus.RAISED,
        sent["at"] + timedelta(hours=8),
    )
    assert (letter.recipient_id, letter.alert_id) == (clinician.account_id, alert.id)
    acts = edge.acts()
    assert (acts[Act.SCREENING_SENT], acts[Act.ALERT_RAISED]) == (1, 1)


def test_pressing_twice_gives_the_same_receipt_and_one_alert(edge, sent, drafted):
    first, again = edge.act(send_critical_parts, **sent), edge.act(send_critical_parts, **sent)

    assert first.id == again.id
    assert (edge.count(Screening), edge.count(Alert), edge.count(Letter)) == (1, 1, 1)


def test_pressing_on_two_devices_at_once_gives_one_alert(edge, sent, drafted):
    with ThreadPoolExecutor(4) as people:
        pressed = [people.submit(edge.act, send_critical_parts, **sent) for _ in range(4)]
        screenings = {each.result().id for each in pressed}

    assert len(screenings) == 1
    assert (edge.count(Screening), edge.count(Alert), edge.count(Letter)) == (1, 1, 1)


def test_a_part_that_is_not_finished_is_not_sent(edge, sent, save):
    save("phq-9", {"9": 2})

    with pytest.raises(MoveNotAllowed):
        edge.act(send_critical_parts, **sent)

    assert edge.count(Screening) == edge.count(Alert) == 0


@pytest.mark.parametrize("first", ["phq-9", "other"])
def test_help_does_not_wait_for_the_choice_between_two_versions(edge, sent, save, first):
    calm, worst = CALM["phq-9"], CRITICAL["phq-9"] | {"9": 3}
    versions = [worst, calm] if first == "phq-9" else [calm, worst]
    save("phq-9", versions[0])
    met = save("phq-9", versions[1], page=Page(mark=2))

    edge.act(send_critical_parts, **sent)
    again = edge.act(send_critical_parts, **sent)
    after = save("gad-2", CALM["gad-2"])

    receipt = edge.look(read_receipt, actor=sent["actor"], screening_id=again.id, at=sent["at"])
    assert (met.untold, met.critical_items) == (("phq-9.9",), ("phq-9.9",))
    assert receipt.payload.answers["phq-9"]["9"] == 3
    assert (after.untold, after.draft.to_choose) == ((), ("phq-9",))
    assert edge.count(Alert) == 1


def test_of_two_critical_versions_the_worse_is_told_and_covers_the_milder(edge, sent, save):
    save("phq-9", CRITICAL["phq-9"])
    save("phq-9", CRITICAL["phq-9"] | {"9": 2}, page=Page(mark=2))

    screening = edge.act(send_critical_parts, **sent)
    after = save("gad-2", CALM["gad-2"])

    receipt = edge.look(read_receipt, actor=sent["actor"], screening_id=screening.id, at=sent["at"])
    assert receipt.payload.answers["phq-9"]["9"] == 2
    assert (after.untold, edge.count(Alert)) == ((), 1)


def test_once_a_calm_version_was_chosen_the_other_is_not_sent_behind_their_back(edge, sent, save):
    save("phq-9", CALM["phq-9"])
    save("phq-9", CRITICAL["phq-9"], page=Page(mark=2))
    given = {key: sent[key] for key in ("actor", "window_id", "at")}

    after = edge.act(choose_version, **given, part="phq-9", mark=1, today=TODAY)

    assert after.untold == ()
    with pytest.raises(MoveNotAllowed):
        edge.act(send_critical_parts, **sent)


def test_without_a_draft_there_is_nothing_to_send(edge, sent):
    with pytest.raises(MoveNotAllowed):
        edge.act(send_critical_parts, **sent)


def test_another_persons_part_is_refused_and_a_missing_one_not_found(edge, sent, drafted, make):
    stranger = sent | {"actor": make.actor()}
    before = edge.contents()

    for window_id, error in ((sent["window_id"], AccessDenied), (uuid4(), RecordNotFound)):
        with pytest.raises(error):
            edge.act(send_critical_parts, **stranger | {"window_id": window_id})

    assert edge.contents() == before


def test_after_the_window_has_closed_the_part_still_reaches_a_human(edge, sent, drafted):
    later = sent["at"] + timedelta(days=200)

    edge.act(send_critical_parts, **sent | {"at": later})

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.due_at) == (AlertStatus.RAISED, later + timedelta(hours=8))


def test_with_nobody_on_duty_the_part_is_kept_and_the_alert_waits_for_an_owner(
    edge, sent, drafted, make, clinician
):
    with make.kept() as session:
        session.get_one(Account, clinician.account_id).disabled_at = make.now

    edge.act(send_critical_parts, **sent)

    (alert,) = edge.rows(Alert)
    assert (alert.status, alert.owner_id) == (AlertStatus.RAISED, None)
    assert edge.count(Letter) == 0


def test_where_the_letter_cannot_be_written_the_part_was_not_sent(edge, sent, drafted):
    edge.break_table("letter")

    with pytest.raises(Exception, match="letter"):
        edge.act(send_critical_parts, **sent)

    assert edge.count(Screening) == edge.count(Alert) == 0


def test_other_roles_are_refused(edge, sent, drafted, make):
    with pytest.raises(AccessDenied):
        edge.act(send_critical_parts, **sent | {"actor": make.actor(Role.CLINICIAN)})
