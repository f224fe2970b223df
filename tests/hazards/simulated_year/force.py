"""A force for a simulated time: its people and their deployment, four clinicians and a lead."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from models import vault
from models.base import new_key
from models.enrolment import Newcomer, enrol_many
from models.sealing import blind_index
from models.tables.accounts import Account, Post
from models.tables.people import Deployment
from models.tables.places import Unit
from models.tables.screenings import Window
from models.vocabulary import Role
from tests.factories import NOW, TODAY, Factory
from tests.services.edge import Edge
from welfare.policies.actor import Actor
from welfare.services.posts import confirm_post, end_post, give_post
from welfare.services.site import set_duty

CLINICIANS = 4
HALF_DAY = timedelta(hours=12)


class Force:
    """`returns_on`: how many days from now everybody comes home together."""

    def __init__(self, edge: Edge, make: Factory, *, people: int, returns_on: int) -> None:
        self.edge, self.make = edge, make
        # A second clinician is on a roster only where it says so.
        self.clinicians = [
            make.reachable(),
            *(make.actor(Role.CLINICIAN) for _ in range(CLINICIANS - 1)),
        ]
        self.lead = make.actor(Role.CLINIC_LEAD)
        self.admins = [make.actor(Role.ADMINISTRATOR) for _ in range(2)]
        self.members = self._enrol(people)
        self._deploy(returns_on)
        edge.schedule()

    @property
    def staff(self) -> Sequence[Actor]:
        return [*self.clinicians, self.lead]

    def put_on_duty(self, who: Actor, from_at: Any, until_at: Any, at: Any) -> None:
        self._admin(
            set_duty,
            unit_id=self.make.root.id,
            account_id=who.account_id,
            from_at=from_at,
            until_at=until_at,
            at=at,
        )

    def end_lead(self, at: Any) -> None:
        held = self.edge.rows(Post, Post.account_id == self.lead.account_id)
        post = max(held, key=lambda each: each.from_day)
        self._admin(end_post, post_id=post.id, even_so=True, at=at)

    def give_again(self, who: Actor, at: Any) -> None:
        """Two administrators, as for everybody who may read about others."""
        given = {"unit_id": self.make.root.id, "role": who.role, "at": at}
        post = self._admin(give_post, account_id=who.account_id, **given)
        self.edge.act(confirm_post, actor=self.admins[1], post_id=post.id, at=at)

    def windows(self, code: str) -> dict[UUID, UUID]:
        """By person, the window of this code that comes first."""
        found = sorted(self.edge.rows(Window, Window.code == code), key=lambda each: each.opens_on)
        return {each.person_id: each.id for each in reversed(found)}

    def _admin(self, service: Any, **given: Any) -> Any:
        return self.edge.act(service, actor=self.admins[0], **given)

    def _enrol(self, count: int) -> list[Actor]:
        """Many at once: what one of them needs costs more statements than a whole battalion."""
        root = self.make.root
        with self.make.kept() as session:
            unit, keys = session.get_one(Unit, root.id), vault.keys_of(session)
            facts = {"sex": "male", "birth_year": 1990, "rank_band": "nco", "language": "en"}
            newcomers = [
                Newcomer(
                    unit=unit,
                    since=TODAY - timedelta(days=400),
                    facts=facts,
                    identity={
                        "given": "Ilo",
                        "family": f"Tarn{number}",
                        "service_number": f"Y-{number}",
                        "phone": "+00 555 0199",
                    },
                )
                for number in range(count)
            ]
            people = [made.person for made in enrol_many(session, newcomers=newcomers, at=NOW)]
            accounts = [
                Account(
                    id=new_key(),
                    person_id=person.id,
                    login_digest=blind_index(keys, "login", uuid4().hex),
                    password_hash="none",
                    must_change_password=False,
                    used_at=NOW,
                    created_at=NOW,
                )
                for person in people
            ]
            session.add_all(accounts)
        return [Actor(each.id, each.person_id, Role.MEMBER, root.path) for each in accounts]

    def _deploy(self, returns_on: int) -> None:
        home = TODAY + timedelta(days=returns_on)
        mission_id = self.make.deployment(self.make.person()).mission_id
        with self.make.kept() as session:
            session.add_all(
                Deployment(
                    id=new_key(),
                    person_id=member.person_id,
                    unit_id=self.make.root.id,
                    mission_id=mission_id,
                    from_day=home - timedelta(days=230),
                    until_day=home,
                )
                for member in self.members
            )
