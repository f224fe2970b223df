"""What is said of a programme's file that cannot be used: which file, which key, what is wrong."""


class ProgrammeRefused(ValueError):
    """A programme's file says something that is not known or cannot be meant."""

    def __init__(self, file: str, key: str, problem: str) -> None:
        super().__init__(": ".join(part for part in (file, key, problem) if part))
        self.file = file
        self.key = key
        self.problem = problem
