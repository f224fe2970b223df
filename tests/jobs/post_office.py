"""A post office for tests: keeps every letter, is closed when it should be, or is struck dead."""

from welfare.gateways.letters import Stationery
from welfare.gateways.mail import Letter, MailNotSent

STATIONERY = Stationery("Harbour", "https://harbour.example/", translate=str)


class Struck(BaseException):
    """Stands for the process being killed at this very moment."""


class PostOffice:
    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self.tried: list[Letter] = []
        self.is_open = True
        self.dies_after_sending = False

    def send(self, letter: Letter) -> None:
        self.tried.append(letter)
        if not self.is_open:
            raise MailNotSent("closed")
        self.letters.append(letter)
        if self.dies_after_sending:
            raise Struck
