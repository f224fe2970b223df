"""What commands say about a roster: why a file or a line cannot be used, and what helps."""

from collections.abc import Mapping

from welfare.gateways.roster_file import COLUMNS, MOST_BYTES, MOST_ROWS, Refusal, RosterRefused
from welfare.policies.roster_rows import Notice, Trouble
from welfare.policies.roster_undoing import Stays

FILE: Mapping[Refusal, str] = {
    Refusal.TOO_LARGE: f"The file is larger than {MOST_BYTES // 1024**2} MiB. Cut it in parts.",
    Refusal.ENCODING: "The text is not in UTF-8. Save it as “CSV UTF-8”, or as XLSX.",
    Refusal.KIND: "This is neither a CSV file nor an XLSX workbook.",
    Refusal.BROKEN: "The file is damaged{at}. Save it again and retry.",
    Refusal.UNPACKED: "Unpacked, this workbook is far larger than a roster. Save it as CSV.",
    Refusal.EMPTY: "There is nobody in the file.",
    Refusal.MISSING_COLUMNS: "These columns are missing: {where}. See `people template`.",
    Refusal.UNKNOWN_COLUMNS: "Column {where} has a name that is not known. Known: "
    + ", ".join(COLUMNS)
    + ".",
    Refusal.DOUBLED_COLUMNS: "These columns are there twice: {where}.",
    Refusal.TOO_MANY_ROWS: f"There are more than {MOST_ROWS:,} lines. Cut the file in parts.",
    Refusal.TOO_MANY_COLUMNS: "There are too many columns. Remove what is not needed.",
    Refusal.LONG_CELL: "Line {where} has a value of more than 2,000 letters. Shorten it.",
}
LINE: Mapping[Trouble | Notice, str] = {
    Trouble.SHAPE: "More or fewer values than heads. Look for a comma or a quote too many.",
    Trouble.FORMULA: "Begins like a formula. Write the value itself.",
    Trouble.UNPRINTABLE: "Holds a sign that cannot be seen. Type the value anew.",
    Trouble.NEEDED: "Is empty. Fill it in; a deployment needs a mission and a first day.",
    Trouble.TOO_LONG: "Is too long. Shorten it.",
    Trouble.CHOOSE_SEX: "Write female or male, or leave it empty.",
    Trouble.CHOOSE_RANK: "Write junior, nco or officer, or leave it empty.",
    Trouble.LANGUAGE: "Write a code of two letters, such as en or fr.",
    Trouble.YEAR: "Write a year with four digits.",
    Trouble.ADDRESS: "Is no e-mail address. Correct it, or leave it empty.",
    Trouble.PHONE: "Is no telephone number. Correct it, or leave it empty.",
    Trouble.DATE: "Is no date. Write it as 2026-04-03.",
    Trouble.DATE_AMBIGUOUS: "Could be two different days. Write it as 2026-04-03.",
    Trouble.BEFORE_START: "The return is before the departure. Correct one of them.",
    Trouble.TWICE: "This number stands in the file before. Keep one of the lines.",
    Trouble.NUMBER: "This number cannot be used here. Check it with whoever gave it.",
    Trouble.MERGED: "This record was joined with another. Use the number of the one that goes on.",
    Trouble.UNIT_UNKNOWN: "There is no such unit. Correct the name, or add the unit first.",
    Trouble.UNIT_AMBIGUOUS: "More than one unit has this name. Give the whole path with “/”.",
    Trouble.MISSION_UNKNOWN: "Is not known. Correct the name, or use --new-missions.",
    Trouble.OVERLAPS: "Another deployment is recorded at that time. Correct the days.",
    Trouble.OVERLAPS_IN_FILE: "Another line has a deployment at that time. Correct the days.",
    Trouble.DEPLOYMENT_DIFFERS: "This deployment is recorded otherwise. Write it as it is there.",
    Notice.MOVED: "Moves to another unit.",
    Notice.DUPLICATE: "Same name and year as somebody with another number. Is it one person?",
    Notice.KEPT: "Stays as it is: this person has an account.",
}
STAYS: Mapping[Stays, str] = {
    Stays.IN_USE: "This person is in use by now, for example by an account.",
    Stays.ASKED: "The dates of the questions have begun.",
    Stays.CHANGED_SINCE: "Somebody has changed this since.",
    Stays.ERASED: "This person was erased.",
}


def refusal(refused: RosterRefused) -> str:
    at = f" at line {refused.where}" if refused.where else ""
    return FILE[refused.code].format(where=refused.where, at=at)
