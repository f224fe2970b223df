"""The settings as one value that nobody changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from welfare.config.forms import address_of, languages_of, problems_of
from welfare.config.sources import Gathered, gather

METRICS_PORT = 9108


class Environment(StrEnum):
    """A trial may do what must never happen around real people's records."""

    PRODUCTION = "production"
    TRIAL = "trial"


class LogForm(StrEnum):
    JSON = "json"
    TEXT = "text"


class SettingsWrong(Exception):
    """One sentence per setting that cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """`proxy` is the address of the one proxy whose word about a visitor's address is trusted.
    `plain_http` is for trying out on one machine: cookies then travel without TLS.
    `metrics_port` is 0 where nobody watches. Secrets are left out of what is shown."""

    environment: Environment
    database_url: str = field(repr=False)
    key_file: Path
    mail: str
    mail_password: str = field(repr=False)
    mail_from: str
    alarm_webhook: str = field(repr=False)
    nudge_webhook: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    site_name: str
    site_url: str
    languages: tuple[str, ...]
    programme: str
    host: str
    port: int
    metrics_port: int
    plain_http: bool
    proxy: str
    backup_dir: Path
    backup_to: str
    backup_keys_days: int
    log: LogForm

    @property
    def is_production(self) -> bool:
        return self.environment is Environment.PRODUCTION

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> "Settings":
        """Raises SettingsWrong, naming every setting that is wrong or unknown."""
        return cls.of(gather(environ))

    @classmethod
    def of(cls, gathered: Gathered) -> "Settings":
        given = gathered.values
        problems = gathered.problems + problems_of(given)
        if problems:
            raise SettingsWrong("\n".join(problem.words for problem in problems))
        environment = Environment(given["ENVIRONMENT"])
        by_production = environment is Environment.PRODUCTION
        return cls(
            environment=environment,
            database_url=address_of(given),
            key_file=Path(given["KEY_FILE"]),
            mail=given["MAIL"],
            mail_password=given["MAIL_PASSWORD"],
            mail_from=given["MAIL_FROM"],
            alarm_webhook=given["ALARM_WEBHOOK"],
            nudge_webhook=given["NUDGE_WEBHOOK"],
            webhook_secret=given["WEBHOOK_SECRET"],
            site_name=given["SITE_NAME"],
            site_url=given["SITE_URL"],
            languages=languages_of(given),
            programme=given["PROGRAMME"],
            host=given["HOST"],
            port=int(given["PORT"]),
            metrics_port=int(given["METRICS_PORT"] or (METRICS_PORT if by_production else 0)),
            plain_http=given["PLAIN_HTTP"] == "yes",
            proxy=given["PROXY"],
            backup_dir=Path(given["BACKUP_DIR"]),
            backup_to=given["BACKUP_TO"],
            backup_keys_days=int(given["BACKUP_KEYS_DAYS"]),
            log=LogForm(given["LOG"] or (LogForm.JSON if by_production else LogForm.TEXT)),
        )
