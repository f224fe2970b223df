"""What command is told, word for word: made of closed lists alone, so that no answer, no result
and no free word can ever get into it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from models.vocabulary import CommandAsk, Ground

LONGEST = timedelta(days=180)
TO_MOST = 200
WITH_DAY = (CommandAsk.WEAPONS, CommandAsk.RELIEVE, CommandAsk.LIGHT_DUTY)


def _(text: str) -> str:
    """Marks words for translators; in which language they are told is chosen in the form."""
    return text


ABOUT = _("This notice is about {name}, service number {number}.")
ABOUT_NAME = _("This notice is about {name}.")
GROUNDS: dict[Ground, str] = {
    Ground.HARM_SELF: _("It is given to prevent serious harm to this person."),
    Ground.HARM_OTHERS: _("It is given to prevent serious harm to other people."),
    Ground.HARM_MISSION: _("It is given to prevent serious harm to the mission."),
    Ground.INPATIENT: _("This person is staying in a hospital or clinic."),
    Ground.ACUTE: _("For health reasons this person cannot do all of their duty now."),
    Ground.SUBSTANCE: _("This person has entered a programme that the rules name."),
    Ground.DIRECTED: _("The examination that command had directed has taken place."),
    Ground.SPECIAL_DUTY: _("This person has a special duty that they cannot do now."),
    Ground.OTHER: _("The clinic lead has decided that this has to be told."),
}
ASKS: dict[CommandAsk, str] = {
    CommandAsk.WEAPONS: _("Please keep weapons away from this person."),
    CommandAsk.RELIEVE: _("Please relieve this person of duty."),
    CommandAsk.LIGHT_DUTY: _("Please give this person light duty only."),
    CommandAsk.APPOINTMENTS: _("Please let this person go to every appointment."),
    CommandAsk.ACCOMPANY: _("Please do not leave this person alone."),
    CommandAsk.BRING: _("Please have this person brought to the clinic now."),
    CommandAsk.CONTACT: _("Please call the clinic."),
}
UNTIL = _("This holds until {day}, unless the clinic tells you otherwise.")
NO_MORE = _("This is all that may be told. Please treat it in confidence.")


@dataclass(frozen=True, slots=True)
class Speech:
    """A language: how a sentence of ours and a day are said in it."""

    language: str
    say: Callable[[str], str]
    day: Callable[[date], str]


@dataclass(frozen=True, slots=True)
class Told:
    """What was chosen. `to` and `channel` are kept and are no part of what is told."""

    ground: str
    asks: tuple[str, ...]
    until_day: date | None
    to: str
    channel: str


def compose(told: Told, *, name: str, number: str, speech: Speech) -> list[str]:
    """Every sentence, in order. What was chosen is sound: see `services.command_notices`."""
    about = ABOUT if number else ABOUT_NAME
    asked = [ASKS[each] for each in CommandAsk if each in told.asks]
    sentences: Sequence[str] = (about, GROUNDS[Ground(told.ground)], *asked)
    until = [UNTIL] if told.until_day is not None else []
    day = speech.day(told.until_day) if told.until_day is not None else ""
    return [
        speech.say(each).format(name=name, number=number, day=day)
        for each in (*sentences, *until, NO_MORE)
    ]
