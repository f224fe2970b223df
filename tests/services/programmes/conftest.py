"""A contingent whose staff write programmes: drafts, proposals, and who decides."""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.programmes import load
from models.vocabulary import Role
from welfare.services import programme_changes

BASE = load("canada")
WIDER = replace(BASE, windows=(replace(BASE.windows[0], due=200),))
STRICTER = replace(BASE, gates=(replace(BASE.gates[0], at_least=4), BASE.gates[1]))
DRAFTS = {"windows": WIDER, "care": STRICTER}


class Desk:
    """Proposes and decides as the pages do."""

    def __init__(self, make, edge):
        self.make, self.edge = make, edge
        self.actors = {
            role: make.actor(role)
            for role in (Role.ADMINISTRATOR, Role.CLINIC_LEAD, Role.CLINICIAN, Role.MEMBER)
        }

    def propose(self, actor, draft, base=BASE, code="own-army", later=0):
        return self.edge.act(
            programme_changes.propose,
            actor=actor,
            base=base.name,
            draft=replace(draft, code=code),
            at=self.make.now + timedelta(minutes=later),
        )

    def confirm(self, actor, row):
        return self.edge.act(
            programme_changes.confirm, actor=actor, change_id=row.id, at=self.make.now
        )

    def refuse(self, actor, row):
        return self.edge.act(
            programme_changes.refuse, actor=actor, change_id=row.id, at=self.make.now
        )

    def in_force(self, draft, **given):
        """Proposed by the clinic lead and confirmed by another."""
        row = self.propose(self.actors[Role.CLINIC_LEAD], draft, **given)
        return self.confirm(self.make.actor(Role.CLINIC_LEAD), row)


@pytest.fixture
def desk(make, edge):
    return Desk(make, edge)
