"""Forms on paper as pages show them: the sheet with boxes to tick, and the lines to type in."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from flask_babel import gettext as _

from models.instruments import ON_OFFER, Instrument, Words, best_language, find, words
from models.instruments.asking import shown_when
from models.instruments.definition import Direction, Item
from models.instruments.wording import label_of
from models.programmes import Gate, GateKind
from welfare.policies.paper_answers import DAY, HOUR, Keyed, Part
from welfare.services.paper_keying import Keying
from welfare.web.languages import Spoken, current_language, in_a_sentence, spoken
from welfare.web.wording import TITLES

BLANK = "none"  # nothing is ticked on the paper


def sheet_parts(parts: Sequence[Part], *, language: str) -> list[dict[str, Any]]:
    """Every questionnaire of the form in its own words, each with when to fill it in."""
    return [_sheet_part(part, _held(part.code, language)) for part in parts]


def key_parts(
    parts: Sequence[Part], given: Mapping[str, Sequence[str]], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """One line for each item, with what was chosen if the page is shown again."""
    return [
        {
            "title": TITLES.get(part.code, part.code),
            "rows": [_key_row(part.code, item, given, problems) for item in part.items],
        }
        for part in parts
    ]


def settle_parts(
    keying: Keying, given: Mapping[str, Sequence[str]], problems: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Only the lines that differ, each with both values; none is chosen beforehand."""
    found = []
    for part in keying.parts:
        rows = [
            _key_row(part.code, item, given, problems, ask=True)
            | {"both": [_said(part.code, item, each) for each in keying.keyings]}
            for item in part.items
            if f"{part.code}.{item}" in keying.differing
        ]
        if rows:
            found.append({"title": TITLES.get(part.code, part.code), "rows": rows})
    return found


def settle_times(keying: Keying) -> dict[str, tuple[str, ...]]:
    """Day and hour as both keyings have them, where they differ."""
    return {
        field: tuple(str(each.value(field) or "–") for each in keying.keyings)
        for field in (DAY, HOUR)
        if field in keying.differing
    }


def by_field(problems: Mapping[str, str]) -> dict[str, str]:
    """Problems by the id of their field on the page, those of items with their question."""
    return {
        (f"item-{name}" if "." in name else name): (
            f"{_question(name)}: {text}" if "." in name else text
        )
        for name, text in problems.items()
    }


def known_codes(named: Iterable[str]) -> list[str]:
    """Those of these names that are questionnaires, each once."""
    return [code for code in dict.fromkeys(named) if code in ON_OFFER]


def _question(name: str) -> str:
    code, _dot, item = name.rpartition(".")
    title = str(TITLES.get(code, code))
    return str(_("%(part)s, question %(n)s", part=title, n=item))


def _held(code: str, language: str) -> Words:
    version = find(code).version
    return words(code, version, best_language(code, version, language))


def _spoken(held: Words, text: str) -> Spoken:
    return spoken(text, held.language, page=current_language())


def _sheet_part(part: Part, held: Words) -> dict[str, Any]:
    definition = find(part.code)
    items = [item for item in definition.items if item.scored]
    is_grid = not any(item.several or item.id in held.own_options for item in items)
    leads = [held.lead(item.id) for item in items]
    only = _conditions(definition, held, items)
    return {
        "title": TITLES.get(part.code, held.title),
        "only": [_only(gate) for gate in part.gates],
        "instruction": _spoken(held, held.instruction),
        "recall": _spoken(held, held.recall),
        "stem": _spoken(held, held.stem) if not held.stems else "",
        "options": _options(held, items[0]) if is_grid else [],
        "rows": [
            {
                "no": item.id,
                "lead": _spoken(held, lead) if held.stems and lead not in leads[:place] else "",
                "examples": [_spoken(held, each) for each in held.examples] if not place else [],
                "text": _spoken(held, held.item(item.id)),
                "options": _options(held, item),
                "several": item.several,
                "before": item.id in part.before,
                "only": only.get(item.id, ""),
            }
            for place, (item, lead) in enumerate(zip(items, leads, strict=True))
        ],
        "attribution": _spoken(held, held.attribution),
    }


