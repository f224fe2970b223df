"""A battalion to be counted, and a unit that is ready to be released."""

from datetime import date

import pytest

from models.session import transaction
from tests.analytics.force import Force


@pytest.fixture
def battalion(database):
    """Three companies of 40, a headquarters of 24, two people in ten positive."""
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001", name="Battalion")
        names = {"00010001": "A", "00010002": "B", "00010003": "C", "00010004": "HQ"}
        for path, name in names.items():
            unit = force.unit(path, root, name=name)
            for number, person in enumerate(force.people(unit, 24 if name == "HQ" else 40)):
                force.screening(person, unit, day=date(2026, 2, 3), phq_9=3 * (number % 5 == 0))
    return database


@pytest.fixture
def unit(database):
    """One unit of 40, ready to be released."""
    with transaction(database) as session:
        force = Force(session)
        root = force.unit("0001", name="Battalion")
        people = force.people(root, 40)
    return root.id, people
