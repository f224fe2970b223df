"""The form of each setting: what it must look like before it means anything."""

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from models.programmes import load
from models.vocabulary import Language
from welfare.config.sources import PREFIX, Problem
from welfare.gateways.mail import Safety, is_address, post_office
from welfare.gateways.offline_seal import IDENTITY_MARK, OfflineSealProblem, recipients
from welfare.gateways.webhook import is_webhook

HIGHEST_PORT = 65535
MOST_DAYS = 365  # a key backup is short-lived, see `welfare backup create`
DRIVERS = ("sqlite", "postgresql+psycopg")  # other drivers are not installed
MAIL_FORM = (
    "WELFARE_MAIL must be file:FOLDER, smtp://HOST:PORT, smtp+starttls://USER@HOST:PORT "
    "or smtps://USER@HOST:PORT, without a password in it."
)
WRONG_HALF = (
    "is the secret half of a pair, which must never be on this machine. Set the public half "
    "(age1...), best of a new pair."
)
WEBHOOKS = ("ALARM_WEBHOOK", "NUDGE_WEBHOOK")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "ENVIRONMENT": ("production", "trial"),
    "PLAIN_HTTP": ("yes", "no"),
    "LOG": ("json", "text", ""),
}


def problems_of(given: Mapping[str, str]) -> list[Problem]:
    """Every setting that cannot be used, whatever the others are."""
    return [problem for check in CHECKS for problem in check(given)]


def address_of(given: Mapping[str, str]) -> str:
    """The database's address with its password, wherever that came from."""
    if not given["DATABASE_PASSWORD"]:
        return given["DATABASE_URL"]
    url = make_url(given["DATABASE_URL"]).set(password=given["DATABASE_PASSWORD"])
    return url.render_as_string(hide_password=False)


def languages_of(given: Mapping[str, str]) -> tuple[str, ...]:
    """What is on offer, in the order of the setting."""
    return tuple(filter(None, (name.strip() for name in given["LANGUAGES"].split(","))))


def _check_database(given: Mapping[str, str]) -> list[Problem]:
    try:
        url = make_url(given["DATABASE_URL"])
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        url = None
    if url is None or url.drivername not in DRIVERS:
        return _said("DATABASE_URL", "must start with sqlite:/// or postgresql+psycopg://.")
    if url.database in (None, "", ":memory:"):
        return _said("DATABASE_URL", "must name a file or a database.")
    return _check_password(url) if given["DATABASE_PASSWORD"] else []


def _check_password(url: URL) -> list[Problem]:
    """There is one apart from the address: then the address must want it."""
    if url.password or "password" in url.query:
        return _said("DATABASE_PASSWORD", "is set, but WELFARE_DATABASE_URL holds a password too.")
    if not url.username:
        return _said("DATABASE_PASSWORD", "is set, but WELFARE_DATABASE_URL names no user.")
    return []


def _check_mail(given: Mapping[str, str]) -> list[Problem]:
    where = given["MAIL"]
    is_folder = where.startswith("file:") and where.removeprefix("file:").strip()
    problems = _check_lone_password(given, "") if is_folder else _check_post_office(given)
    if not is_address(given["MAIL_FROM"]):
        problems += _said("MAIL_FROM", "must be one mail address, such as welfare@example.org.")
    return problems


def _check_post_office(given: Mapping[str, str]) -> list[Problem]:
    """A name travels only with a password, and both only over TLS."""
    office = post_office(given["MAIL"])
    if office is None or (office.user and office.safety is Safety.NONE):
        return [Problem("MAIL", MAIL_FORM)]
    if office.user and not given["MAIL_PASSWORD"]:
        return _said("MAIL_PASSWORD", "is missing: WELFARE_MAIL names a user.")
    return _check_lone_password(given, office.user)


def _check_lone_password(given: Mapping[str, str], user: str) -> list[Problem]:
    if given["MAIL_PASSWORD"] and not user:
        return _said("MAIL_PASSWORD", "is set, but WELFARE_MAIL names no user.")
    return []


