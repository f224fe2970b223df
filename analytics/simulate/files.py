"""Writes a made-up force to a folder of plain files, for the bulk loader and for evaluation."""

import json
from pathlib import Path

import pandas as pd

from analytics.schema import Column, check
from analytics.simulate.force import Force

UNITS = (
    Column("code", unique=True),
    Column("parent"),
    Column("name"),
    Column("kind"),
)
MISSIONS = (Column("code", unique=True), Column("name"), Column("site"))
PEOPLE = (
    Column("key", unique=True),
    Column("unit"),
    Column("service_number", unique=True),
    Column("given_name"),
    Column("family_name"),
    Column("sex"),
    Column("birth_year", lowest=1900, highest=2100),
    Column("rank_band"),
    Column("language"),
    Column("phone"),
    Column("email"),
)
MEMBERSHIPS = (Column("person"), Column("unit"), Column("from"), Column("until"))
DEPLOYMENTS = (
    Column("person"),
    Column("mission"),
    Column("unit"),
    Column("from"),
    Column("until"),
)


def write(force: Force, folder: Path) -> None:
    """Write every file anew. An existing force in the folder is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    tables: dict[str, tuple[pd.DataFrame, tuple[Column, ...]]] = {
        "units": (force.units, UNITS),
        "missions": (force.missions, MISSIONS),
        "people": (force.people, PEOPLE),
        "memberships": (force.memberships, MEMBERSHIPS),
        "deployments": (force.deployments, DEPLOYMENTS),
    }
    for name, (frame, contract) in tables.items():
        check(frame, contract).to_csv(folder / f"{name}.csv", index=False, lineterminator="\n")
    force.truth.to_csv(folder / "truth.csv", index=False, lineterminator="\n")
    with (folder / "screenings.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        for screening in force.screenings:
            file.write(json.dumps(screening, separators=(",", ":")) + "\n")
