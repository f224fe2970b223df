"""Answers from a file: a wrong coding stops it, and only fresh answers start a clock."""

from datetime import timedelta

import pytest

from models.tables.care import Alert
from models.tables.letters import Letter
from models.vocabulary import AlertStatus, Origin, Role
from tests.factories import CRITICAL, TODAY
from tests.hazards.scenes import PROGRAMME
from welfare.gateways.answer_files import Columns, FileRefused, check_file
from welfare.services.imports import Incoming, Source, load_screenings


def test_answers_coded_one_too_high_stop_the_whole_file(tmp_path):
    columns = Columns(
        person="who", day="on", instrument="phq-2", items={"1": "a", "2": "b"}, missing=frozenset()
    )
    file = tmp_path / "answers.csv"
    rows = [f"p{number},2026-01-02,{1 + number % 4},{1 + number % 3}" for number in range(40)]
    file.write_text("\n".join(["who,on,a,b", *rows]))

    with pytest.raises(FileRefused, match="one too high"):
        check_file(file, columns)


@pytest.mark.parametrize(
    ("days", "status"),
    [
        (0, AlertStatus.RAISED),
        (29, AlertStatus.RAISED),
        (30, AlertStatus.RAISED),
        (31, AlertStatus.HISTORIC),
        (400, AlertStatus.HISTORIC),
    ],
)
def test_the_clock_runs_by_the_age_of_the_answer(edge, make, days, status):
    clinician, admin = make.reachable(), make.actor(Role.ADMINISTRATOR)
    person = make.person()
    noon = make.now.replace(hour=12)
    incoming = Incoming("p1", noon.date() - timedelta(days=days), {"phq-9": CRITICAL["phq-9"]})

    edge.act(
        load_screenings,
        actor=admin,
        incoming=[incoming],
        people={"p1": person.id},
        source=Source("made up", Origin.IMPORT, PROGRAMME),
        at=noon,
    )

    (alert,) = edge.rows(Alert)
    is_live = status is AlertStatus.RAISED
    assert alert.status is status
    assert (alert.due_at is not None) is (alert.owner_id == clinician.account_id) is is_live
    assert len(edge.rows(Letter)) == is_live


def test_a_late_answer_still_leaves_time_to_act(edge, make):
    make.reachable()
    admin, noon = make.actor(Role.ADMINISTRATOR), make.now.replace(hour=12)
    incoming = Incoming("p1", TODAY - timedelta(days=20), {"phq-9": CRITICAL["phq-9"]})

    edge.act(
        load_screenings,
        actor=admin,
        incoming=[incoming],
        people={"p1": make.person().id},
        source=Source("made up", Origin.IMPORT, PROGRAMME),
        at=noon,
    )

    assert edge.rows(Alert)[0].due_at == noon + timedelta(hours=1)
