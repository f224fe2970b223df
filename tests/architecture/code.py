"""The product's own code as text and as syntax trees, for tests that read all of it."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FLOORS = ("models", "welfare", "analytics")
ROOMS = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
# Not part of the product, but read as often: tests, and what measures its speed.
BESIDE = sorted(
    path for folder in ("tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")
)
TEMPLATES = sorted((ROOT / "welfare" / "web" / "templates").rglob("*.html"))


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree(room: Path) -> ast.Module:
    return ast.parse(room.read_text())


def calls(room: Path) -> Iterator[tuple[str, ast.Call]]:
    """Every call in a room with the dotted name that is called, such as "session.execute"."""
    for node in ast.walk(tree(room)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