def _check_ports(given: Mapping[str, str]) -> list[Problem]:
    port, metrics = given["PORT"], given["METRICS_PORT"]
    problems = []
    if not _is_port(port):
        problems += _said("PORT", f"must be a number from 1 to {HIGHEST_PORT}.")
    if metrics not in ("", "0") and not _is_port(metrics):
        problems += _said("METRICS_PORT", f"must be a number from 1 to {HIGHEST_PORT}, or 0.")
    elif metrics and metrics == port:
        problems += _said("METRICS_PORT", "must not be the port of the pages.")
    return problems


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text) <= HIGHEST_PORT


def _check_programme(given: Mapping[str, str]) -> list[Problem]:
    try:
        load(given["PROGRAMME"])
    except FileNotFoundError:
        return _said("PROGRAMME", "is not a programme that this version brings.")
    return []


def _check_languages(given: Mapping[str, str]) -> list[Problem]:
    asked, known = languages_of(given), {language.value for language in Language}
    if not asked or len(set(asked)) < len(asked) or not known.issuperset(asked):
        return _said("LANGUAGES", f"must name some of {', '.join(sorted(known))}, each once.")
    return []


def _check_proxy(given: Mapping[str, str]) -> list[Problem]:
    try:
        if given["PROXY"]:
            ip_address(given["PROXY"])
    except ValueError:
        return _said("PROXY", "must be the proxy's IP address, or empty.")
    return []


def _check_backups(given: Mapping[str, str]) -> list[Problem]:
    days, problems = given["BACKUP_KEYS_DAYS"], []
    if not (days.isascii() and days.isdecimal() and 0 < int(days) <= MOST_DAYS):
        problems += _said("BACKUP_KEYS_DAYS", f"must be a number from 1 to {MOST_DAYS}.")
    if IDENTITY_MARK.casefold() in given["BACKUP_TO"].casefold():
        return problems + _said("BACKUP_TO", WRONG_HALF)
    try:
        recipients(given["BACKUP_TO"])
    except OfflineSealProblem:
        problems += _said("BACKUP_TO", "must hold public keys (age1...), separated by commas.")
    return problems


def _check_choices(given: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(name, f"{PREFIX}{name} must be {' or '.join(filter(None, choices))}.")
        for name, choices in CHOICES.items()
        if given[name] not in choices
    ]


def _check_site_url(given: Mapping[str, str]) -> list[Problem]:
    """It stands in letters and pages: whatever is in it, everybody reads."""
    try:
        parts = urlsplit(given["SITE_URL"])
        is_usable = bool(parts.hostname) and parts.port != 0  # ValueError: what is no port
    except ValueError:
        is_usable = False
    if not is_usable or parts.scheme not in ("http", "https"):
        return _said("SITE_URL", "must be http://HOST/ or https://HOST/.")
    if "@" in parts.netloc or parts.query or parts.fragment:
        return _said("SITE_URL", "must hold no user, no password, and no ? or #: all can read it.")
    return []


def _check_webhooks(given: Mapping[str, str]) -> list[Problem]:
    problems = []
    for name in WEBHOOKS:
        if given[name] and not is_webhook(given[name]):
            problems += _said(name, "must be https://HOST/..., without a user or a # in it.")
    if given["WEBHOOK_SECRET"] and not any(given[name] for name in WEBHOOKS):
        problems += _said("WEBHOOK_SECRET", "is set, but there is no webhook that it signs for.")
    return problems


def _check_words(given: Mapping[str, str]) -> list[Problem]:
    problems = []
    for name in ("KEY_FILE", "SITE_NAME", "HOST", "BACKUP_DIR"):
        if not given[name].strip():
            problems += _said(name, "must not be empty.")
    if not given["SITE_NAME"].isprintable():  # it stands in the subject of letters
        problems += _said("SITE_NAME", "must be one line of text.")
    return problems


def _said(name: str, words: str) -> list[Problem]:
    return [Problem(name, f"{PREFIX}{name} {words}")]


CHECKS = (
    _check_backups,
    _check_choices,
    _check_database,
    _check_languages,
    _check_mail,
    _check_ports,
    _check_programme,
    _check_proxy,
    _check_site_url,
    _check_webhooks,
    _check_words,
)
