"""A backup brought back, on either database: every row, and nothing that was open."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from models.tables.accounts import Post
from models.tables.audit import AuditEvent
from models.tables.care import Alert
from models.tables.doors import Invitation
from models.tables.letters import Letter
from models.vocabulary import Act, AlertStatus
from tests.cli.backed_up import contents, counts
from tests.migrations.test_migrations import downgrade
from welfare.services.backups import NEVER_KEPT


def test_a_backup_comes_back_row_by_row_on_either_database(vault, scene, database, empty_url, look):
    before, at = contents(database), datetime.now(UTC)
    made = vault.made()

    done = vault.restore(made.name, WELFARE_DATABASE_URL=empty_url)

    assert done.exit_code == 0, done.output
    after = contents(look({"WELFARE_DATABASE_URL": empty_url}))
    assert {table for table in before if not before[table]} == {"sign_in_counter"}
    assert {table for table in before if before[table] != after[table]} == (
        {"alert", "audit_event", "invitation", "letter"} | (set(NEVER_KEPT) - {"sign_in_counter"})
    )
    assert set(before["audit_event"]) < set(after["audit_event"])
    assert all(not after[table] for table in NEVER_KEPT)
    assert vault.run("db", "check", WELFARE_DATABASE_URL=empty_url).exit_code == 0
    assert datetime.now(UTC) - at < timedelta(seconds=60)


def test_a_restored_site_can_be_backed_up_and_restored_again(vault, scene, new_site, look):
    vault.restore(vault.made().name, **new_site)
    again = {"WELFARE_DATABASE_URL": new_site["WELFARE_DATABASE_URL"].replace("new", "newer")}

    assert vault.create(**new_site).exit_code == 0
    assert vault.restore(vault.newest().name, **again).exit_code == 0

    assert contents(look(again))["person"] == contents(look(new_site))["person"]


def test_open_alerts_are_raised_again_and_nudge_at_once_with_their_clock_running_on(
    vault, scene, database, new_site, look
):
    with database.reading() as session:
        due = {alert.id: alert.due_at for alert in session.scalars(select(Alert))}
        owners = {alert.id: alert.owner_id for alert in session.scalars(select(Alert))}
    made, at = vault.made(), datetime.now(UTC)

    done = vault.restore(made.name, **new_site)

    with look(new_site).reading() as session:
        alerts = {alert.id: alert for alert in session.scalars(select(Alert))}
        acts = session.scalars(
            select(AuditEvent.resource_id).where(AuditEvent.act == Act.ALERT_RAISED)
        ).all()
        waiting = session.scalars(
            select(Letter).where(Letter.alert_id == scene.acknowledged, Letter.sent_at.is_(None))
        ).one()
    for name in (scene.raised, scene.acknowledged):
        alert = alerts[name]
        assert alert.status is AlertStatus.RAISED
        assert alert.acknowledged_at is alert.acknowledged_by is None
        assert at <= alert.next_nudge_at <= datetime.now(UTC)
        assert (alert.nudges, alert.due_at, alert.owner_id) == (0, due[name], owners[name])
        assert name in acts
    assert alerts[scene.closed].status is AlertStatus.CLOSED
    assert waiting.next_try_at <= datetime.now(UTC)
    assert "Raised again: 3 alerts" in done.output


def test_nobody_comes_in_with_what_was_open_before(vault, scene, new_site, look):
    vault.restore(vault.made().name, **new_site)

    site = look(new_site)
    assert {table: counts(site)[table] for table in NEVER_KEPT} == dict.fromkeys(NEVER_KEPT, 0)
    with site.reading() as session:
        assert session.get_one(Invitation, scene.invitation).revoked_at is not None
        told = select(AuditEvent).where(AuditEvent.act == Act.INVITATION_REVOKED)
        assert session.scalars(told).one().resource_id == scene.invitation


def test_a_restore_is_told_in_the_trail_and_says_what_to_do_next(vault, scene, new_site, look):
    done = vault.restore(vault.made().name, **new_site)

    with look(new_site).reading() as session:
        acts = session.scalars(select(AuditEvent.act)).all()
    assert acts.count(Act.SITE_RESTORED) == 1
    assert "Please do now" in done.output
    assert "all checked" in done.output


def test_a_restore_goes_only_into_an_empty_database(vault, scene, database, new_site, look):
    made = vault.made()
    before = contents(database)

    refused = vault.restore(made.name)

    assert refused.exit_code == 1
    assert "only into a new, empty database" in refused.output
    assert contents(database) == before
    assert vault.restore(made.name, **new_site).exit_code == 0
    assert vault.restore(made.name, **new_site).exit_code == 1


def test_a_site_that_waits_for_its_upgrade_can_be_backed_up_and_comes_back_upgraded(
    vault, scene, database, new_site, look
):
    people = counts(database)["person"]
    downgrade(database, "0006")

    made = vault.made()
    done = vault.restore(made.name, **new_site)

    assert done.exit_code == 0, done.output
    assert vault.run("db", "check", **new_site).exit_code == 0
    site = look(new_site)
    assert counts(site)["person"] == people
    with site.reading() as session:
        assert all(post.confirmed_at for post in session.scalars(select(Post)))
