"""Which second-stage questionnaires the first-stage answers open. Pure."""

from collections.abc import Mapping

from models.instruments import find, score
from models.instruments.asking import skipped_items
from models.instruments.definition import Item
from models.programmes.definition import Asking, Gate, GateKind, Programme

Answers = Mapping[str, int | None]


def opened_by(
    programme: Programme, answers: Mapping[str, Answers], *, sex: str | None = None
) -> list[str]:
    """Codes of the second-stage questionnaires, in the programme's order.

    `answers` maps instrument code to its answers. A gate that missing answers leave open
    counts as opened: not knowing must never look like being well. A questionnaire of which
    nothing was answered opens nothing: declining all of it is respected. Where everyone is asked
    everything (`full`), every gate is open, whatever was answered. `sex` matters only where a
    gate has thresholds by sex; not known, the lowest counts.
    """
    opened = [gate.opens for gate in programme.gates if _is_open(programme, gate, answers, sex)]
    return list(dict.fromkeys(opened))


def _is_open(
    programme: Programme, gate: Gate, answers: Mapping[str, Answers], sex: str | None
) -> bool:
    if programme.asking is Asking.FULL:
        return gate.instrument in programme.first_stage
    given = answers.get(gate.instrument)
    if not given or all(answer is None for answer in given.values()):
        return False
    threshold = gate.threshold(sex)
    result = score(find(gate.instrument), given, cut_point=threshold)
    if gate.kind is GateKind.EITHER_ITEM:
        return _any_item(gate, given, threshold)
    return result.positive is not False


def _any_item(gate: Gate, given: Answers, threshold: int) -> bool:
    """Does an item reach the threshold, or could one that is open?"""
    instrument = find(gate.instrument)
    skipped = skipped_items(instrument, given)
    items = instrument.total.items if instrument.total else ()
    return any(
        _could_reach(instrument.item(item), given.get(item), threshold)
        for item in items
        if item not in skipped
    )


def _could_reach(item: Item, value: int | None, threshold: int) -> bool:
    return max(item.values) >= threshold if value is None else value >= threshold
