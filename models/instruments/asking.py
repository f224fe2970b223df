"""Which items of a form a person must decide about, given what was answered so far."""

from collections.abc import Mapping

from models.instruments.definition import Instrument, Item


def undecided(instrument: Instrument, answers: Mapping[str, int | None]) -> tuple[str, ...]:
    """Items that need an answer or a "prefer not to answer" (None) and have neither.

    What the form itself skips is not needed, nor is an item that is not scored.
    """
    skipped = skipped_items(instrument, answers)
    return tuple(
        item.id
        for item in instrument.items
        if item.scored and item.id not in skipped and item.id not in answers
    )


def skipped_items(instrument: Instrument, answers: Mapping[str, int | None]) -> frozenset[str]:
    """Items that the form leaves out after these answers."""
    return frozenset(
        item
        for skip in instrument.skips
        if all(answers.get(asked) == value for asked, value in skip.when)
        for item in skip.items
    )


def shown_when(instrument: Instrument, item: Item) -> tuple[str, tuple[int, ...]] | None:
    """The one earlier item, and its values, on which this item is asked; None: always asked.

    Told for skips that hang on a single answer; a page can then show the item at once.
    """
    for skip in instrument.skips:
        if item.id in skip.items and len(skip.when) == 1:
            asked, closing = skip.when[0]
            values = instrument.item(asked).values
            return asked, tuple(value for value in values if value != closing)
    return None
