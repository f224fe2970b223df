"""`welfare people`: a roster held against the site, applied whole if wanted, and taken back."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click

from models.session import Database, snapshot, transaction
from welfare.cli import roster_words
from welfare.cli.opening import looking, opened
from welfare.config import Settings
from welfare.errors import ChangedMeanwhile, InputRefused, MoveNotAllowed, RecordNotFound
from welfare.gateways.roster_file import MOST_BYTES, RosterRefused, template
from welfare.jobs import schedule
from welfare.policies.actor import Actor, console
from welfare.policies.roster_rows import Remark
from welfare.services import roster_undo, rosters, site
from welfare.services.rosters import DryRun

MOST_LINES = 200
CHANGED = "The site has changed meanwhile. Nothing was done. Please try again."
NOTHING_NEW = "Everybody in this file is here as it says. Nothing is to be done."
APPLIED = "Applied. `welfare people undo {key}` takes it back."


@click.group()
def people() -> None:
    """Rosters: many people at once."""


@people.command("template")
def print_template() -> None:
    """Print a CSV with the columns and one made-up person."""
    click.echo(template(), nl=False)


@people.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--yes", is_flag=True, help="Apply without asking.")
@click.option("--new-missions", is_flag=True, help="Make missions that are not known yet.")
@click.option("--contingent", help="Act in this contingent; else in the first.")
def import_roster(
    file: Path, dry_run: bool, yes: bool, new_missions: bool, contingent: str | None
) -> None:
    """Hold FILE (CSV or XLSX) against the site, and apply it whole if there is no problem.

    People are found by their service number. Whoever is not in the file stays as they are.
    """
    content = _content(file)
    with _at_work() as (settings, database):
        actor = _operator(database, contingent)
        found = _look(database, actor, content, new_missions)
        click.echo(told(found))
        if found.plan.problems:
            raise click.ClickException("Correct the file and try again. Nothing was applied.")
        if dry_run or not found.plan.does_anything:
            return
        if not yes:
            click.confirm("Apply this?", abort=True)
        with transaction(database) as session:
            roster = rosters.apply_file(
                session,
                actor=actor,
                content=content,
                new_missions=new_missions,
                seen=found.seen,
                programme=settings.programme,
                at=datetime.now(UTC),
            )
            key = roster.id
        _schedule(database, settings.programme)
    click.echo(APPLIED.format(key=key))


def _schedule(database: Database, programme: str) -> None:
    """Answers that are imported next find their windows, also while nothing is served."""
    while schedule.once(database, programme=programme, at=datetime.now(UTC)):
        pass


@people.command("imports")
@click.option("--contingent", help="Of this contingent; else of the first.")
def list_imports(contingent: str | None) -> None:
    """List rosters that were applied, the newest first."""
    with _at_work() as (_settings, database):
        actor = _operator(database, contingent)
        with looking(database) as session:
            for each in rosters.list_imports(session, actor=actor, at=datetime.now(UTC)):
                ending = "  undone" if each.undone_at else ""
                click.echo(
                    f"{each.id}  {each.made_at:%Y-%m-%d %H:%M}"
                    f"  new {each.people_new}  changed {each.people_changed}{ending}"
                )


@people.command("undo")
@click.argument("key", type=click.UUID)
@click.option("--even-so", is_flag=True, help="Where something must stay, take back the rest.")
def undo(key: UUID, even_so: bool) -> None:
    """Take back the import with this KEY, as far as nothing depends on it."""
    with _at_work() as (_settings, database):
        actor = _owner(database, key)
        with looking(database) as session:
            found = roster_undo.read_import(
                session, actor=actor, import_id=key, at=datetime.now(UTC)
            )
        for line, reason in found.staying:
            click.echo(f"line {line}: stays. {roster_words.STAYS[reason]}")
        if found.staying and not even_so:
            raise click.ClickException(
                "Nothing was taken back. --even-so takes back the rest and leaves these lines."
            )
        with transaction(database) as session:
            undone = roster_undo.undo_import(
                session, actor=actor, import_id=key, even_so=even_so, at=datetime.now(UTC)
            )
    click.echo(f"removed          {undone.removable:>8}")
    click.echo(f"changed back     {undone.restorable:>8}")
    click.echo(f"stays            {len(undone.staying):>8}")


def told(found: DryRun) -> str:
    """The dry run for the operator: counts, problems with their remedy, what to look at."""
    plan = found.plan
    lines = [
        f"new              {len(plan.arrivals):>8}",
        f"changed          {len(plan.changes):>8}",
        f"unchanged        {plan.unchanged:>8}",
        f"absent           {plan.absent:>8}   (they stay as they are)",
        f"problems         {len(plan.problems):>8}",
    ]
    if plan.missions:
        lines.append(f"new missions     {len(plan.missions):>8}   {', '.join(plan.missions)}")
    lines += _remarks("problem", plan.problems) + _remarks("look at", plan.notices)
    if found.earlier is not None:
        lines.append(f"This very file was applied on {found.earlier.made_at:%Y-%m-%d %H:%M} UTC.")
    if not plan.problems and not plan.does_anything:
        lines.append(NOTHING_NEW)
    return "\n".join(lines)


def _remarks(kind: str, remarks: Sequence[Remark]) -> list[str]:
    shown = [
        f"line {each.line}, {each.column or 'whole line'}: {kind}: {roster_words.LINE[each.code]}"
        for each in remarks[:MOST_LINES]
    ]
    more = len(remarks) - len(shown)
    return [*shown, f"and {more} more"] if more else shown


def _content(file: Path) -> bytes:
    """One byte more than may be: what is larger is refused without being read."""
    with file.open("rb") as opened_file:
        return opened_file.read(MOST_BYTES + 1)


def _look(database: Database, actor: Actor, content: bytes, new_missions: bool) -> DryRun:
    with looking(database) as session:
        return rosters.look_at_file(
            session,
            actor=actor,
            content=content,
            new_missions=new_missions,
            at=datetime.now(UTC),
        )


def _operator(database: Database, contingent: str | None) -> Actor:
    with snapshot(database) as session:
        if contingent is None:
            return console(site.first_root(session))
        roots = [unit for unit in site.find_units(session, name=contingent) if unit.depth == 1]
    if len(roots) != 1:
        raise click.ClickException("There is no contingent of this name, or more than one.")
    return console(roots[0].path)


def _owner(database: Database, key: UUID) -> Actor:
    """The operator, in the contingent that the import belongs to."""
    with snapshot(database) as session:
        return console(roster_undo.root_of_import(session, import_id=key))


@contextmanager
def _at_work() -> Iterator[tuple[Settings, Database]]:
    """The site opened; what stands in the way is said in a sentence."""
    with opened() as found:
        try:
            yield found
        except RosterRefused as refused:
            raise click.ClickException(roster_words.refusal(refused)) from None
        except (ChangedMeanwhile, InputRefused):
            raise click.ClickException(CHANGED) from None
        except MoveNotAllowed:
            raise click.ClickException("This import was taken back already.") from None
        except RecordNotFound:
            raise click.ClickException("There is no such import.") from None
