"""Webhooks: handed over for good or told again, signed, and carried to nobody else."""

import socket
import time

import pytest

from tests.jobs.receiver import receiving
from welfare.gateways import webhook
from welfare.gateways.webhook import HttpWebhook, NotTold

WORDS = {"site": "Harbour", "what": "letters_waiting"}


@pytest.fixture
def receiver():
    with receiving() as other:
        yield other


def test_what_is_told_arrives_whole(receiver):
    HttpWebhook(receiver.url).tell(WORDS)

    assert receiver.told == [WORDS]
    assert receiver.signatures == [""]


def test_with_a_secret_the_receiver_can_check_who_wrote(receiver):
    HttpWebhook(receiver.url, "open-sesame").tell(WORDS)

    assert receiver.is_signed_with("open-sesame")
    assert not receiver.is_signed_with("another")


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500, 503])
def test_any_answer_but_a_good_one_counts_as_not_told(receiver, status):
    receiver.status = status

    with pytest.raises(NotTold):
        HttpWebhook(receiver.url).tell(WORDS)


def test_what_is_meant_for_one_program_is_carried_to_no_other(receiver):
    receiver.status = 302

    with pytest.raises(NotTold):
        HttpWebhook(receiver.url).tell(WORDS)

    assert receiver.asked == ["/in"]


def test_a_program_that_does_not_listen_is_told_again_later():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"

        with pytest.raises(NotTold):
            HttpWebhook(address).tell(WORDS)


def test_a_program_that_never_answers_is_not_waited_for(receiver, monkeypatch):
    monkeypatch.setattr(webhook, "SECONDS_TO_WAIT", 0.2)
    receiver.silent = True
    start = time.monotonic()

    with pytest.raises(NotTold):
        HttpWebhook(receiver.url).tell(WORDS)

    assert time.monotonic() - start < 3


def test_a_program_without_tls_is_not_told_what_was_meant_to_travel_by_it(receiver):
    with pytest.raises(NotTold):
        HttpWebhook(receiver.url.replace("http:", "https:")).tell(WORDS)

    assert receiver.bodies == []


def test_neither_address_nor_secret_is_shown():
    shown = repr(HttpWebhook("https://alarms.example/open-sesame", "open-sesame"))

    assert "sesame" not in shown
