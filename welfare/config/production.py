"""What is refused, and what is warned of, where real people's records are kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from sqlalchemy import URL, make_url

from welfare.config.settings import Settings
from welfare.gateways.mail import Safety, post_office

SHORTEST_PASSWORD = 12
# With "12" or "!" behind it, or in capitals, each is as weak.
WEAK = ("admin", "changeme", "database", "password", "postgres", "qwerty", "secret", "welfare")


class Verdict(StrEnum):
    WELL = "well"
    WARNING = "warning"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Finding:
    """About one setting, in one sentence without its value."""

    name: str
    verdict: Verdict
    words: str


def findings(settings: Settings) -> tuple[Finding, ...]:
    """What this machine's operator must or should change. `serve` stops at a refusal."""
    if not settings.is_production:
        words = "A trial: weak settings are allowed. Keep no real person's answers here."
        return (Finding("ENVIRONMENT", Verdict.WARNING, words),)
    return tuple(found for look in LOOKS for found in look(settings))


def _pages(settings: Settings) -> Iterator[Finding]:
    if settings.plain_http:
        yield _refused("PLAIN_HTTP", "Cookies would travel without TLS. Set it to no.")
    where = urlsplit(settings.site_url)
    if where.scheme != "https":
        yield _refused("SITE_URL", "It must begin with https://, the address that people use.")
    elif _is_this_machine(where.hostname or ""):
        yield _refused("SITE_URL", "It names this machine alone. Use the name that people use.")
    if settings.host in ("0.0.0.0", "::", "") and not settings.proxy:  # noqa: S104 - compared
        yield _warned("HOST", "Everybody in the network reaches the pages past a proxy.")


def _database(settings: Settings) -> Iterator[Finding]:
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" or not _over_network(url):
        return
    password = str(url.password or url.query.get("password") or "")
    if not password:
        yield _refused("DATABASE_PASSWORD", "The database is reached by network with no password.")
    elif _is_weak(password, url):
        yield _refused("DATABASE_PASSWORD", "It can be guessed. Take 12 or more random signs.")


def _mail(settings: Settings) -> Iterator[Finding]:
    office = post_office(settings.mail)
    if office is None:
        yield _warned("MAIL", "Letters only drop into a folder. Nobody is told of anything.")
        return
    if office.safety is Safety.NONE and not _is_this_machine(office.host):
        yield _warned("MAIL", "Letters travel without TLS. Use smtp+starttls:// or smtps://.")
    if settings.mail_from.endswith("@localhost"):
        yield _warned("MAIL_FROM", "Mail servers refuse letters from localhost.")


def _watching(settings: Settings) -> Iterator[Finding]:
    if not settings.metrics_port:
        yield _warned("METRICS_PORT", "Nobody can see from outside whether the site is well.")


def _over_network(url: URL) -> bool:
    host = url.host or url.query.get("host") or ""
    return bool(host) and not str(host).startswith("/")


def _is_weak(password: str, url: URL) -> bool:
    plain = password.casefold().strip("0123456789!.?*-_ ")
    known = {*WEAK, "", *(str(part).casefold() for part in (url.username, url.database, url.host))}
    return (
        len(password) < SHORTEST_PASSWORD
        or plain in known
        or password.casefold() in known
        or len(set(password)) < SHORTEST_PASSWORD // 2
    )


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refused(name: str, words: str) -> Finding:
    return Finding(name, Verdict.REFUSED, words)


def _warned(name: str, words: str) -> Finding:
    return Finding(name, Verdict.WARNING, words)


LOOKS = (_pages, _database, _mail, _watching)
