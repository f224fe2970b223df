"""True, false or unknown: what a condition says about a form that may have gaps, and in words."""

from collections.abc import Mapping

from models.instruments.definition import All, Condition, Not, Some

Points = Mapping[str, int]


def holds(condition: Condition, given: Points, most: Points) -> bool | None:
    """True or false only if no way of filling the gaps could change it."""
    if isinstance(condition, Some):
        return _some(condition, given, most)
    if isinstance(condition, Not):
        inner = holds(condition.part, given, most)
        return None if inner is None else not inner
    return _all(condition, given, most)


def _some(condition: Some, given: Points, most: Points) -> bool | None:
    reached = open_still = 0
    for item, at_least in condition.items:
        points = given.get(item)
        if points is None:
            open_still += most[item] >= at_least
        elif points >= at_least:
            reached += 1
    if reached >= condition.count:
        return True
    return None if reached + open_still >= condition.count else False


def _all(condition: All, given: Points, most: Points) -> bool | None:
    certain = True
    for part in condition.parts:
        outcome = holds(part, given, most)
        if outcome is False:
            return False
        certain = certain and outcome is True
    return True if certain else None


def say(condition: Condition) -> str:
    """A condition as a sentence would put it."""
    if isinstance(condition, Some):
        items = ", ".join(f"{item} at {value} or more" for item, value in condition.items)
        return f"at least {condition.count} of ({items})"
    if isinstance(condition, Not):
        return f"not ({say(condition.part)})"
    return " and ".join(say(part) for part in condition.parts)
