"""Everything held about somebody, in plain words: what `exports` gives, as sections of a page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from welfare.web.act_words import ACTS
from welfare.web.export_words import ANSWER_CODES, LABELS, LEFT_OUT, SECTIONS, VALUES
from welfare.web.wording import TITLES
from welfare.web.zones import moment

DAY = re.compile(r"\d{4}-\d\d-\d\d")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
Block = dict[str, Any]


def sections(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """In the order of the page; each with its blocks, and none where nothing is held."""
    return [
        {"heading": heading, "blocks": list(_blocks(content.get(name)))}
        for name, heading in SECTIONS.items()
        if name in content
    ]


def _blocks(value: Any, heading: str = "") -> Iterator[Block]:
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping):
            yield from _block(each, heading)
        elif each not in (None, ""):
            yield {"heading": heading, "rows": [_row("", each)], "blocks": []}


def _block(value: Mapping[str, Any], heading: str) -> Iterator[Block]:
    if "question" in value:  # one item of a questionnaire: the question is its own label
        yield {"heading": "", "rows": [_item(value)], "blocks": []}
        return
    rows, blocks = [], []
    for name, each in value.items():
        if name in LEFT_OUT or each in (None, "", [], {}):
            continue
        if _is_plain(each):
            rows.append(_row(name, each))
        else:
            blocks += _joined(_blocks(each, label(name)))
    if rows or blocks:
        yield {"heading": heading, "rows": rows, "blocks": blocks}


def _joined(found: Iterator[Block]) -> list[Block]:
    """Blocks without a heading of their own are lines of the one before, such as items."""
    blocks: list[Block] = []
    for each in found:
        if blocks and not each["heading"]:
            blocks[-1]["rows"] += each["rows"]
        else:
            blocks.append(each)
    return blocks


def _is_plain(value: Any) -> bool:
    """Can it stand beside a label? A list of words or numbers can."""
    if isinstance(value, Mapping):
        return False
    if isinstance(value, list):
        return all(_is_plain(each) and not isinstance(each, list) for each in value)
    return True


def _item(value: Mapping[str, Any]) -> dict[str, str]:
    answer = value["answer_in_words"]
    if answer is None:
        answer = _("Not answered") if value["answer"] is None else str(value["answer"])
    return {"key": value["question"] or str(value["item"]), "value": answer}


def _row(name: str, value: Any) -> dict[str, str]:
    values: Sequence[Any] = value if isinstance(value, list) else [value]
    return {"key": label(name), "value": ", ".join(_text(name, each) for each in values)}


def label(name: str) -> str:
    """What stands beside a value; a questionnaire's code by its title, an item by its number."""
    if name in LABELS:
        return str(LABELS[name])
    if name in TITLES:
        return str(TITLES[name])
    return _("Question %(number)s", number=name) if name.isdecimal() else name.upper()


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    text = "–" if value is None else str(value)
    if MOMENT.fullmatch(text):
        return moment(datetime.fromisoformat(text), "long")
    if DAY.fullmatch(text):
        return str(format_date(date.fromisoformat(text), "long"))
    return _word(name, text)


def _word(name: str, text: str) -> str:
    if text in VALUES.get(name, {}):
        return str(VALUES[name][text])
    if name == "act":
        return str(ACTS.get(text.partition(".")[0], text))
    code, _dot, item = text.partition(".")
    return f"{label(code)} {item}" if name in ANSWER_CODES and code in TITLES else text
