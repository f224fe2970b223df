"""What is said of a programme that cannot be used: which file, which key, what is wrong."""

from typing import Any, Self


class Said(str):
    """A sentence about a programme that still knows what it was made of, to be translated."""

    template: str
    given: dict[str, Any]

    def __new__(cls, template: str, **given: Any) -> Self:
        said = super().__new__(cls, template.format(**given))
        said.template, said.given = template, given
        return said


class ProgrammeRefused(ValueError):
    """A programme's file says something that is not known or cannot be meant."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(": ".join(part for part in (file, key, problem) if part))
        self.file = file
        self.key = key
        self.problem = problem
