"""What every page has around it: language, navigation, the help link, files with their digests."""

import gzip
import io
import json
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, Response, flash, g, get_flashed_messages, request, url_for
from flask_babel import Babel, LazyString
from flask_babel import lazy_gettext as _

from models.vocabulary import Role
from welfare.web import zones
from welfare.web.languages import current_language, direction, on_offer
from welfare.web.sign_in import current_sign_in
from welfare.web.watchdog import warnings_for
from welfare.web.wording import LANGUAGE_NAMES, ROLES, named

DIST = Path(__file__).parent / "static" / "dist"
SHORTEST_TO_PACK = 500
# Day, month in letters, year: no reader takes the day for the month.
DATES = {
    **Babel.default_date_formats,
    "date.long": "d MMMM y",
    "date.medium": "d MMM y",
    "datetime.long": "d MMMM y, HH:mm",
    "datetime.medium": "d MMM y, HH:mm",
}
Entry = tuple[LazyString, str]

NAVIGATION: dict[Role, tuple[Entry, ...]] = {
    Role.MEMBER: (
        (_("My questions"), "screenings.due"),
        (_("Messages"), "own_messages.show"),
        (_("My record"), "own_record.overview"),
    ),
    Role.CLINICIAN: (
        (_("Work-list"), "work_list.home"),
        (_("Appointments"), "appointments.home"),
        (_("Messages"), "messages.waiting"),
        (_("Referrals"), "referrals.index"),
        (_("Paper forms"), "paper.index"),
        (_("Programmes"), "programmes.index"),
    ),
    Role.CLINIC_LEAD: (
        (_("Work-list"), "work_list.home"),
        (_("Appointments"), "appointments.home"),
        (_("Messages"), "messages.waiting"),
        (_("Referrals"), "referrals.index"),
        (_("Paper forms"), "paper.index"),
        (_("Incidents"), "incidents.index"),
        (_("Releases"), "releases.index"),
        (_("Reviews"), "reviews.index"),
        (_("Questions"), "questions.index"),
        (_("Service"), "service.figures"),
        (_("Site"), "site.overview"),
    ),
    Role.PRIVACY_OFFICER: (
        (_("Releases"), "releases.index"),
        (_("Reviews"), "reviews.index"),
        (_("Questions"), "questions.index"),
    ),
    Role.COMMANDER: ((_("Figures"), "command.figures_page"),),
    Role.ADMINISTRATOR: ((_("Site"), "site.overview"), (_("Accounts"), "accounts.index")),
    Role.AUDITOR: ((_("Trail"), "trail.log"),),
    Role.WELFARE_OFFICER: (
        (_("Completion"), "completion.home"),
        (_("Readiness"), "completion.finished"),
        (_("Incidents"), "incidents.index"),
    ),
}
# Whoever came by a link has one window and nothing else.
BY_LINK: tuple[Entry, ...] = ((_("My questions"), "screenings.due"),)


def init_app(app: Flask, *, site_name: str) -> None:
    first = app.config["LANGUAGES"][0]
    _speak(app, first)
    manifest: dict[str, str] = json.loads((DIST / "manifest.json").read_text())

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = values.pop("lang", first) if values else _language_of(request.path) or first

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values.setdefault("lang", current_language())

    @app.context_processor
    def frame() -> dict[str, Any]:
        return {
            "asset": lambda name: url_for("static", filename=f"dist/{manifest[name]}"),
            "lang": current_language(),
            "languages": _languages(),
            "direction": direction(current_language()),
            "site_name": site_name,
            "home_url": url_for("account.home"),
            "help_url": url_for("support.help_now"),
            "notices": get_flashed_messages(with_categories=True),
            "named": named,
            "zone": zones.zone_name(),
            **_signed_in_frame(),
        }

    app.after_request(_pack)


def _speak(app: Flask, first: str) -> None:
    """In the reader's language, and by the clock of their place."""
    Babel(
        app,
        date_formats=DATES,
        locale_selector=current_language,
        timezone_selector=zones.current_zone,
        default_locale=first,
    )
    app.add_template_filter(zones.moment)


def compile_templates(app: Flask) -> None:
    """All of them before the first visitor, who would otherwise wait seconds for it."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def _language_of(path: str) -> str | None:
    """What is missing is said in the language of the address all the same."""
    begin = path.split("/")[1]
    return begin if begin in on_offer() else None


def _languages() -> list[tuple[str, str, str]]:
    """The other languages, each by its own name, with the address of this page in it.

    A page that answers a form has no address of its own, and a refusal must not tell whether there
    is a page: from there the switch leads home.
    """
    is_page = (
        request.method == "GET"
        and request.endpoint not in (None, "static", "root")
        and "is_refusal" not in g
    )
    endpoint, values = (
        (str(request.endpoint), request.view_args or {}) if is_page else ("account.home", {})
    )
    return [
        (language, LANGUAGE_NAMES[language], url_for(endpoint, **values, lang=language))
        for language in on_offer()
        if language != current_language()
    ]


def say(text: str, kind: str = "saved") -> None:
    """A notice on the next page, such as that something was saved; `kind`: how it looks."""
    flash(text, kind)


def _signed_in_frame() -> dict[str, Any]:
    who = current_sign_in() if "request_id" in g else None
    if who is None or who.actor.role is None:
        sign_out = url_for("account.sign_out") if who else None
        return {
            "nav": [],
            "actor_label": None,
            "sign_out_url": sign_out,
            "posts_url": url_for("account.posts") if who and who.has_other_posts else None,
            "account_url": None,
            "sign_in_url": url_for("account.sign_in") if who is None else None,
        }
    entries = BY_LINK if who.is_by_link else NAVIGATION[who.actor.role]
    return {
        "nav": [
            (label, url_for(endpoint), request.endpoint == endpoint) for label, endpoint in entries
        ],
        "actor_label": _actor_label(who.actor.role, who.unit_name),
        "staff_warnings": [] if who.is_by_link else warnings_for(who.actor),
        "account_url": None if who.is_by_link else url_for("account.overview"),
        "sign_out_url": url_for("account.sign_out"),
        "posts_url": url_for("account.posts") if who.has_other_posts else None,
    }


def _actor_label(role: Role, unit_name: str) -> str | None:
    """In what role staff act. A member's screen tells bystanders nothing about its owner."""
    return None if role is Role.MEMBER else f"{ROLES[role]}, {unit_name}"


def _pack(response: Response) -> Response:
    """Compress pages: a satellite link needs it. A name of random length in the gzip header
    blurs the size, so that what an attacker adds to a page cannot be measured in it."""
    is_page = response.mimetype == "text/html" and not response.direct_passthrough
    if not is_page or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return response
    plain = response.get_data()
    if len(plain) < SHORTEST_TO_PACK:
        return response
    packed = io.BytesIO()
    blur = "x" * (1 + secrets.randbelow(32))
    with gzip.GzipFile(filename=blur, mode="wb", compresslevel=9, fileobj=packed, mtime=0) as file:
        file.write(plain)
    response.set_data(packed.getvalue())
    response.headers["Content-Encoding"] = "gzip"
    response.headers.add("Vary", "Accept-Encoding")
    return response
