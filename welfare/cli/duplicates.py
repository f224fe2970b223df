"""`welfare people duplicates`: records that may be one person, by id; joined, and parted again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID

import click

from models.session import Database, snapshot, transaction
from welfare.cli.opening import looking, opened
from welfare.errors import InputRefused, MoveNotAllowed, RecordNotFound
from welfare.policies.actor import Actor, console
from welfare.services import duplicates, merge_list, merging, site

PAIRS = 1_000
PROBLEMS: Mapping[str, str] = {
    "other_goes_on": "The second record has an account. Let that record go on instead.",
    "both_open": "Both have an account. Disable the one that is not used any more.",
    "has_merged": "A record was joined to the second one before. Part it first.",
    "overlap": "Both have a deployment at the same time. Correct one of them first.",
    "asked_before": "Another request about one of these records waits. Decide it first.",
}


@click.command("duplicates")
@click.option("--contingent", help="Of this contingent; else of the first.")
def list_duplicates(contingent: str | None) -> None:
    """List pairs of records that may be one person, then requests and joined records.

    Only ids are printed; names stand in the administrators' page.
    """
    with _at_work() as database:
        actor = _operator(database, contingent)
        with looking(database) as session:
            found = duplicates.find_duplicates(
                session, actor=actor, at=datetime.now(UTC), most=PAIRS
            )
            merges = merge_list.list_merges(session, actor=actor, at=datetime.now(UTC))
        click.echo(f"records          {found.people:>8}")
        click.echo(f"pairs            {found.count:>8}")
        for each in found.pairs:
            why = ", ".join(each.why)
            click.echo(f"{each.first.person_id}  {each.second.person_id}  {why}")
        for row in merges:
            click.echo(f"{row.merge.id}  {row.merge.made_at:%Y-%m-%d %H:%M}  {row.state}")


@click.command("join")
@click.argument("key", type=click.UUID)
def join(key: UUID) -> None:
    """Confirm the request with this KEY: the server's console stands in for a second person."""
    with _at_work() as database:
        actor = _owner(database, key)
        with transaction(database) as session:
            merging.confirm_merge(session, actor=actor, merge_id=key, at=datetime.now(UTC))
    click.echo(f"Joined. `welfare people part {key}` takes it back.")


@click.command("part")
@click.argument("key", type=click.UUID)
def part(key: UUID) -> None:
    """Part the two records that were joined under this KEY."""
    with _at_work() as database:
        actor = _owner(database, key)
        with transaction(database) as session:
            merging.part_again(session, actor=actor, merge_id=key, at=datetime.now(UTC))
    click.echo("Parted. What came since they were joined stays with the first record.")


def add_duplicates(people: click.Group) -> None:
    """Beside the commands for rosters."""
    for command in (list_duplicates, join, part):
        people.add_command(command)


def _operator(database: Database, contingent: str | None) -> Actor:
    with snapshot(database) as session:
        if contingent is None:
            return console(site.first_root(session))
        roots = [unit for unit in site.find_units(session, name=contingent) if unit.depth == 1]
    if len(roots) != 1:
        raise click.ClickException("There is no contingent of this name, or more than one.")
    return console(roots[0].path)


def _owner(database: Database, key: UUID) -> Actor:
    """The operator, in the contingent that the first record belongs to."""
    with snapshot(database) as session:
        return console(merging.root_of_merge(session, merge_id=key))


@contextmanager
def _at_work() -> Iterator[Database]:
    """The site opened; what stands in the way is said in a sentence."""
    with opened() as (_settings, database):
        try:
            yield database
        except InputRefused as refused:
            reasons = [PROBLEMS[code] for code in refused.problems.values()]
            raise click.ClickException("\n".join(["Nothing was done:", *reasons])) from None
        except RecordNotFound:
            raise click.ClickException("There is no request with this key.") from None
        except MoveNotAllowed:
            raise click.ClickException(
                "This cannot be done any more: it was ended, or a record was erased."
            ) from None
