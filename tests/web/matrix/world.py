"""People in every relation to one clinician, each with one record of every kind."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from models.tables.care import Case
from models.tables.people import Person
from models.tables.places import Unit
from models.vocabulary import AlertStatus, CaseStatus, Role
from tests.factories import Factory
from tests.models.rows import print_and_key
from welfare.policies.actor import Actor

Ids = dict[str, UUID]
# What a person is to the clinician who asks. `missing` is nobody: every id is made up.
RELATIONS = (
    "own",  # in charge of an open case
    "shared",  # the second clinician
    "colleague's",  # an open case of somebody else, in the same unit
    "former",  # was in charge, a colleague is now
    "ended",  # was in charge, and nobody is now
    "alerted",  # owns an open alert, no case
    "covered",  # covers for the owner of an open alert
    "elsewhere",  # in care in another contingent
    "opened",  # nobody's, and opened in an emergency by the clinician
    "shut",  # nobody's, and closed to being opened in an emergency
    "nobody's",  # in the own unit, without any care
    "myself",  # the clinician, in the care of a colleague
    "missing",
)


@dataclass(slots=True)
class World:
    make: Factory
    asking: Actor = field(init=False)
    colleague: Actor = field(init=False)
    third: Actor = field(init=False)  # to whom care may be given
    ids: dict[str, Ids] = field(default_factory=dict)

    def __post_init__(self) -> None:
        make = self.make
        self.asking = make.reachable()
        self.colleague, self.third = (make.actor(Role.CLINICIAN) for _ in range(2))
        far = make.unit("Other contingent")
        stranger = make.actor(Role.CLINICIAN, far)
        for relation in RELATIONS:
            if relation != "missing":
                unit = far if relation == "elsewhere" else make.root
                self.ids[relation] = self._records(self._person(relation, unit), relation, stranger)
        self.ids["missing"] = {name: uuid4() for name in self.ids["own"]}

    def _person(self, relation: str, unit: Unit) -> Person:
        if relation == "myself":
            return Person(id=self.asking.person_id, unit_id=unit.id)
        return self.make.person(unit)

    def _records(self, person: Person, relation: str, stranger: Actor) -> Ids:
        make = self.make
        alert = self._alert(person, relation, stranger)
        window = make.window(person.id)
        return {
            "person_id": person.id,
            **self._cases(person, relation, stranger),
            "alert_id": alert,
            "window_id": window.id,
            "screening_id": make.screening(person).id,
            "form_id": print_and_key(make, make.window(person.id, code="paper"), self.colleague).id,
            **self._support(person, relation, stranger),
            **self._oversight(person, relation),
        }

    def _support(self, person: Person, relation: str, stranger: Actor) -> Ids:
        """What is said and sent: where it is about themselves, it even comes to the clinician."""
        make, far = self.make, relation == "elsewhere"
        near = self.asking if relation in ("own", "alerted", "myself") else self.colleague
        to = stranger if far else near
        late = {"overdue_at": make.now, "author_id": self.third.account_id}
        sender = self.asking if relation == "own" else stranger if far else self.colleague
        receivers = {"own": None, "alerted": self.asking, "myself": self.asking}
        return {
            "message_id": make.message(person.id, to, **late).id,
            "referral_id": make.referral(person, sender, receivers.get(relation, self.third)).id,
        }

    def _oversight(self, person: Person, relation: str) -> Ids:
        """An opening by the clinician themselves, or by a third one whose time is over."""
        make = self.make
        is_theirs = relation in ("opened", "myself")
        opener, over = (self.asking, None) if is_theirs else (self.third, make.now)
        glass = make.glass(person, opener, ended_at=over)
        if relation == "shut":
            make.shut(person, self.colleague)
        return {
            "glass_id": glass.id,
            "delay_id": make.delay(glass).id,
            "question_id": make.question(person, self.third, late_at=make.now).id,
        }

    def _of_case(self, case: Case | None, clinician: Actor) -> Ids:
        if case is None:
            return {name: uuid4() for name in ("case_id", "appointment_id", "measure_id")}
        return {
            "case_id": case.id,
            "appointment_id": self.make.appointment(case, clinician).id,
            "measure_id": self.make.measure(case).id,
        }

    def _cases(self, person: Person, relation: str, stranger: Actor) -> Ids:
        """The case that tells the relation; where there is none, an id that is nobody's."""
        ended: dict[str, Any] = {"status": CaseStatus.CLOSED, "closed_at": self.make.now}
        given: dict[str, tuple[Actor, dict[str, Any]]] = {
            "own": (self.asking, {}),
            "shared": (self.colleague, {"second_id": self.asking.account_id}),
            "colleague's": (self.colleague, {}),
            "former": (self.asking, ended),
            "ended": (self.asking, ended),
            "elsewhere": (stranger, {}),
            "myself": (self.colleague, {}),
        }
        if relation == "former":
            self.make.case(person, self.colleague)
        if relation not in given:
            return self._of_case(None, self.colleague)
        clinician, more = given[relation]
        return self._of_case(self.make.case(person, clinician, **more), clinician)

    def _alert(self, person: Person, relation: str, stranger: Actor) -> UUID:
        if relation in ("alerted", "covered"):
            owner, cover = self.asking, self.colleague
            if relation == "covered":
                owner, cover = cover, owner
            taken = {"acknowledged_at": self.make.now, "acknowledged_by": owner.account_id}
            status = AlertStatus.ACKNOWLEDGED
            return self.make.alert(
                person, owner, cover_id=cover.account_id, status=status, **taken
            ).id
        owner = stranger if relation == "elsewhere" else self.colleague
        if relation in ("colleague's", "elsewhere", "nobody's", "myself"):
            return self.make.alert(person, owner).id
        return uuid4()
