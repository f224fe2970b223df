"""Keeping a screening: the row, the person's new summary and the draft's end, once and at once."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Executable, bindparam, delete, insert, inspect, or_, select, update
from sqlalchemy.orm import Session

from models.sealing import Ciphertext
from models.tables.people import Person
from models.tables.screenings import Draft, Screening

# Sent under this id, or for this window.
IS_SAME = or_(
    Screening.submission_id == bindparam("submission_id"),
    Screening.window_id == bindparam("window_id"),
)
IS_NEW = ~select(Screening.id).where(IS_SAME).exists()
# The draft that the sender's page was made from, or no draft. Its version is nobody's secret.
OF_WINDOW = Draft.window_id == bindparam("window_id")
IS_CHECKED = ~select(Draft.id).where(OF_WINDOW, Draft.version != bindparam("checked")).exists()
NO_DRAFT = -1  # drawn versions are not negative
# Named apart from the columns: a name that is a column would be set in every table that has it.
ROW = {
    column.key: bindparam(f"kept_{column.key}", type_=column.type)
    for column in inspect(Screening).columns
}
KEPT_ONCE = (
    insert(Screening)
    .from_select(list(ROW), select(*ROW.values()).where(IS_NEW, IS_CHECKED))
    .execution_options(preserve_rowcount=True)
)
SUMMARISED = (
    update(Person)
    .where(Person.id == bindparam("of_person"), IS_NEW, IS_CHECKED)
    .values({Person.summary: bindparam("new_summary"), Person.scheduled_on: None})
)
DRAFT_DONE = delete(Draft).where(OF_WINDOW, Draft.version == bindparam("checked"))
# The last one tells whether anything was kept. A server is asked once for all three; they go past
# the unit of work, because tracking them costs more than running them.
KEEPING: Mapping[str, Sequence[Executable]] = {
    "sqlite": (SUMMARISED, DRAFT_DONE, KEPT_ONCE),
    "postgresql": (KEPT_ONCE.add_cte(SUMMARISED.cte("summarised"), DRAFT_DONE.cte("draft_done")),),
}


def keep(
    session: Session, *, screening: Screening, summary: Ciphertext, checked: int | None
) -> bool:
    """False, and nothing is changed, if something was sent for this window or under this id, or
    if its draft is another version than the one that was `checked` (None: there was none).

    The caller holds the lock on the person's row, so that the summary is built on the last one.
    """
    given = {bind.key: getattr(screening, name) for name, bind in ROW.items()}
    given |= {
        "submission_id": screening.submission_id,
        "window_id": screening.window_id,
        "of_person": screening.person_id,
        "new_summary": summary,
        "checked": NO_DRAFT if checked is None else checked,
    }
    connection = session.connection()
    *others, last = KEEPING[connection.dialect.name]
    for statement in others:
        connection.execute(statement, given)
    return connection.execute(last, given).rowcount == 1
