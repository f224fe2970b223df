"""The made-up force is plausible, repeatable, complete, and fast enough for the demo."""

import json
import time
from collections import Counter
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from analytics.__main__ import main
from analytics.release.leaves import UnitNode, plan
from analytics.simulate.force import ForceTooSmall, simulate
from models.instruments import find, score
from models.programmes import load
from models.programmes import plan as windows_of
from models.vocabulary import Phase

AS_OF = date(2026, 11, 21)
FILES = {
    "units.csv": "code,parent,name,kind",
    "missions.csv": "code,name,site",
    "people.csv": "key,unit,service_number,given_name,family_name,sex,birth_year,rank_band,"
    "language,phone,email",
    "memberships.csv": "person,unit,from,until",
    "deployments.csv": "person,mission,unit,from,until",
}


def make(seed=7, people=800, as_of=AS_OF):
    return simulate(people, as_of=as_of, chance=np.random.default_rng(seed))


@pytest.fixture(scope="module")
def force():
    return make()


@pytest.fixture(scope="module")
def scored(force):
    """Every screening with its results, by person's sex, as the product would score it."""
    sex = dict(zip(force.people["key"], force.people["sex"], strict=True))
    return [
        (
            screening,
            {
                code: score(find(code), answers, sex=sex[screening["person"]])
                for code, answers in screening["responses"].items()
            },
        )
        for screening in force.screenings
    ]


def share(scored, phases, is_so, deployment=2):
    wave = [
        results
        for screening, results in scored
        if screening["deployment"] == deployment and screening["phase"] in phases
    ]
    return sum(1 for results in wave if is_so(results)) / len(wave)


def at_least(code, points):
    return lambda results: code in results and (results[code].total or 0) >= points


AFTER = {Phase.POST}
HOME = {Phase.RETURN, Phase.POST}


def test_after_a_deployment_reported_symptoms_are_as_frequent_as_in_the_literature(scored):
    assert 0.05 <= share(scored, AFTER, at_least("pcl-5", 33)) <= 0.12
    assert 0.08 <= share(scored, AFTER, at_least("phq-9", 10)) <= 0.14
    assert 0.03 <= share(scored, HOME, lambda r: "phq-9.9" in r["phq-9"].alerts) <= 0.055


def test_many_report_nothing_at_all(scored):
    assert 0.25 <= share(scored, AFTER, lambda r: r["phq-9"].total == 0) <= 0.5


def test_deployments_leave_a_mark_that_partly_heals(scored):
    def trauma(phases, deployment):
        return share(scored, phases, lambda r: r["pc-ptsd-5"].positive is True, deployment)

    before, home, later = (trauma({p}, 1) for p in (Phase.PRE, Phase.RETURN, Phase.ANNUAL))

    assert before < later < 1.3 * home
    assert before < 0.6 * home


def test_a_few_answers_are_left_open_and_never_all(scored):
    incomplete = share(scored, HOME, lambda r: any(not each.complete for each in r.values()))

    assert 0.02 <= incomplete <= 0.15


def test_second_stage_forms_are_there_exactly_where_the_first_opened_them(scored):
    for _, results in scored:
        opened = {"pcl-5": results["pc-ptsd-5"].positive, "gad-7": results["gad-2"].positive}
        for code, positive in opened.items():
            if positive is not None:
                assert (code in results) == positive
        assert set(results) - set(opened) == {"pc-ptsd-5", "phq-9", "gad-2", "audit-c"}


def test_both_anxiety_forms_agree_on_the_items_they_share(scored):
    both = [screening["responses"] for screening, results in scored if "gad-7" in results]

    assert both
    for responses in both:
        assert all(responses["gad-7"][item] == responses["gad-2"][item] for item in "12")


def test_people_who_hold_back_report_less_than_they_have(force, scored):
    truth = force.truth.set_index("person")
    reports = Counter()
    for screening, results in scored:
        held = truth.loc[screening["person"], "held_back"] > 0
        reports[held, (results["phq-9"].total or 0) >= 10] += 1

    rate = {h: reports[h, True] / (reports[h, True] + reports[h, False]) for h in (True, False)}

    assert rate[True] < 0.7 * rate[False]


def test_half_of_the_present_wave_has_answered_and_some_critically_and_lately(force, scored):
    wave = [(s, r) for s, r in scored if (s["deployment"], s["phase"]) == (2, Phase.POST)]
    days = [date.fromisoformat(s["day"]) for s, _ in wave]
    critical = [
        s for s, r in scored
        if "phq-9.9" in r["phq-9"].alerts
        and AS_OF - date.fromisoformat(s["day"]) <= timedelta(days=14)
    ]  # fmt: skip

    assert 0.4 <= len(wave) / len(force.people) <= 0.6
    assert min(days) >= AS_OF - timedelta(days=40)
    assert max(days) < AS_OF
    assert len(critical) >= 3


