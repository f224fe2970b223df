"""`analytics simulate`: write a made-up force to plain files."""

from datetime import datetime
from pathlib import Path

import click
import numpy as np

from analytics.simulate.files import write
from analytics.simulate.force import ForceTooSmall
from analytics.simulate.force import simulate as make_force


@click.command()
@click.option("--people", default=800, show_default=True, help="How many people.")
@click.option("--seed", default=7, show_default=True, help="Same seed, same force.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    required=True,
    help="The day on which the force stands; every date is counted from it.",
)
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), required=True)
def simulate(people: int, seed: int, as_of: datetime, out: Path) -> None:
    """Write a made-up force: units, people, deployments, screenings."""
    try:
        force = make_force(people, as_of=as_of.date(), chance=np.random.default_rng(seed))
    except ForceTooSmall as problem:
        raise click.ClickException(f"{problem}.") from None
    write(force, out)
    click.echo(f"{len(force.people)} people, {len(force.screenings)} screenings, in {out}")
