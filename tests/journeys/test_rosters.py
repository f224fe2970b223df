"""An administrator brings in a roster on a phone: a problem first, then a yes, then undone."""

import pytest
from playwright.sync_api import expect

from models.vocabulary import Role
from tests.roster_files import csv_of, deployed, somebody

pytestmark = [pytest.mark.journey]


@pytest.fixture
def file_of(tmp_path):
    def write(*rows):
        path = tmp_path / "roster.csv"
        path.write_bytes(csv_of(*rows))
        return path

    return write


def send(walker, path):
    walker.page.get_by_label("File", exact=True).set_input_files(path)
    walker.page.get_by_label("Make missions that are not known yet").check(force=True)
    walker.press("Show what would happen")


@pytest.mark.parametrize("script", [True, False])
def test_a_roster_is_corrected_applied_and_undone(stage, walks, width, file_of, script):
    mark, unit = stage.unit.name[-4:], stage.unit.name
    good = somebody(f"R1-{mark}", unit=unit), deployed(f"R2-{mark}", unit=unit, birth_year="1988")
    bad = somebody(f"R3-{mark}", unit="Nowhere", deployed_from="03/04/2026")
    walker = walks(width, script=script)
    walker.sign_in(stage.person(Role.ADMINISTRATOR).login)
    walker.follow("Rosters")
    walker.looks("Rosters")

    send(walker, file_of(*good, bad))
    walker.looks("What would happen")
    walker.sees("Line 4")
    walker.sees("Could be two different days.")
    expect(walker.page.get_by_role("button", name="Apply this roster")).to_have_count(0)
    walker.press("Delete the file")
    walker.sees("Nothing else has been changed.")

    send(walker, file_of(*good))
    walker.sees("Nothing has been changed yet.")
    walker.press("Apply this roster")
    walker.sees("The roster is applied.")
    walker.sees("2 new people are removed.")
    walker.is_whole()
    walker.press("Undo this import")
    walker.sees("This import was undone.")
