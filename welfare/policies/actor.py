"""Who is asking. A plain value, so that policies need neither a request nor a database."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from models.base import new_key
from models.tables.places import after
from models.vocabulary import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One person acting in one active Post: a role, in a unit and all below it.

    Without a role (a stranger, an ended Post) nothing is granted. `window_id`: they came by a
    link that opens this window and nothing else. `at`: when they ask; what is open for some hours
    is not open to an actor without it.
    """

    account_id: UUID
    person_id: UUID
    role: Role | None = None
    unit_path: str = ""
    request_id: UUID = field(default_factory=new_key)
    window_id: UUID | None = None
    at: datetime | None = field(default=None, compare=False)

    @property
    def path_range(self) -> tuple[str, str]:
        """First path inside the actor's units, first path behind them."""
        return (self.unit_path, after(self.unit_path)) if self.unit_path else ("", "")

    def leads_to(self, path: str) -> bool:
        """Is a unit with this path inside the actor's units?"""
        return bool(self.unit_path) and path.startswith(self.unit_path)


@dataclass(frozen=True, slots=True)
class Machine:
    """A command or a job: signs the trail without an account or a role."""

    request_id: UUID = field(default_factory=new_key)
    account_id: UUID | None = None
    role: Role | None = None


NOBODY = UUID(int=0)  # owns no record; in the trail it reads as "at the console"


def console(root_path: str) -> Actor:
    """The operator at the server's own command line: an administrator of one root unit."""
    return Actor(NOBODY, NOBODY, Role.ADMINISTRATOR, root_path)
