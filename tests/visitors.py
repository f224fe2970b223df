"""A browser without script: keeps cookies, sends form tokens, may be signed in as an actor."""

import re
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from tests.factories import Factory
from welfare.policies.actor import Actor

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Visitor:
    def __init__(self, app: Flask, make: Factory, actor: Actor | None) -> None:
        self.client = app.test_client()
        if actor is not None:
            self.client.set_cookie("welfare", make.web_session(actor))

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.client.get(path, **more)

    def post(self, path: str, form: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        """Send a form with the token of the help page, which every browser can open."""
        return self.client.post(path, data={"csrf_token": self.token(), **(form or {})}, **more)

    def token(self) -> str:
        found = TOKEN.search(self.get("/en/sign-in").text) or TOKEN.search(
            self.get("/en/password").text
        )
        assert found, "no page with a form token"
        return found.group(1)
