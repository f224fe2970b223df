"""Two changes of the keys to an account at the same moment: one waits for the other."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest

from models.session import transaction
from models.tables.doors import RecoveryCode
from tests.services.second_factors.codes import set_up
from welfare.errors import InputRefused
from welfare.policies.browser import Browser
from welfare.policies.recovery_codes import HOW_MANY
from welfare.services.second_factors import list_factors, remove_factor, renew_codes

A_MOMENT = 0.5  # seconds, in which the second would have gone past the first


def meanwhile(edge, first, second, given):
    """The second begins while the first is not committed. Returns what the second brings."""
    with ThreadPoolExecutor(1) as pool:
        with transaction(edge.database) as session:
            first[0](session, **given, **first[1])
            session.flush()
            waiting = pool.submit(edge.act, second[0], **given, **second[1])
            wait([waiting], A_MOMENT)
        return waiting


def test_two_removals_at_once_leave_one_factor(edge, make, proved, actor):
    app, passkey = make.app(actor), make.passkey(actor)
    first, second = ((remove_factor, {"factor_id": each.id}) for each in (app, passkey))

    late = meanwhile(edge, first, second, proved)

    with pytest.raises(InputRefused) as refused:
        late.result()
    assert refused.value.problems == {"factor": "last_factor"}
    left = edge.look(list_factors, actor=actor, at=make.now)
    assert (len(left.apps), len(left.passkeys)) == (0, 1)


def test_two_new_sets_of_codes_at_once_leave_one_set(edge, proved):
    token = set_up(edge, proved).opened.token
    given = proved | {"browser": Browser(token=token)}

    late = meanwhile(edge, (renew_codes, {}), (renew_codes, {}), given)

    assert len(late.result()) == HOW_MANY == edge.count(RecoveryCode)
