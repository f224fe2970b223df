"""Sends screenings as a member would, one after another, and prints each one once it is kept.

Run as a program: address of the database, path of the key file, then one line of windows on
standard input. It is killed from outside at any moment.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from models.sealing import FileKeys
from models.session import open_database, transaction
from models.vocabulary import Role
from tests.factories import CALM, CRITICAL
from welfare.policies.actor import Actor
from welfare.services.screenings import send_screening


def run(url: str, key_file: str) -> None:
    database = open_database(url, FileKeys.read(Path(key_file)))
    windows = json.loads(sys.stdin.readline())
    print("ready", flush=True)  # noqa: T201 - spoken to the test
    for number, (account, person, path, window, submission) in enumerate(windows):
        actor = Actor(UUID(account), UUID(person), Role.MEMBER, path)
        with transaction(database) as session:
            receipt = send_screening(
                session,
                actor=actor,
                window_id=UUID(window),
                submission_id=UUID(submission),
                answers=CRITICAL if number % 3 == 0 else CALM,
                language="en",
                at=datetime.now(UTC),
            )
        print(f"kept {submission} {receipt.screening.id}", flush=True)  # noqa: T201


if __name__ == "__main__":
    run(sys.argv[1], sys.argv[2])
