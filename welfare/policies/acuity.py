"""What somebody told of how pressing a critical answer is, in three short answers."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from models import vault
from models.sealing import Ciphertext
from models.tables.care import Alert

SIZE = 256  # of all of them, so that the length says nothing
SOON, PLANNED, UNSAID = range(3)


@dataclass(frozen=True, slots=True)
class Acuity:
    """None: not asked, or skipped. `today`: it is about today. `how`: they have thought about how.
    `reach`: something they would use is within reach."""

    today: bool | None = None
    how: bool | None = None
    reach: bool | None = None

    @property
    def is_told(self) -> bool:
        return any(each is not None for each in (self.today, self.how, self.reach))

    @property
    def rank(self) -> int:
        """The smaller the sooner. A “no” never puts anybody behind those who said nothing."""
        if self.today or self.reach:
            return SOON
        return PLANNED if self.how else UNSAID

    def after(self, earlier: "Acuity") -> "Acuity":
        """The latest answer to each question counts; skipping one takes nothing back."""
        return Acuity(
            today=earlier.today if self.today is None else self.today,
            how=earlier.how if self.how is None else self.how,
            reach=earlier.reach if self.reach is None else self.reach,
        )


NOTHING = Acuity()


def told_of(key: bytes, alert: Alert) -> Acuity:
    content = vault.opened(key, alert, "acuity")
    return NOTHING if content is None else Acuity(**content)


def sealed(key: bytes, alert: Alert, told: Acuity) -> Ciphertext:
    return vault.sealed(key, alert, "acuity", asdict(told), size=SIZE)


def most_pressing(told: Iterable[Acuity]) -> Acuity:
    """Of somebody with several open alerts."""
    return min(told, key=lambda each: each.rank, default=NOTHING)
