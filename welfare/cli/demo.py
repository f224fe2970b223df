"""`welfare demo`: bring a synthetic force in through the doors that real people use."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import click
from sqlalchemy.orm import Session

from models.enrolment import Newcomer
from models.programmes import load as load_programme
from models.session import Database, transaction
from models.tables.places import Unit
from models.vocabulary import Origin, Phase, ReleaseDecision, Role
from welfare.cli import demo_care
from welfare.cli.batches import batched
from welfare.cli.database import upgrade_schema
from welfare.cli.demo_codes import code, give_app, write_sign_ins
from welfare.cli.demo_places import add_contacts, make_contingent, make_units
from welfare.cli.demo_referrals import refer
from welfare.cli.opening import Needs, opened, read_settings
from welfare.cli.setup import make_ready
from welfare.errors import MoveNotAllowed, RecordNotFound
from welfare.gateways.force_files import (
    ForceIncomplete,
    PastAnswers,
    day_or_none,
    read_screenings,
    read_table,
)
from welfare.policies.actor import Actor, console
from welfare.policies.passwords import first_password
from welfare.services import accounts, deployments, imports, posts, releases, site, windows
from welfare.services import missions as known

# One sign-in for every role. A made-up person each; the member is one of the force.
STAFF = {
    "clinician": (Role.CLINICIAN, "Noor", "Castellane"),
    "lead": (Role.CLINIC_LEAD, "Ilse", "Varrenby"),
    "privacy": (Role.PRIVACY_OFFICER, "Teo", "Lindgarde"),
    "commander": (Role.COMMANDER, "Mara", "Okonjeva"),
    "admin": (Role.ADMINISTRATOR, "Jun", "Halloway"),
    "auditor": (Role.AUDITOR, "Sefa", "Brightmoor"),
    "welfare": (Role.WELFARE_OFFICER, "Ada", "Fenwright"),
}
TABLES = ("units", "missions", "people", "memberships", "deployments")


@click.group()
def demo() -> None:
    """A made-up force, for trying everything out. Never on a site with real people."""


demo.add_command(code)


@demo.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--sign-ins", type=click.Path(dir_okay=False, path_type=Path), required=True)
def load(folder: Path, sign_ins: Path) -> None:
    """Set up an empty site and load the force in FOLDER into it."""
    settings = read_settings()
    make_ready(settings)
    with opened(Needs.NOTHING) as (_settings, database):
        upgrade_schema(database)
        try:
            passwords, keys = _load(database, folder, settings.programme, datetime.now(UTC))
        except MoveNotAllowed:
            raise click.ClickException("This site is set up already; nothing was loaded.") from None
        except ForceIncomplete as problem:
            raise click.ClickException(str(problem)) from None
    write_sign_ins(sign_ins, passwords, keys)
    click.echo("The force is loaded.")


@demo.command()
def approve() -> None:
    """Approve the waiting releases, as the demo's privacy officer and clinic lead."""
    with opened() as (_settings, database):
        for login in ("privacy", "lead"):
            with transaction(database) as session:
                actor = _acting(session, login)
                for each in releases.list_releases(session, actor=actor):
                    if each.may_decide:
                        releases.decide_release(
                            session,
                            actor=actor,
                            release_id=each.release.id,
                            decision=ReleaseDecision.APPROVED,
                            reason="",
                            at=datetime.now(UTC),
                        )
    click.echo("The waiting releases are approved.")


