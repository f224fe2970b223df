"""Links that open one window once: how long they work, and which two facts they ask for.

Nobody needs a password for them, so each asks for two facts that a stranger with the link does
not know. Who passes a link on gives away nothing.
"""

import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from models.base import new_key
from models.sealing import Keys
from models.tables.reminders import WindowLink
from models.tables.screenings import Window
from welfare.policies import links
from welfare.policies.links import Fact

LABEL = "window-links"
PATH = "/{language}/message/{token}"
LIFETIME = timedelta(days=30)  # or until the window closes, whichever is first
TRIES = links.TRIES
FACTS_ASKED = 2
# The strongest first. A name alone beside nothing is known to everybody.
FACTS = (Fact.SERVICE_NUMBER, Fact.BIRTH_YEAR, Fact.FAMILY_NAME)


def token_for(keys: Keys, link_id: UUID) -> str:
    return links.token_for(keys, link_id, LABEL)


def id_in(keys: Keys, token: str) -> UUID | None:
    """The link a token was made for; None for anything else, such as an invitation's."""
    return links.id_in(keys, token, LABEL)


def new_link(window: Window, *, made_by: UUID | None, at: datetime) -> WindowLink:
    """`made_by`: who hands it over; None where it goes to nobody but the person's own address."""
    closes = datetime.combine(window.closes_on + timedelta(days=1), time.min, UTC)
    return WindowLink(
        id=new_key(),
        window_id=window.id,
        person_id=window.person_id,
        made_at=at,
        made_by=made_by,
        expires_at=min(at + LIFETIME, closes),
        failures=0,
    )


def is_live(link: WindowLink, at: datetime) -> bool:
    return link.used_at is None and link.revoked_at is None and at < link.expires_at


def facts_asked(known: Mapping[str, Any]) -> tuple[Fact, ...]:
    """The two strongest that are known of a person; none where two are not, or only a name is."""
    found = [fact for fact in FACTS if _expected(known, fact)][:FACTS_ASKED]
    return tuple(found) if len(found) == FACTS_ASKED else ()


def are_right(known: Mapping[str, Any], given: Mapping[str, str]) -> bool:
    """Both of them, compared in constant time, so that nobody learns which one was right."""
    pairs = [(_expected(known, fact), given.get(fact, "")) for fact in facts_asked(known)]
    same = [
        hmac.compare_digest(links.signs(answer).encode(), expected.encode())
        for expected, answer in pairs
    ]
    return len(same) == FACTS_ASKED and all(same)


def _expected(known: Mapping[str, Any], fact: Fact) -> str:
    text = links.signs(known.get(fact))
    if fact is not Fact.SERVICE_NUMBER:
        return text
    return text[-links.NUMBER_SIGNS :] if len(text) >= links.NUMBER_SIGNS else ""
