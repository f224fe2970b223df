"""The programmes that this product brings: the newest of each, and earlier versions beside it.

`<code>.toml` is the newest version. To change a programme, its file is first moved, unchanged, to
`earlier/<code>.<version>.toml`; what was planned or answered under a version is then read by it.
"""

from functools import cache
from pathlib import Path

from models.programmes.definition import Programme
from models.programmes.reading import CODE, NAME, read
from models.programmes.refusal import ProgrammeRefused

PRESETS = Path(__file__).parent


@cache
def codes(shelf: Path = PRESETS) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in shelf.glob("*.toml")))


@cache
def load(code: str, shelf: Path = PRESETS) -> Programme:
    """The newest version of a programme. Raises FileNotFoundError for a code without a file."""
    if not CODE.fullmatch(code):
        raise FileNotFoundError(f"no programme {code}")
    return _checked(shelf / f"{code}.toml", code)


@cache
def load_named(name: str, shelf: Path = PRESETS) -> Programme:
    """Exactly the version that a window or a result names, such as "un-contingent/1".

    Raises FileNotFoundError for a version that is not held.
    """
    found = NAME.fullmatch(name)
    if found is None:
        raise FileNotFoundError(f"no programme {name}")
    code, version = name.split("/")
    newest = load(code, shelf)
    if newest.version == version:
        return newest
    file = shelf / "earlier" / f"{code}.{version}.toml"
    earlier = _checked(file, code)
    if earlier.version != version or int(version) > int(newest.version):
        raise ProgrammeRefused(file.name, "version", f"must be {version}, before {newest.version}")
    return earlier


def _checked(file: Path, code: str) -> Programme:
    programme = read(file.read_text(encoding="utf-8"), file=file.name)
    if programme.code != code:
        raise ProgrammeRefused(file.name, "code", f"must be {code}, as the file is called")
    return programme


@cache
def asked_by(name: str, code: str) -> Programme:
    """What a window was planned under, in that version, with the window's own questionnaires."""
    return load_named(name).for_window(code)
