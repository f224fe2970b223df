"""What pages say about a roster: why a file or a line cannot be used, what helps, what it does."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _

from models.tables.rosters import RosterImport
from welfare.gateways.roster_file import Refusal, RosterRefused
from welfare.policies.roster_plan import Plan
from welfare.policies.roster_rows import Notice, Remark, Trouble
from welfare.policies.roster_undoing import Stays
from welfare.services.roster_undo import Undoing
from welfare.web import zones

MOST_SHOWN = 200
Advice = tuple[LazyString, LazyString]  # the problem, and the remedy
FILE: Mapping[Refusal, LazyString] = {
    Refusal.TOO_LARGE: _("The file is too large. Cut it in parts."),
    Refusal.ENCODING: _("The text is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX."),
    Refusal.KIND: _("This is neither a CSV file nor an XLSX workbook."),
    Refusal.BROKEN: _("The file is damaged. Save it again and retry."),
    Refusal.UNPACKED: _("Unpacked, this workbook is far larger than a roster. Save it as CSV."),
    Refusal.EMPTY: _("There is nobody in the file."),
    Refusal.MISSING_COLUMNS: _("These columns are missing: %(where)s."),
    Refusal.UNKNOWN_COLUMNS: _("The name of column %(where)s is not known. Use the template."),
    Refusal.DOUBLED_COLUMNS: _("These columns are there twice: %(where)s."),
    Refusal.TOO_MANY_ROWS: _("There are more than 20,000 lines. Cut the file in parts."),
    Refusal.TOO_MANY_COLUMNS: _("There are too many columns. Remove what is not needed."),
    Refusal.LONG_CELL: _("Line %(where)s has a value of more than 2,000 letters. Shorten it."),
}
CHOOSE_FILE = _("Choose a file first.")
LINE: Mapping[Trouble | Notice, Advice] = {
    Trouble.SHAPE: (
        _("More or fewer values than heads."),
        _("Look for a comma or a quote too many."),
    ),
    Trouble.FORMULA: (_("Begins like a formula."), _("Write the value itself.")),
    Trouble.UNPRINTABLE: (_("Holds a sign that cannot be seen."), _("Type the value anew.")),
    Trouble.NEEDED: (
        _("Is empty."),
        _("Fill it in. A deployment needs a mission and a first day."),
    ),
    Trouble.TOO_LONG: (_("Is too long."), _("Shorten it.")),
    Trouble.CHOOSE_SEX: (_("Is not on the list."), _("Write female or male, or leave it empty.")),
    Trouble.CHOOSE_RANK: (
        _("Is not on the list."),
        _("Write junior, nco or officer, or leave it empty."),
    ),
    Trouble.LANGUAGE: (
        _("Is not the code of a language."),
        _("Write two letters, such as en or fr."),
    ),
    Trouble.YEAR: (_("Is not a year."), _("Write a year with four digits.")),
    Trouble.ADDRESS: (_("Is not an e-mail address."), _("Correct it, or leave it empty.")),
    Trouble.PHONE: (_("Is not a telephone number."), _("Correct it, or leave it empty.")),
    Trouble.DATE: (_("Is not a date."), _("Write it as 2026-04-03.")),
    Trouble.DATE_AMBIGUOUS: (_("Could be two different days."), _("Write it as 2026-04-03.")),
    Trouble.BEFORE_START: (_("The return is before the departure."), _("Correct one of them.")),
    Trouble.TWICE: (_("This number stands in the file before."), _("Keep one of the lines.")),
    Trouble.NUMBER: (
        _("This number cannot be used here."),
        _("Check it with whoever gave it."),
    ),
    Trouble.MERGED: (
        _("The record with this number was joined with another."),
        _("Use the number of the record that goes on, or remove the line."),
    ),
    Trouble.UNIT_UNKNOWN: (
        _("There is no such unit."),
        _("Correct the name, or add the unit first."),
    ),
    Trouble.UNIT_AMBIGUOUS: (
        _("More than one unit has this name."),
        _("Give the whole path, with “/” between the names."),
    ),
    Trouble.MISSION_UNKNOWN: (
        _("This mission is not known."),
        _("Correct the name, or allow new missions."),
    ),
    Trouble.OVERLAPS: (_("Another deployment is recorded at that time."), _("Correct the days.")),
    Trouble.OVERLAPS_IN_FILE: (
        _("Another line has a deployment at that time."),
        _("Correct the days."),
    ),
    Trouble.DEPLOYMENT_DIFFERS: (
        _("This deployment is recorded otherwise."),
        _("Write it as it is recorded."),
    ),
    Notice.MOVED: (_("Moves to another unit."), _("Check that this is meant.")),
    Notice.DUPLICATE: (
        _("Same name and year as somebody with another number."),
        _("Check whether it is one person."),
    ),
    Notice.KEPT: (
        _("Stays as it is: this person has an account."),
        _("Nothing needs to be done."),
    ),
}
STAYS: Mapping[Stays, LazyString] = {
    Stays.IN_USE: _("This person is in use by now, for example by an account."),
    Stays.ASKED: _("The dates of the questions have begun."),
    Stays.CHANGED_SINCE: _("Somebody has changed this since."),
    Stays.ERASED: _("This person was erased."),
}
HEADS: Mapping[str, LazyString] = {
    "": _("Whole line"),
    "service_number": _("Service number"),
    "given": _("Given name"),
    "family": _("Family name"),
    "sex": _("Sex"),
    "birth_year": _("Year of birth"),
    "rank_band": _("Rank"),
    "language": _("Language"),
    "unit": _("Unit"),
    "email": _("E-mail address"),
    "phone": _("Telephone number"),
    "mission": _("Mission"),
    "site": _("Place of the mission"),
    "deployed_from": _("First day of the deployment"),
    "deployed_until": _("Last day of the deployment"),
}


def refusal(refused: RosterRefused) -> str:
    return str(FILE[refused.code]) % {"where": refused.where}


def counts(plan: Plan) -> list[tuple[LazyString, int, LazyString]]:
    """A card for each: what, how many, and what that means."""
    return [
        (_("New"), len(plan.arrivals), _("Are added.")),
        (_("Changed"), len(plan.changes), _("Get what the file says.")),
        (_("Unchanged"), plan.unchanged, _("Are here as the file says.")),
        (_("Absent"), plan.absent, _("Are in these units but not in the file. They stay.")),
    ]


def remarks(found: Sequence[Remark]) -> tuple[list[list[Any]], int]:
    """Rows of a table, and how many more there are."""
    rows = [
        [line(each.line), HEADS[each.column], LINE[each.code][0], LINE[each.code][1]]
        for each in found[:MOST_SHOWN]
    ]
    return rows, max(0, len(found) - MOST_SHOWN)


def changed(plan: Plan) -> tuple[list[list[Any]], int]:
    """Which lines change what; the values stay in the file."""
    rows = [
        [line(each.line), "; ".join(str(HEADS[column]) for column in each.columns)]
        for each in plan.changes[:MOST_SHOWN]
    ]
    return rows, max(0, len(plan.changes) - MOST_SHOWN)


def import_rows(found: Sequence[RosterImport], url_of: Any) -> list[list[Any]]:
    return [
        [
            {"text": zones.moment(each.made_at), "url": url_of(each.id)},
            each.unit.name,
            each.people_new,
            each.people_changed,
            {"text": gettext("Undone"), "tag": "done"}
            if each.undone_at
            else {"text": gettext("In force"), "tag": "good"},
        ]
        for each in found
    ]


def line(number: int) -> str:
    """In full: on a narrow screen it stands alone above its card."""
    return str(gettext("Line %(number)s", number=number))


def staying(undoing: Undoing) -> tuple[list[list[Any]], int]:
    rows = [[line(number), STAYS[reason]] for number, reason in undoing.staying[:MOST_SHOWN]]
    return rows, max(0, len(undoing.staying) - MOST_SHOWN)
