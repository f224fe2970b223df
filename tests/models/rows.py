"""One row in every table that tests look at from below, past the mappers."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from models import trail, vault
from models.base import new_key
from models.programmes.shelf import PRESETS
from models.tables.audit import AuditEvent
from models.tables.care import Note
from models.tables.interviews import Certification
from models.tables.letters import Letter
from models.tables.merging import Merge
from models.tables.paper import EnteredInError, MovedScreening, PaperEntry, PaperForm
from models.tables.people import Person
from models.tables.programmes import Contingent, SiteProgramme
from models.tables.releases import LedgerEntry, Release, ReleaseApproval, ReleaseCell
from models.tables.rosters import RosterChange, RosterImport
from models.tables.screenings import ConflictCopy, Screening, Window
from models.vocabulary import Act, LetterKind, PlanKind, ReleaseDecision, Role, RosterKind
from tests.factories import NOW, TODAY, Factory
from welfare.policies.actor import Actor, Machine
from welfare.policies.paper_numbers import new_number
from welfare.policies.plans import Keeping, Written


def one_row_of_each(make: Factory) -> dict[str, Any]:
    """Table name to the one row that stands in it."""
    clinician = make.actor(Role.CLINICIAN)
    person = make.person()
    window = make.window(person.id)
    make.reminder(window, link_id=make.window_link(window).id, day=3, sent_at=NOW)
    make.event(make.deployment(person))
    make.incident(person)
    follow_own_programme(make)
    write_a_programme(make)
    alert, case = make.alert(person, clinician), make.case(person, clinician)
    make.consent(person.id, clinician)
    make.referral(person, clinician)
    make.measure(case)
    writer = make.actor()
    written = make.message(writer.person_id, clinician)
    make.message(writer.person_id, author=clinician, reply_to=written.id)
    make.notebook_entry(writer)
    make.plan(case, clinician, a_plan())
    make.appointment(case, clinician)
    take_into(make, make.roster_import(), person)
    ask_to_join(make, person, make.person())
    certify(make, make.screening(person), clinician)
    print_and_key(make, window, clinician)
    strike_out(make, make.screening(person), clinician)
    note_moved(make, make.screening(person), make.person(), clinician)
    make.delay(make.glass(person, clinician))
    make.shut(person, clinician)
    make.notice(person, clinician)
    make.question(person, clinician)
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        note = Note(
            id=new_key(),
            case_id=case.id,
            person_id=person.id,
            author_id=clinician.account_id,
            signed_at=NOW,
        )
        note.content = vault.sealed(key, note, "content", {"words": "Slept well."})
        copy = ConflictCopy(
            id=new_key(),
            screening_id=alert.screening_id,
            person_id=person.id,
            received_at=NOW,
        )
        copy.payload = vault.sealed(key, copy, "payload", [])
        letter = Letter(
            kind=LetterKind.NUDGE,
            recipient_id=clinician.account_id,
            alert_id=alert.id,
            written_at=NOW,
            next_try_at=NOW,
        )
        release = _release(make)
        session.add_all([note, copy, letter, release])
        session.flush()
        rows = [note, copy, letter, release, *_of_release(release, person, clinician)]
        session.add_all(rows)
        trail.record(session, by=Machine(), act=Act.TRAIL_READ, at=NOW)
        session.flush()
        event = session.query(AuditEvent).one()
    return {row.__tablename__: row for row in (*rows, alert, case, event)}


def a_plan(**given: Any) -> Written:
    """A safety plan that can be signed."""
    said = {"signs": "I stop answering the phone.", "coping": "Walk to the river."}
    usual = {"said": said, "review_on": TODAY + timedelta(days=14), "agreed": True}
    usual |= {"keeping": {"weapon": Keeping("The armourer", "until we meet again")}}
    return Written(PlanKind.SAFETY, **usual | given)


def write_a_programme(make: Factory, **given: Any) -> SiteProgramme:
    """A site's own version of a programme, in force."""
    text = (PRESETS / "canada.toml").read_text(encoding="utf-8")
    made_from = 'code = "own-army"\nmade_from = "canada/1"'
    usual = {
        "code": "own-army",
        "version": "1",
        "text": text.replace('code = "canada"', made_from),
        "made_at": NOW,
        "confirmed_at": NOW,
    }
    with make.kept() as session:
        row = SiteProgramme(id=new_key(), **usual | given)
        session.add(row)
    return row


