"""Which second-stage questionnaires the first-stage answers open. Pure."""

from collections.abc import Mapping

from models.instruments import find, score
from models.programmes.definition import Gate, Programme

Answers = Mapping[str, int | None]


def opened_by(programme: Programme, answers: Mapping[str, Answers]) -> list[str]:
    """Codes of the second-stage questionnaires, in the programme's order.

    `answers` maps instrument code to its answers. A gate that missing answers leave open
    counts as opened: not knowing must never look like being well. A questionnaire of which
    nothing was answered opens nothing: declining all of it is respected.
    """
    return [gate.opens for gate in programme.gates if _is_open(gate, answers)]


def _is_open(gate: Gate, answers: Mapping[str, Answers]) -> bool:
    given = answers.get(gate.instrument)
    if not given or all(answer is None for answer in given.values()):
        return False
    result = score(find(gate.instrument), given, cut_point=gate.at_least)
    return result.positive is not False
