"""What is done with links and letters has its event in its own transaction, or did not happen."""

import pytest
from sqlalchemy.exc import SQLAlchemyError

from models.vocabulary import Role
from tests.factories import TODAY
from tests.services.reminders.conftest import change_identity
from welfare.policies.actor import Machine
from welfare.policies.browser import Browser
from welfare.services import reminder_letters, reminders, window_links

ACTS = {
    "use a link": (
        window_links.use_link,
        lambda it: {"token": it["link"].token, "given": it["link"].facts, "browser": Browser()},
    ),
    "give wrong facts": (
        window_links.use_link,
        lambda it: {"token": it["link"].token, "given": {}, "browser": Browser()},
    ),
    "open a link": (window_links.note_opened, lambda it: {"link_id": it["link"].link.id}),
    "refuse a link": (window_links.refuse_link, lambda it: {"token": it["link"].token}),
    "ask for another": (window_links.send_another, lambda it: {"token": it["link"].token}),
    "ask again": (
        reminders.ask_again,
        lambda it: {"actor": it["officer"], "window_id": it["link"].window.id},
    ),
    "make a link": (
        reminders.make_link,
        lambda it: {"actor": it["officer"], "window_id": it["unreached"].id},
    ),
    "write what is due": (
        reminder_letters.write_due,
        lambda it: {
            "by": Machine(),
            "programmes": ["un-contingent/1"],
            "after": None,
            "today": TODAY,
        },
    ),
    "note what came back": (
        reminder_letters.note_bounced,
        lambda it: {"by": Machine(), "reminder_id": it["letter"].id},
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_whose_event_cannot_be_written_did_not_happen(edge, make, scene, name):
    officer = make.actor(Role.WELFARE_OFFICER)
    window = make.window(make.person().id)
    unreached = make.person()
    change_identity(make, unreached.id, email="")
    it = {
        "unreached": make.window(unreached.id),
        "link": scene,
        "officer": officer,
        "letter": make.reminder(window, sent_at=make.now),
    }
    edge.break_table("audit_event")
    service, given = ACTS[name]
    before = edge.contents()

    with pytest.raises(SQLAlchemyError):
        edge.act(service, **given(it), at=make.now)

    assert edge.contents() == before
