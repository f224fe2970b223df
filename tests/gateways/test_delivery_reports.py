"""Reading what came back: which letter, and nothing else."""

import pytest

from welfare.gateways.delivery_reports import came_back

OURS = "<01a2029c-0d68-710c-b646-8698bf9988ac@welfare.invalid>"
STATUS = """Reporting-MTA: dns; mail.example

Final-Recipient: rfc822; noor@example.org
Action: {action}
Status: {status}
"""
REPORT = """From: MAILER-DAEMON@mail.example
To: welfare@site.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I am sorry. The Message-ID was <someone.else@example.org>.

--b
Content-Type: message/delivery-status

{status}
--b
Content-Type: {kind}

Message-ID: {id}
From: welfare@site.example
To: noor@example.org
Subject: You have a message

A message is waiting for you.

--b--
"""


def report(action="failed", status="5.1.1", kind="message/rfc822", message_id=OURS):
    said = STATUS.format(action=action, status=status)
    return REPORT.format(status=said, kind=kind, id=message_id).encode()


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_a_letter_that_came_back_is_named_by_its_message_id(kind):
    assert came_back(report(kind=kind)) == (OURS,)


@pytest.mark.parametrize(
    "given",
    [
        {"action": "delayed", "status": "4.4.1"},
        {"action": "delivered", "status": "2.0.0"},
        {"action": "relayed", "status": "5.0.0"},
        {"status": "4.2.2"},
        {"status": ""},
    ],
)
def test_a_letter_that_is_late_or_arrived_has_not_come_back(given):
    assert came_back(report(**given)) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe",
        b"Subject: hello\n\nMessage-ID: " + OURS.encode(),
        b"Message-ID: " + OURS.encode() + b"\nSubject: out of office\n\nI am away.",
        report().replace(b"multipart/report", b"multipart/mixed"),
        report().replace(b"message/delivery-status", b"text/plain"),
        report().replace(b"--b", b"--c"),
        report().replace(b"Message-ID: <01", b"X-ID: <01"),
    ],
)
def test_any_other_message_names_no_letter(content):
    assert came_back(content) == ()


def test_a_report_inside_a_report_is_not_believed():
    inner = report().decode()
    outer = "Content-Type: message/rfc822\n\n" + inner

    assert came_back(outer.encode()) == ()
