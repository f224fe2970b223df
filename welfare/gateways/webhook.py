"""Telling another program something by HTTPS: the port, and a real webhook. Nothing about people
but the number that a text message goes to."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from ipaddress import ip_address
from typing import Any, Protocol
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECONDS_TO_WAIT = 5
SIGNATURE = "X-Welfare-Signature"
DIGEST = "sha256"


class NotTold(Exception):
    """The other program did not take it; it is told again later."""


class Webhook(Protocol):
    def tell(self, words: Mapping[str, str]) -> None:
        """Hand it over for good, or raise NotTold."""


class NoDetour(HTTPRedirectHandler):
    """What is meant for one program is carried to no other."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class HttpWebhook:
    """`url` may itself be the secret that opens it. With a `secret` the receiver can check who
    wrote: the header holds the HMAC of the body."""

    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    def tell(self, words: Mapping[str, str]) -> None:
        body = json.dumps(words, ensure_ascii=True).encode()
        request = Request(self.url, data=body, headers=self._headers(body), method="POST")  # noqa: S310 - see is_webhook
        try:
            with build_opener(NoDetour).open(request, timeout=SECONDS_TO_WAIT):
                return  # any other answer than 2xx was raised
        except (OSError, HTTPException, ValueError):  # ValueError: it spoke no HTTP
            raise NotTold("the webhook did not take it") from None

    def _headers(self, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": "welfare"}
        if self.secret:
            digest = hmac.new(self.secret.encode(), body, DIGEST).hexdigest()
            headers[SIGNATURE] = f"{DIGEST}={digest}"
        return headers


def is_webhook(url: str) -> bool:
    """An https address, or http on this machine alone; its password would stand in every log."""
    try:
        parts = urlsplit(url)
        is_usable = bool(parts.hostname) and parts.port != 0  # ValueError: what is no port
    except ValueError:
        return False
    if not is_usable or "@" in parts.netloc or parts.fragment or not url.isprintable():
        return False
    is_near = parts.scheme == "http" and _is_this_machine(parts.hostname or "")
    return (parts.scheme == "https" or is_near) and " " not in url and url.isascii()


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
