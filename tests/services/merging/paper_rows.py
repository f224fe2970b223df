"""What paper, marks, moves and letters leave in the second of two records."""

from datetime import timedelta
from typing import Any

from models.base import new_key
from models.tables.paper import EnteredInError, MovedScreening, PaperEntry, PaperForm
from models.tables.reminders import Reminder, WindowLink
from models.tables.screenings import Draft
from tests.factories import TODAY, Factory


def papers(make: Factory, two: Any, rows: dict[str, Any], of: Any, carer: Any) -> Any:
    draft = Draft(
        id=new_key(),
        window_id=rows["begun"].id,
        submission_id=new_key(),
        saved_at=make.now - timedelta(days=1),
        **of,
    )
    yield draft, "payload", {"phq-9": {"1": 1}}
    form = PaperForm(
        id=new_key(),
        window_id=rows["other"].id,
        number="ABCD-1234",
        programme="un-contingent/2",
        language="en",
        printed_at=make.now,
        **of,
    )
    yield form, None, None
    entry = PaperEntry(
        id=new_key(), form_id=form.id, turn=1, entered_by=carer, entered_at=make.now, **of
    )
    yield entry, "content", [TODAY.isoformat(), None, {}]
    mark = EnteredInError(
        id=new_key(),
        screening_id=rows["struck"].id,
        window_id=rows["window"].id,
        marked_at=make.now,
        marked_by=carer,
        **of,
    )
    yield mark, "reason", ["other_person", ""]
    moved = MovedScreening(
        id=new_key(),
        screening_id=rows["struck"].id,
        from_id=rows["elsewhere"],
        moved_at=make.now,
        moved_by=carer,
        **of,
    )
    yield moved, "reason", ["picked", "Another name was chosen."]
    link = WindowLink(
        id=new_key(),
        window_id=rows["window"].id,
        made_at=make.now,
        expires_at=make.now + timedelta(days=2),
        **of,
    )
    yield link, None, None
    reminder = Reminder(
        id=new_key(),
        window_id=rows["window"].id,
        link_id=link.id,
        day=3,
        written_at=make.now,
        next_try_at=make.now,
        **of,
    )
    yield reminder, None, None
