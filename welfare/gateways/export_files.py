"""The archive of an export: JSON for programs, one page for people, readable without anything."""

import io
import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

JSON_NAME, PAGE_NAME = "record.json", "record.html"
STYLE = (
    "body{font-family:sans-serif;line-height:1.5;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "dl{display:grid;grid-template-columns:minmax(8rem,16rem) 1fr;gap:.25rem 1rem;margin:0}"
    "dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere}"
    "section{border-top:1px solid #888;padding:.5rem 0}"
    "@media(max-width:40rem){dl{display:block}dd{margin:0 0 .5rem}}"
)
INTRODUCTION = (
    "This page holds everything that the welfare system keeps about one person. "
    "Questions stand as they were asked, answers as they were given. "
    "Moments are in UTC. Names of others are those of staff who dealt with this record."
)
NOTHING = "–"


def as_archive(content: Mapping[str, Any]) -> bytes:
    """A zip file with both, small enough to be made in memory."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        archive.writestr(JSON_NAME, json.dumps(content, ensure_ascii=False, indent=1))
        archive.writestr(PAGE_NAME, as_page(content))
    return made.getvalue()


def as_page(content: Mapping[str, Any]) -> str:
    """One page without script, pictures or addresses: it asks nobody for anything."""
    parts = "".join(
        f"<section><h2>{_title(name)}</h2>{_shown(value)}</section>"
        for name, value in content.items()
    )
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Your record</title><style>{STYLE}</style></head>"
        f"<body><h1>Your record</h1><p>{INTRODUCTION}</p>{parts}</body></html>"
    )


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = "".join(
            f"<dt>{_title(name)}</dt><dd>{_shown(each)}</dd>" for name, each in value.items()
        )
        return f"<dl>{rows}</dl>"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "".join(f"<section>{_shown(each)}</section>" for each in value) or NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(str(value)) if value not in (None, "") else NOTHING


def _title(name: str) -> str:
    return escape(name.replace("_", " ").capitalize())
