"""How an export writes values down: words, days and moments as ISO 8601 has them."""

from typing import Any

Shown = dict[str, Any]


def fields(rows: Any, names: str) -> list[Shown]:
    return [{name: text(getattr(row, name)) for name in names.split()} for row in rows]


def text(value: Any) -> str | None:
    if value is None:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