def _options(held: Words, item: Item) -> list[tuple[int, Spoken]]:
    return [(value, _spoken(held, label)) for value, label in held.options(item.id)]


def _only(gate: Gate) -> str:
    """When to fill in a part that the first answers open. In doubt it is better filled in."""
    title = str(TITLES.get(gate.instrument, gate.instrument))
    least = min((gate.at_least, *gate.by_sex.values()))
    if not _adds_up(find(gate.instrument)):
        return str(_("Please fill in this part as well."))
    if gate.kind is GateKind.EITHER_ITEM:
        return str(
            _(
                "Only if you ticked %(n)s or more anywhere in “%(part)s”, or are not sure.",
                n=least,
                part=title,
            )
        )
    return str(
        _(
            "Only if the numbers you ticked in “%(part)s” make %(n)s or more, or you are not sure.",
            n=least,
            part=title,
        )
    )


def _adds_up(instrument: Instrument) -> bool:
    """Can a person add up the printed numbers, and get what the score is?"""
    plain = not any(item.reverse or item.worth or item.several for item in instrument.items)
    total = instrument.total
    is_sum = total is not None and total.factor == total.divisor == 1
    return plain and is_sum and instrument.direction is Direction.HIGHER_IS_WORSE


def _conditions(definition: Instrument, held: Words, items: Sequence[Item]) -> dict[str, str]:
    """Before the first item of a run that hangs on the same answer: which items, on what."""
    found: dict[str, str] = {}
    for condition, run in groupby(items, key=lambda item: shown_when(definition, item)):
        ids = [item.id for item in run]
        if condition is not None:
            named = ids[0] if len(ids) == 1 else f"{ids[0]}\N{EN DASH}{ids[-1]}"
            found[ids[0]] = _condition(held, named, *condition)
    return found


def _condition(held: Words, items: str, earlier: str, values: Sequence[int]) -> str:
    labels = dict(held.options(earlier))
    asked = [label for value, label in labels.items() if value in values]
    skipped = [label for value, label in labels.items() if value not in values]
    is_short = len(asked) <= len(skipped)
    answer = "; ".join(
        in_a_sentence(_spoken(held, each)) for each in (asked if is_short else skipped)
    )
    said = {"items": items, "answer": answer, "n": earlier}
    if is_short:
        return str(_("%(items)s: only if you ticked “%(answer)s” in %(n)s.", **said))
    return str(_("%(items)s: not if you ticked “%(answer)s” in %(n)s.", **said))


def _key_row(
    code: str,
    item_id: str,
    given: Mapping[str, Sequence[str]],
    problems: Mapping[str, str],
    *,
    ask: bool = False,
) -> dict[str, Any]:
    """`ask`: nothing is chosen beforehand, not even that nothing is ticked."""
    held, item = _held(code, current_language()), find(code).item(item_id)
    name = f"{code}.{item_id}"
    choices = [("", str(_("Please choose")))] if ask and not item.several else []
    choices += [(BLANK, str(_("– nothing ticked")))] if ask or not item.several else []
    return {
        "id": f"item-{name}",
        "name": name,
        "no": item_id,
        "text": _spoken(held, held.item(item_id)),
        "several": item.several,
        "options": choices
        + [(str(value), f"{value} {label}") for value, label in held.options(item_id)],
        "language": held.language if held.language != current_language() else None,
        "chosen": list(given.get(name, ())),
        "error": problems.get(name),
    }


def _said(code: str, item: str, keyed: Keyed) -> str:
    value = keyed.value(f"{code}.{item}")
    if value is None:
        return str(_("– nothing ticked"))
    held = _held(code, current_language())
    label = in_a_sentence(_spoken(held, label_of(dict(held.options(item)), value)))
    return f"{value} {label}"
