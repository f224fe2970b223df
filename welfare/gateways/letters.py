"""The words of letters. Neutral: no name, no reason, nothing a stranger could learn from."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from models.vocabulary import LetterKind
from welfare.gateways.mail import Letter

Translate = Callable[[str], str]

# Subject and body by kind. Extracted for translation as they stand here.
WORDS = {
    LetterKind.NUDGE: (
        "You have a message in {site}",
        "A message is waiting for you in {site}.\n"
        "Please sign in and read it now: {address}\n\n"
        "You are asked again until you have opened it.\n",
    ),
    LetterKind.ESCALATION: (
        "A message in {site} has been passed to you",
        "A message in {site} has waited too long and is now yours.\n"
        "Please sign in and read it now: {address}\n",
    ),
    LetterKind.INVITATION: (
        "Your way into {site}",
        "With this link you choose a password for {site}:\n{link}\n\n"
        "It works once and for a short time. Please do not pass it on.\n"
        "If you do not expect this, open the link and choose “This is not me”.\n",
    ),
    LetterKind.NOTICE: (
        "Please look into {site}",
        "A link that you made in {site} was not used by its owner.\n"
        "Please sign in and look at it: {address}\n",
    ),
}


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every letter of this site has: its name, its address, its language."""

    site: str
    address: str
    translate: Translate

    def compose(self, *, letter_id: UUID, kind: LetterKind, to: str, link_path: str = "") -> Letter:
        """`link_path`: where an invitation leads to, below the site's address."""
        link = f"{self.address.rstrip('/')}{link_path}"
        subject, body = (
            self.translate(text).format(site=self.site, address=self.address, link=link)
            for text in WORDS[kind]
        )
        return Letter(to, subject, body, message_id=f"<{letter_id}@welfare.invalid>")
