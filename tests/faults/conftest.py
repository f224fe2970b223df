"""Commands as an operator types them, for drills."""

from tests.cli.backups.conftest import vault as vault
from tests.cli.conftest import env as env
from tests.cli.conftest import key_file as key_file
from tests.cli.conftest import run as run
from tests.empty_sites import empty_url as empty_url
