"""What a real mail server says of a recipient: never, or not now. Only the first ends anything."""

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP

from welfare.gateways.mail import (
    FolderMailer,
    Letter,
    MailNotSent,
    MailRefused,
    PostOffice,
    SmtpMailer,
)

LETTER = Letter("noor@example.org", "You have a message", "Open it.\n", "<7@welfare.invalid>")
SENDER = "welfare@site.example"


class Gate:
    """A mail server on this machine that says one thing to every recipient."""

    answer = "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        return "250 OK"


class Here(Controller):
    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()

    def factory(self):
        return SMTP(self.handler, hostname="localhost")


@pytest.fixture(scope="module")
def server():
    running = Here(Gate(), hostname="127.0.0.1", port=0)
    running.start()
    yield running
    running.stop()


def send(server, answer):
    server.handler.answer = answer
    SmtpMailer(PostOffice("127.0.0.1", server.port), SENDER).send(LETTER)


@pytest.mark.parametrize(
    "answer",
    ["550 5.1.1 no such user", "550 no such user", "551 not here", "553 5.1.3 what is this"],
)
def test_an_address_that_does_not_exist_is_refused_for_good(server, answer):
    with pytest.raises(MailRefused):
        send(server, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "450 4.2.1 later",
        "451 try again",
        "550 5.7.1 relay access denied",
        "554 5.7.1 you are on a list",
        "552 5.2.2 mailbox full",
        "503 5.5.1 bad sequence",
    ],
)
def test_what_may_pass_or_may_be_about_us_is_tried_again(server, answer):
    with pytest.raises(MailNotSent) as stopped:
        send(server, answer)

    assert not isinstance(stopped.value, MailRefused)


def test_an_address_that_is_none_is_refused_for_good(tmp_path):
    letter = Letter("nobody", "s", "b", "<7@welfare.invalid>")

    with pytest.raises(MailRefused):
        FolderMailer(tmp_path, SENDER).send(letter)
