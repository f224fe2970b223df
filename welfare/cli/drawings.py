"""`welfare drawings`: the system drawn from its code, as tables and flows for people to approve."""

from collections.abc import Mapping, Set
from enum import StrEnum

import click

from models.vocabulary import Role
from welfare.policies import flows
from welfare.policies.access import BY_LINK, GRANTS

FLOWS: Mapping[str, Mapping[StrEnum, Set[StrEnum]]] = {
    "Alert": flows.ALERT_MOVES,
    "Case": flows.CASE_MOVES,
    "Referral": flows.REFERRAL_MOVES,
    "Appointment": flows.APPOINTMENT_MOVES,
    "Release": flows.RELEASE_MOVES,
    "Review": flows.REVIEW_MOVES,
}


@click.group()
def drawings() -> None:
    """Drawings of the access rules and the flows, made from the code."""


@drawings.command("access")
def access_matrix() -> None:
    """Who may do what."""
    click.echo(draw_access_matrix())


@drawings.command("flows")
def flow_charts() -> None:
    """How records may move."""
    click.echo(draw_flows())


def draw_access_matrix() -> str:
    head = "| may … | " + " | ".join(Role) + " |"
    line = "|---" * (len(Role) + 1) + "|"
    rows = [
        f"| {permission} | "
        + " | ".join(rules[role].name if role in rules else "–" for role in Role)
        + " |"
        for permission, rules in sorted(GRANTS.items())
    ]
    return "\n".join([head, line, *rows, "", *_draw_links()])


def _draw_links() -> list[str]:
    """What a link opens, instead of all that stands above."""
    rows = [f"| {permission} | {rule.name} |" for permission, rule in sorted(BY_LINK.items())]
    return ["| by a link one may … | |", "|---|---|", *rows]


def draw_flows() -> str:
    return "\n\n".join(_draw(name, moves) for name, moves in FLOWS.items())


def _draw(name: str, moves: Mapping[StrEnum, Set[StrEnum]]) -> str:
    arrows = [f"    {start} --> {end}" for start, ends in moves.items() for end in sorted(ends)]
    ends = [f"    {start} --> [*]" for start, after in moves.items() if not after]
    return "\n".join([f"%% {name}", "stateDiagram-v2", *arrows, *ends])