def follow_own_programme(make: Factory) -> None:
    with make.kept() as session:
        chosen = {"nation": "Westmark", "programme": "canada", "language": "fr"}
        session.add(Contingent(unit_id=make.root.id, **chosen))


def certify(make: Factory, screening: Screening, clinician: Actor) -> None:
    with make.kept() as session:
        done = Certification(
            id=new_key(),
            screening_id=screening.id,
            person_id=screening.person_id,
            certified_by=clinician.account_id,
            certified_at=NOW,
        )
        key = vault.key_for(session, person_id=screening.person_id)
        content = [str(NOW.date()), "phone", "Agreed to talk again."]
        done.content = vault.sealed(key, done, "content", content, size=8192)
        session.add(done)


def ask_to_join(make: Factory, person: Person, other: Person) -> UUID:
    """A request that waits for a second administrator."""
    with make.kept() as session:
        key = vault.key_for(session, person_id=person.id)
        merge = Merge(id=new_key(), person_id=person.id, other_id=other.id, made_at=NOW)
        merge.content = vault.sealed(key, merge, "content", {}, size=4096)
        session.add(merge)
    return merge.id


def print_and_key(make: Factory, window: Window, clinician: Actor) -> PaperForm:
    """A form that came back, typed in once."""
    with make.kept() as session:
        form = PaperForm(
            id=new_key(),
            window_id=window.id,
            person_id=window.person_id,
            number=new_number(),
            programme=window.programme,
            language="en",
            printed_at=NOW,
            printed_by=clinician.account_id,
        )
        session.add(form)
        session.flush()
        entry = PaperEntry(
            id=new_key(),
            form_id=form.id,
            person_id=form.person_id,
            turn=1,
            entered_by=clinician.account_id,
            entered_at=NOW,
        )
        key = vault.key_for(session, person_id=form.person_id)
        keyed = [str(NOW.date()), None, {"phq-9": {"9": 1}}]
        entry.content = vault.sealed(key, entry, "content", keyed, size=2048)
        session.add(entry)
    return form


def strike_out(make: Factory, screening: Screening, clinician: Actor) -> None:
    with make.kept() as session:
        mark = EnteredInError(
            id=new_key(),
            screening_id=screening.id,
            window_id=screening.window_id,
            person_id=screening.person_id,
            marked_at=NOW,
            marked_by=clinician.account_id,
        )
        key = vault.key_for(session, person_id=screening.person_id)
        reason = ["other", "The sheet of his brother."]
        mark.reason = vault.sealed(key, mark, "reason", reason, size=2560)
        session.add(mark)


def note_moved(make: Factory, screening: Screening, wrong: Person, clinician: Actor) -> None:
    """It stood in the record of `wrong`."""
    with make.kept() as session:
        moved = MovedScreening(
            id=new_key(),
            screening_id=screening.id,
            person_id=screening.person_id,
            from_id=wrong.id,
            moved_at=NOW,
            moved_by=clinician.account_id,
        )
        key = vault.key_for(session, person_id=screening.person_id)
        moved.reason = vault.sealed(key, moved, "reason", ["mixed", "Two sheets."], size=8192)
        session.add(moved)


def take_into(make: Factory, roster: RosterImport, person: Person) -> None:
    with make.kept() as session:
        change = RosterChange(
            id=new_key(), import_id=roster.id, person_id=person.id, line=2, kind=RosterKind.CHANGED
        )
        key = vault.key_for(session, person_id=person.id)
        change.before = vault.sealed(key, change, "before", {"rank_band": ["nco", "officer"]})
        session.add(change)


def _release(make: Factory) -> Release:
    return Release(
        id=new_key(),
        code="any_positive_screen",
        unit_id=make.root.id,
        period_from=TODAY - timedelta(days=180),
        period_until=TODAY,
        computed_at=NOW,
        mechanism="exact discrete Laplace",
        epsilon="1/2",
        smallest_roster=30,
        input_mac=b"m" * 32,
        report="{}",
    )


def _of_release(release: Release, person: Any, clinician: Any) -> list[Any]:
    return [
        ReleaseCell(
            release_id=release.id,
            unit_id=release.unit_id,
            unit_name="Contingent",
            unit_path="0001",
            roster=40,
        ),
        LedgerEntry(
            release_id=release.id, person_id=person.id, day=release.period_from, epsilon="1/2"
        ),
        ReleaseApproval(
            release_id=release.id,
            role=Role.CLINIC_LEAD,
            account_id=clinician.account_id,
            decision=ReleaseDecision.APPROVED,
            decided_at=NOW,
        ),
    ]