@pytest.mark.parametrize("as_of", [AS_OF, date(2026, 7, 2), date(2026, 12, 31), date(2027, 2, 1)])
def test_the_last_closed_half_year_holds_enough_for_a_release(as_of):
    force = make(as_of=as_of)
    this = date(as_of.year, 1 if as_of.month <= 6 else 7, 1)
    first = date(this.year - (this.month == 1), 7 if this.month == 1 else 1, 1)

    screened = {
        each["person"] for each in force.screenings
        if first <= date.fromisoformat(each["day"]) < this
    }  # fmt: skip

    assert len(screened) > 0.5 * len(force.people)


def test_every_screening_falls_into_a_window_of_its_deployment(force):
    tours = force.deployments.groupby("person")[["from", "until"]].agg(list)
    programme = load("un-contingent")
    late = programme.late_for

    for screening in force.screenings:
        spans = tours.loc[screening["person"]]
        index = screening["deployment"] - 1
        windows = windows_of(
            programme,
            from_day=date.fromisoformat(spans["from"][index]),
            until_day=date.fromisoformat(spans["until"][index]),
        )
        day = date.fromisoformat(screening["day"])
        assert any(
            window.phase == screening["phase"] and window.opens_on <= day <= window.due_by + late
            for window in windows
        )


def test_nobody_is_screened_twice_on_one_day(force):
    days = Counter((each["person"], each["day"]) for each in force.screenings)

    assert max(days.values()) == 1


def test_the_units_exercise_the_joining_of_small_units(force):
    units = [
        UnitNode(row.code, row.parent or None, row.name)
        for row in force.units.itertuples(index=False)
    ]
    strengths = force.people["unit"].value_counts().to_dict()

    root = plan(units, strengths)
    joined = [group for group in root.walk() if len(group.members) > 1]

    assert root.roster == 800
    assert min(strengths.values()) < 30
    assert [group.stands[0].unit for group in joined] == ["N-1-E", "N-1-E-4"]
    assert min(part.roster for part in root.parts) >= 120


def test_everyone_has_one_home_at_a_time_and_two_deployments(force):
    homes = force.memberships.assign(open=force.memberships["until"] == "")
    now = homes[homes["open"]].set_index("person")["unit"]
    moved = homes[homes.duplicated("person", keep=False)]

    assert now.to_dict() == force.people.set_index("key")["unit"].to_dict()
    assert (force.deployments["person"].value_counts() == 2).all()
    assert len(moved) > 0
    for _, lines in moved.groupby("person"):
        first, second = lines.to_dict("records")
        gap = date.fromisoformat(second["from"]) - date.fromisoformat(first["until"])
        assert gap == timedelta(days=1)


def test_the_same_seed_makes_the_same_files(tmp_path):
    for name in ("one", "two"):
        written = CliRunner().invoke(
            main,
            ["simulate", "--people", "60", "--seed", "3", "--as-of", "2026-11-21",
             "--out", str(tmp_path / name)],
        )  # fmt: skip
        assert written.exit_code == 0, written.output

    one, two = (sorted((tmp_path / name).iterdir()) for name in ("one", "two"))

    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
    assert make(seed=3, people=60).screenings != make(seed=4, people=60).screenings


def test_the_files_have_the_columns_that_the_loader_reads(tmp_path):
    CliRunner().invoke(
        main, ["simulate", "--people", "60", "--as-of", "2026-11-21", "--out", str(tmp_path)]
    )

    for name, header in FILES.items():
        assert (tmp_path / name).read_text().splitlines()[0] == header
    lines = (tmp_path / "screenings.jsonl").read_text().splitlines()
    assert set(json.loads(lines[0])) == {"person", "day", "phase", "deployment", "responses"}
    assert pd.read_csv(tmp_path / "truth.csv")["person"].nunique() == 60


def test_800_people_are_made_well_within_ten_seconds():
    started = time.perf_counter()

    make()

    assert time.perf_counter() - started < 10


def test_a_force_too_small_to_release_anything_is_refused(tmp_path):
    refused = CliRunner().invoke(
        main, ["simulate", "--people", "29", "--as-of", "2026-11-21", "--out", str(tmp_path)]
    )

    assert refused.exit_code == 1
    assert "at least 30 people" in refused.output
    with pytest.raises(ForceTooSmall):
        make(people=29)


@pytest.mark.parametrize("people", [30, 100, 1600, 2500])
def test_other_sizes_of_force_hold_together(people):
    force = make(people=people)
    units = set(force.units["code"])

    assert len(force.people) == people
    assert set(force.units["parent"]) - {""} <= units
    for frame in (force.people, force.memberships, force.deployments):
        assert set(frame["unit"]) <= units
