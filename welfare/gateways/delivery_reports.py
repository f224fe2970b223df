"""Reading what a mail server says of a letter that came back (RFC 3464): which one, no more.

Anybody can send such a message. All that is taken from it is the Message-ID of the letter.
"""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage, Message

MOST_BYTES = 5_000_000
FAILED = "failed"
# No such address, or one that takes no mail: nothing else is the address's fault.
FOR_GOOD = ("5.1.", "5.2.1")
STATUS, HEADERS, WHOLE = "message/delivery-status", "text/rfc822-headers", "message/rfc822"


def came_back(content: bytes) -> tuple[str, ...]:
    """The Message-IDs of letters that came back for good; empty for any other message, such as
    one that says that a letter is late."""
    report = message_from_bytes(content[:MOST_BYTES], policy=policy.default)
    parts = list(_parts(report))
    if not any(_has_failed(part) for part in parts if part.get_content_type() == STATUS):
        return ()
    return tuple(found for part in parts for found in _ids(part))


def _parts(report: Message) -> Iterator[Message]:
    """Those of the report itself, not of the letter inside it."""
    if report.get_content_type() == "multipart/report":
        for part in report.get_payload():
            if isinstance(part, Message):
                yield part


def _has_failed(status: Message) -> bool:
    """Did any recipient's part say so? The first part is about the whole message."""
    fields = [each for each in status.get_payload() if isinstance(each, Message)]
    return any(
        str(each.get("Action", "")).strip().lower() == FAILED
        and str(each.get("Status", "")).strip().startswith(FOR_GOOD)
        for each in fields
    )


def _ids(part: Message) -> Iterator[str]:
    found: object = None
    if part.get_content_type() == WHOLE:
        inner = [each for each in part.get_payload() if isinstance(each, Message)]
        found = inner[0].get("Message-ID") if inner else None
    elif part.get_content_type() == HEADERS and isinstance(part, EmailMessage):
        headers = message_from_bytes(str(part.get_content()).encode(), policy=policy.default)
        found = headers.get("Message-ID")
    if found:
        yield str(found).strip()
