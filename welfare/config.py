"""Settings, read once from the environment. A wrong value stops the start and says which."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from models.programmes import load
from welfare.gateways.mail import is_address

PREFIX = "WELFARE_"
HIGHEST_PORT = 65535
DRIVERS = ("sqlite", "postgresql+psycopg")  # other drivers are not installed
MAIL_FORM = "WELFARE_MAIL must be file:FOLDER or smtp://HOST:PORT."
DEFAULTS: Mapping[str, str] = {
    "DATABASE_URL": "sqlite:///var/welfare.db",
    "KEY_FILE": "var/keys/welfare.key",
    "MAIL": "file:var/outbox",
    "MAIL_FROM": "welfare@localhost",
    "SITE_NAME": "Welfare",
    "SITE_URL": "http://127.0.0.1:8000/",
    "PROGRAMME": "un-contingent",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "PLAIN_HTTP": "no",
    "PROXY": "",
}


class SettingsWrong(Exception):
    """One sentence per setting that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`proxy` is the address of the one proxy whose word about a visitor's address is trusted.
    `plain_http` is for trying out on one machine: cookies then travel without TLS."""

    database_url: str
    key_file: Path
    mail: str
    mail_from: str
    site_name: str
    site_url: str
    programme: str
    host: str
    port: int
    plain_http: bool
    proxy: str

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises SettingsWrong, naming every setting that is wrong or unknown."""
        given = {name: environ.get(PREFIX + name, default) for name, default in DEFAULTS.items()}
        unknown = [
            name
            for name in environ
            if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in DEFAULTS
        ]
        problems = [f"{name} is not a setting of this program." for name in sorted(unknown)]
        problems += [problem for check in CHECKS for problem in check(given)]
        if problems:
            raise SettingsWrong("\n".join(problems))
        return cls(
            database_url=given["DATABASE_URL"],
            key_file=Path(given["KEY_FILE"]),
            mail=given["MAIL"],
            mail_from=given["MAIL_FROM"],
            site_name=given["SITE_NAME"],
            site_url=given["SITE_URL"],
            programme=given["PROGRAMME"],
            host=given["HOST"],
            port=int(given["PORT"]),
            plain_http=given["PLAIN_HTTP"] == "yes",
            proxy=given["PROXY"],
        )


def _check_database(given: Mapping[str, str]) -> list[str]:
    try:
        url = make_url(given["DATABASE_URL"])
    except (ArgumentError, ValueError):  # ValueError: the port is not a number
        url = None
    if url is None or url.drivername not in DRIVERS:
        return ["WELFARE_DATABASE_URL must start with sqlite:/// or postgresql+psycopg://."]
    if url.database in (None, "", ":memory:"):
        return ["WELFARE_DATABASE_URL must name a file or a database."]
    return []


def _check_mail(given: Mapping[str, str]) -> list[str]:
    where = given["MAIL"]
    is_folder = where.startswith("file:") and where.removeprefix("file:").strip()
    problems = [] if is_folder or _is_mail_server(where) else [MAIL_FORM]
    if not is_address(given["MAIL_FROM"]):
        problems.append("WELFARE_MAIL_FROM must be one mail address, such as welfare@example.org.")
    return problems


def _is_mail_server(where: str) -> bool:
    """No name and password in it: we could not use them, so we do not take them."""
    try:
        parts = urlsplit(where)
        return (
            parts.scheme == "smtp"
            and bool(parts.hostname)
            and parts.port != 0  # asking for it raises ValueError for what is no port
            and "@" not in parts.netloc
            and parts.path in ("", "/")
        )
    except ValueError:
        return False


def _check_port(given: Mapping[str, str]) -> list[str]:
    port = given["PORT"]
    if port.isdecimal() and 0 < int(port) <= HIGHEST_PORT:
        return []
    return [f"WELFARE_PORT must be a number from 1 to {HIGHEST_PORT}."]


def _check_programme(given: Mapping[str, str]) -> list[str]:
    try:
        load(given["PROGRAMME"])
    except FileNotFoundError:
        return ["WELFARE_PROGRAMME is not a programme that this version brings."]
    return []


def _check_proxy(given: Mapping[str, str]) -> list[str]:
    try:
        if given["PROXY"]:
            ip_address(given["PROXY"])
    except ValueError:
        return ["WELFARE_PROXY must be the proxy's IP address, or empty."]
    return []


def _check_words(given: Mapping[str, str]) -> list[str]:
    problems = []
    if given["PLAIN_HTTP"] not in ("yes", "no"):
        problems.append("WELFARE_PLAIN_HTTP must be yes or no.")
    if not given["SITE_URL"].startswith(("http://", "https://")):
        problems.append("WELFARE_SITE_URL must start with http:// or https://.")
    problems += [
        f"{PREFIX}{name} must not be empty."
        for name in ("KEY_FILE", "SITE_NAME", "HOST")
        if not given[name].strip()
    ]
    if not given["SITE_NAME"].isprintable():  # it stands in the subject of letters
        problems.append("WELFARE_SITE_NAME must be one line of text.")
    return problems


CHECKS = (_check_database, _check_mail, _check_port, _check_programme, _check_proxy, _check_words)
