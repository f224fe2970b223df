"""Things that can go wrong in the house. Codes and parameters; the edge makes sentences of them."""

from collections.abc import Mapping


class WelfareError(Exception):
    """Base of every error we raise on purpose. Carries no personal value, ever."""


class AccessDenied(WelfareError):
    """This person may not do this to this record. Looks like RecordNotFound from outside."""


class RecordNotFound(WelfareError):
    """There is no such record."""


class MoveNotAllowed(WelfareError):
    """The record is not in a state in which this can be done."""


class ChangedMeanwhile(WelfareError):
    """Somebody else changed the record first."""


class AnswersRefused(WelfareError):
    """Answers that the questionnaire does not offer; `problems` names item and reason code."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{item}: {reason}" for item, reason in problems.items()))
        self.problems = dict(problems)


class SubmissionConflict(WelfareError):
    """Other answers were sent under the same id before. Both are kept."""


class InputRefused(WelfareError):
    """A form's values cannot be used; `problems` maps field to reason code."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(", ".join(f"{field}: {reason}" for field, reason in problems.items()))
        self.problems = dict(problems)


class NotOffered(WelfareError):
    """Nobody could answer a critical answer in time, so the questionnaire is not offered."""


class SignInRefused(WelfareError):
    """Wrong name or password, or too many tries. Says no more than that."""

    def __init__(self, *, wait_seconds: int = 0) -> None:
        super().__init__("sign-in refused")
        self.wait_seconds = wait_seconds
