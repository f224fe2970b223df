"""The job forgets rosters that nobody said yes to, and no others."""

from datetime import timedelta

from sqlalchemy import select

from models.tables.rosters import RosterUpload
from models.vocabulary import Role
from tests.factories import NOW
from welfare.services.rosters import KEPT_FOR


def test_a_roster_that_waited_for_a_day_is_deleted_by_the_job(database, make, worker):
    admin = make.actor(Role.ADMINISTRATOR)
    make.roster_upload(admin, made_at=NOW - KEPT_FOR)
    young = make.roster_upload(admin, made_at=NOW - KEPT_FOR + timedelta(minutes=1))

    worker(NOW)

    with database.reading() as session:
        assert session.scalars(select(RosterUpload.id)).all() == [young.id]