def _load(
    database: Database, folder: Path, programme: str, at: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Everything in the order in which a real site would come to it."""
    tables = {name: read_table(folder, name) for name in TABLES}
    for _ in read_screenings(folder):
        pass  # read once before anything is kept: a broken file must not leave half a force
    with transaction(database) as session:
        units = make_units(session, tables["units"], at)
        root = next(iter(units.values()))
        actor = console(root.path)
        make_contingent(session, actor, root, programme, at)
        known.seed_missions(session, actor=actor, at=at)
    people = _people(database, actor, tables["people"], tables["memberships"], units, at)
    with transaction(database) as session:
        passwords, keys = _staff(session, actor, root, at)
    places = {row["code"]: (row["name"], row["site"]) for row in tables["missions"]}
    _deployments(database, actor, tables["deployments"], people, units, places, programme, at)
    source = imports.Source("synthetic", Origin.SYNTHETIC, load_programme(programme))
    for batch in batched(read_screenings(folder), imports.BATCH):
        _screenings(database, actor, batch, people, source, at)
    with transaction(database) as session:
        passwords["member"] = _member(session, actor, people, at)
        refer(session, by=_acting(session, "clinician"), to=_acting(session, "lead"), at=at)
        demo_care.agree(session, actor=_acting(session, "clinician"), at=at)
    return passwords, keys


def _people(
    database: Database,
    actor: Actor,
    rows: Sequence[dict[str, str]],
    memberships: Sequence[dict[str, str]],
    units: dict[str, Unit],
    at: datetime,
) -> dict[str, UUID]:
    since = {row["person"]: date.fromisoformat(row["from"]) for row in reversed(memberships)}
    people: dict[str, UUID] = {}
    for batch in batched(rows, imports.BATCH):
        newcomers = {row["key"]: _newcomer(row, units, since[row["key"]]) for row in batch}
        with transaction(database) as session:
            people |= imports.load_people(session, actor=actor, people=newcomers, at=at)
    return people


def _newcomer(row: dict[str, str], units: dict[str, Unit], since: date) -> Newcomer:
    return Newcomer(
        unit=units[row["unit"]],
        since=since,
        facts={
            "sex": row["sex"],
            "birth_year": int(row["birth_year"]),
            "rank_band": row["rank_band"],
            "language": row["language"],
        },
        identity={
            "given": row["given_name"],
            "family": row["family_name"],
            "service_number": row["service_number"],
            "phone": row["phone"],
            "email": row["email"],
        },
    )


def _staff(
    session: Session, actor: Actor, root: Unit, at: datetime
) -> tuple[dict[str, str], dict[str, str]]:
    """Staff with their apps, the duty roster, the crisis contacts: before the first answer."""
    passwords, keys = {}, {}
    for login, (role, given, family) in STAFF.items():
        passwords[login] = first_password()
        made = accounts.create_account(
            session,
            actor=actor,
            unit_id=root.id,
            role=role,
            login=login,
            details={"given": given, "family": family, "email": f"{login}@example.org"},
            password=passwords[login],
            at=at,
        )
        session.flush()
        keys[login] = give_app(session, actor=actor, account=made.account, at=at)
        if role is Role.CLINICIAN:
            site.set_duty(
                session,
                actor=actor,
                unit_id=root.id,
                account_id=made.account.id,
                from_at=at,
                until_at=None,
                at=at,
            )
    add_contacts(session, actor, root, at)
    return passwords, keys


def _deployments(
    database: Database,
    actor: Actor,
    rows: Sequence[dict[str, str]],
    people: dict[str, UUID],
    units: dict[str, Unit],
    missions: dict[str, tuple[str, str]],
    programme: str,
    at: datetime,
) -> None:
    for batch in batched(rows, imports.BATCH):
        with transaction(database) as session:
            deployments.load_deployments(
                session,
                actor=actor,
                stays=[
                    deployments.Stay(
                        person_id=people[row["person"]],
                        unit_id=units[row["unit"]].id,
                        mission=missions[row["mission"]],
                        from_day=date.fromisoformat(row["from"]),
                        until_day=day_or_none(row["until"]),
                    )
                    for row in batch
                ],
                programme=programme,
                at=at,
            )


def _screenings(
    database: Database,
    actor: Actor,
    batch: Sequence[PastAnswers],
    people: dict[str, UUID],
    source: imports.Source,
    at: datetime,
) -> None:
    incoming = [
        imports.Incoming(each.person, each.day, each.responses, Phase(each.phase)) for each in batch
    ]
    with transaction(database) as session:
        imports.load_screenings(
            session, actor=actor, incoming=incoming, people=people, source=source, at=at
        )


def _member(session: Session, actor: Actor, people: dict[str, UUID], at: datetime) -> str:
    """A sign-in for somebody with a past and with questions that are due now."""
    person = windows.somebody_due(session, among=list(people.values()), today=at.date())
    password = first_password()
    accounts.create_account(
        session,
        actor=actor,
        unit_id=person.unit_id,
        role=Role.MEMBER,
        login="member",
        details={},
        person_id=person.id,
        password=password,
        at=at,
    )
    return password


def _acting(session: Session, login: str) -> Actor:
    role = STAFF[login][0]
    try:
        account = accounts.find_account(session, login=login)
    except RecordNotFound:
        raise click.ClickException("This is not the demo's site.") from None
    post = posts.find_post(session, account_id=account.id, role=role)
    return Actor(account.id, account.person_id, role, post.unit.path)
