"""Runs `welfare keys rotate`, in steps of a few people, once for every line it is given.

Run as a program with a site's settings in the environment. Each run is a process of its own,
forked so that nothing has to be read in again: "begun" and its number are printed, then "ended"
and how. It is killed from outside at any moment; what it says goes to standard error.
"""

import os
import sys

from welfare.cli.keys import keys
from welfare.services import key_rotation

STEP = 10


def rotate() -> None:
    os.dup2(2, 1)
    keys(["rotate"])


if __name__ == "__main__":
    key_rotation.BATCH = STEP
    print("ready", flush=True)  # noqa: T201 - spoken to the test
    for _ in sys.stdin:
        child = os.fork()
        if not child:
            rotate()
        print(f"begun {child}", flush=True)  # noqa: T201
        _, status = os.waitpid(child, 0)
        print(f"ended {os.waitstatus_to_exitcode(status)}", flush=True)  # noqa: T201
