"""Where settings come from: the environment, files that hold one secret each, or the defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from models.sealing import SecretUnusable, read_secret

PREFIX = "WELFARE_"
FILE_SUFFIX = "_FILE"
DEFAULTS: Mapping[str, str] = {
    "ENVIRONMENT": "production",
    "DATABASE_URL": "sqlite:///var/data/welfare.db",
    "DATABASE_PASSWORD": "",
    "KEY_FILE": "var/keys/welfare.key",
    "MAIL": "file:var/outbox",
    "MAIL_PASSWORD": "",
    "MAIL_FROM": "welfare@localhost",
    "ALARM_WEBHOOK": "",  # told when letters wait, jobs stand still or nobody is on duty
    "NUDGE_WEBHOOK": "",  # told of each nudge, for text messages
    "WEBHOOK_SECRET": "",  # signs what both are told
    "SITE_NAME": "Welfare",
    "SITE_URL": "http://127.0.0.1:8000/",
    "LANGUAGES": "en,fr",  # the first one is the site's own
    "PROGRAMME": "un-contingent",
    "HOST": "127.0.0.1",
    "PORT": "8000",
    "METRICS_PORT": "",  # 9108 in production, none on trial
    "PLAIN_HTTP": "no",
    "PROXY": "",
    "BACKUP_DIR": "var/backups",
    "BACKUP_TO": "",  # without a public key there are no backups
    "BACKUP_KEYS_DAYS": "30",
    "LOG": "",  # json in production, text on trial
}
# Never shown; each may stand in a file of its own, named by WELFARE_..._FILE.
SECRETS = (
    "DATABASE_URL",
    "DATABASE_PASSWORD",
    "MAIL_PASSWORD",
    "ALARM_WEBHOOK",  # whoever knows such an address may often use it
    "NUDGE_WEBHOOK",
    "WEBHOOK_SECRET",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """A setting that cannot be used, and one sentence that says why without its value."""

    name: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Gathered:
    """Every setting's text, where each came from, and what was wrong on the way."""

    values: dict[str, str]
    sources: dict[str, str]
    problems: list[Problem]


def gather(environ: Mapping[str, str]) -> Gathered:
    """Reads nothing but the environment and the files that it names."""
    found = Gathered({}, {}, _unknown(environ))
    for name, default in DEFAULTS.items():
        given = environ.get(PREFIX + name)
        found.values[name] = default if given is None else given
        found.sources[name] = "default" if given is None else "environment"
    for name in SECRETS:
        if PREFIX + name + FILE_SUFFIX in environ:
            _take_file(found, name, environ)
    return found


def _unknown(environ: Mapping[str, str]) -> list[Problem]:
    known = {*DEFAULTS, *(name + FILE_SUFFIX for name in SECRETS)}
    return [
        Problem(name.removeprefix(PREFIX), f"{name} is not a setting of this program.")
        for name in sorted(environ)
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known
    ]


def _take_file(found: Gathered, name: str, environ: Mapping[str, str]) -> None:
    full = PREFIX + name
    if full in environ:
        found.problems.append(
            Problem(name, f"{full} and {full}{FILE_SUFFIX} are both set. Keep one of them.")
        )
        return
    path = Path(environ[full + FILE_SUFFIX])
    found.sources[name] = "file"  # without its name, which may be the secret by mistake
    try:
        found.values[name] = read_secret(path, environ=environ)
        found.sources[name] = f"file {path}"
    except SecretUnusable as wrong:
        found.problems.append(Problem(name, f"{full}{FILE_SUFFIX} {wrong}"))
