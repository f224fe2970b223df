"""Entry: `python -m benchmarks` measures everything; options choose a part or a database."""

import argparse
import time

from benchmarks import pages, rosters, rush, schedule, submissions, throughput
from benchmarks.sites import BOTH

PARTS = {
    "submissions": submissions.run,
    "throughput": throughput.run,
    "pages": pages.run,
    "rosters": rosters.run,
    "rush": rush.run,
    "schedule": schedule.run,
}


def main() -> None:
    asked = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    asked.add_argument("--quick", action="store_true", help="fewer rounds; rougher figures")
    asked.add_argument("--only", choices=tuple(PARTS), help="one part alone")
    asked.add_argument("--database", choices=BOTH, help="one database alone")
    given = asked.parse_args()
    began = time.monotonic()
    for name, run in PARTS.items():
        if given.only in (None, name):
            run([given.database] if given.database else list(BOTH), is_quick=given.quick)
    print(f"\nTook {time.monotonic() - began:.0f} s.")


if __name__ == "__main__":
    main()
