"""The words of letters. Neutral: no name, no reason, nothing a stranger could learn from."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from models.vocabulary import LetterKind
from welfare.gateways.mail import Letter

Translate = Callable[[str], str]

# Subject and body by kind; a text message has the subject of its letter. Extracted for
# translation as they stand here.
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
    LetterKind.TOLD: (
        "There is something for you in {site}",
        "There is something for you to see in {site}.\nPlease sign in and look at it: {address}\n",
    ),
    LetterKind.INVITATION: (
        "Your way into {site}",
        "With this link you choose a password for {site}:\n{link}\n\n"
        "It works once and for a short time. Please do not pass it on.\n"
        "If you do not expect this, open the link and choose “This is not me”.\n",
    ),
    LetterKind.TASK: (
        "Something waits for you in {site}",
        "Something in {site} waits for you, or has come back to you.\n"
        "Please sign in and look at it: {address}\n",
    ),
    LetterKind.APPOINTMENT: (
        "Appointment ({site})",
        "You have an appointment soon.\n"
        "If you can sign in to {site}, you see there when and how: {address}\n",
    ),
    LetterKind.NOTICE: (
        "Please look into {site}",
        "A link that you made in {site} was not used by its owner.\n"
        "Please sign in and look at it: {address}\n",
    ),
}


def _(text: str) -> str:
    """Marks words for translators; which language it is, is known when the letter is written."""
    return text


REMINDER_SUBJECT = _("You have a message in {site}")
REMINDER = _(
    "A message is waiting for you in {site}.\nPlease open it here:\n{link}\n\n"
    "The link is for you alone. It works once and for a limited time.\n"
    "If this letter is not for you, open the link and choose “This is not me”.\n"
)
REMINDER_TO_SIGN_IN = _(
    "A message is waiting for you in {site}.\nPlease sign in and read it: {address}\n"
)
DOMAIN = "welfare.invalid"
MESSAGE_ID = re.compile(
    rf"<?([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})@{re.escape(DOMAIN)}>?"
)


def letter_id_in(message_id: str) -> UUID | None:
    """Which letter of ours has this Message-ID; None for anybody else's."""
    found = MESSAGE_ID.fullmatch(message_id.strip())
    return UUID(found.group(1)) if found else None


def _message_id(letter_id: UUID) -> str:
    return f"<{letter_id}@{DOMAIN}>"


@dataclass(frozen=True, slots=True)
class Stationery:
    """What every letter of this site has: its name, its address, its language.

    `languages`: those that the site offers, each with its translation.
    """

    site: str
    address: str
    translate: Translate
    languages: Mapping[str, Translate] = field(default_factory=dict)

    def compose(
        self,
        *,
        letter_id: UUID,
        kind: LetterKind,
        to: str,
        link_path: str = "",
        language: str = "",
    ) -> Letter:
        """`link_path`: where an invitation leads to, below the site's address. `language`: the
        reader's own, where the site offers it; else the site's."""
        translate = self.languages.get(language, self.translate)
        link = f"{self.address.rstrip('/')}{link_path}"
        subject, body = (
            translate(text).format(site=self.site, address=self.address, link=link)
            for text in WORDS[kind]
        )
        return Letter(to, subject, body, message_id=_message_id(letter_id))

    def subject_of(self, kind: LetterKind) -> str:
        """The one neutral sentence that fits on a locked screen too."""
        subject, _body = WORDS[kind]
        return self.translate(subject).format(site=self.site)

    def remind(self, *, letter_id: UUID, to: str, language: str, link_path: str) -> Letter:
        """In the reader's own language where the site offers it. `link_path`: made with
        `{language}` in it; empty where they sign in by themselves."""
        offered = language if language in self.languages else next(iter(self.languages), "en")
        translate = self.languages.get(offered, self.translate)
        words = REMINDER if link_path else REMINDER_TO_SIGN_IN
        link = self.address.rstrip("/") + link_path.format(language=offered)
        subject, body = (
            translate(text).format(site=self.site, address=self.address, link=link)
            for text in (REMINDER_SUBJECT, words)
        )
        return Letter(to, subject, body, message_id=_message_id(letter_id))
