"""The entry point: `analytics simulate | release`."""

import click

from analytics.commands.release import release
from analytics.commands.simulate import simulate


@click.group()
def main() -> None:
    """Made-up forces, and figures for command that give nobody away."""


main.add_command(simulate)
main.add_command(release)

if __name__ == "__main__":
    main()
