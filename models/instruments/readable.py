"""A screening in words: every question as it was asked, and the answer as the person gave it."""

from typing import Any

from models.instruments import NoWords, Words, find, words
from models.instruments.definition import Item
from models.instruments.payload import Payload, Response
from models.instruments.wording import label_of

FALLBACK = "en"  # the words of another language may have left with a later version


def in_words(payload: Payload) -> list[dict[str, Any]]:
    """One entry for each questionnaire, with stable names, as JSON can hold it."""
    return [_response(response) for response in payload.responses]


def _response(response: Response) -> dict[str, Any]:
    result = response.result
    definition = find(result.instrument, result.version)
    held = _words(result.instrument, result.version, response.language)
    return {
        "instrument": result.instrument,
        "version": result.version,
        "language": response.language,
        "title": held.title if held else definition.title,
        "recall": held.recall if held else definition.recall,
        "items": [_item(each, response.answers.get(each.id), held) for each in definition.items],
        "result": {
            name: value
            for name, value in result.as_dict().items()
            if name not in ("instrument", "version")
        },
    }


def _item(item: Item, value: int | None, held: Words | None) -> dict[str, Any]:
    """`question` and `answer_in_words` are null where this version holds no words."""
    question = " ".join((held.lead(item.id), held.item(item.id))).strip() if held else None
    options = dict(held.options(item.id)) if held else {}
    answer = label_of(options, value) if options and value is not None else None
    return {"item": item.id, "question": question, "answer": value, "answer_in_words": answer}


def _words(code: str, version: str, language: str) -> Words | None:
    for each in (language, FALLBACK):
        try:
            return words(code, version, each)
        except NoWords:
            continue
    return None
