"""What each role mainly comes for, as a walk that any walker can go: keyboard, enlarged, plain."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from models.base import new_key
from models.tables.releases import Release, ReleaseApproval
from models.vocabulary import ReleaseDecision, Role
from tests.journeys.scenes import Someone, Stage
from tests.journeys.walker import Walker

Task = Callable[[Walker], None]
# Answers that open nothing and alarm nobody: one for each part, and how many questions it has.
CALM_PARTS = (("No", 1), ("Not at all", 9), ("Not at all", 2), ("Never", 1))
APPROVERS = (Role.PRIVACY_OFFICER, Role.CLINIC_LEAD)


def answers(stage: Stage) -> tuple[Someone, Task]:
    """A member reads, answers, checks, sends, and comes back to the start."""
    member, _window = stage.member_back_from_a_mission()

    def walk(walker: Walker) -> None:
        walker.looks("My questions")
        walker.follow("Read first, then start")
        walker.looks("Before you begin")
        walker.follow("Start")
        walker.is_whole()
        for answer, count in CALM_PARTS:
            answer_part(walker, answer, count)
        walker.looks("Check your answers")
        walker.press("Send my answers")
        walker.looks("Your answers have arrived")
        walker.sees("Nothing stands out")
        walker.follow("Go to my start page")
        walker.looks("My questions")

    return member, walk


def answer_part(walker: Walker, answer: str, count: int) -> None:
    """One question after the other; without script they stand below each other."""
    if walker.has_script:
        for _ in range(count):
            walker.mark(walker.page.locator("[data-item]:visible"), answer)
            walker.press("Continue")
        return
    for question in walker.page.locator("[data-item]").all():
        is_offered = question.get_by_label(answer, exact=True).count()
        walker.mark(question, answer if is_offered else "Prefer not to answer")
    walker.press("Continue")


def cares(stage: Stage) -> tuple[Someone, Task]:
    """A clinician takes an alert, records the contact, closes it and signs a note."""
    clinician = stage.clinician_on_duty()
    stage.patient(clinician)

    def walk(walker: Walker) -> None:
        walker.looks("Work-list")
        walker.press("Acknowledge")
        walker.looks("Results over time")
        walker.choose("How did it go?", "Reached")
        walker.fill(words="Called. Safe for now.")
        walker.press("Record contact")
        walker.choose("How did it end?", "Spoken with, safe, support agreed")
        walker.press("Close alert")
        walker.fill(words="Sleeps badly. Agreed to talk.")
        walker.press("Sign note")
        walker.looks("Earlier alerts")
        walker.sees("Sleeps badly. Agreed to talk.")

    return clinician, walk


def takes_over(stage: Stage) -> tuple[Someone, Task]:
    """A clinic lead takes what nobody has seen."""
    stage.patient(stage.clinician_on_duty())
    lead = stage.person(Role.CLINIC_LEAD)

    def walk(walker: Walker) -> None:
        walker.looks("Alerts nobody has taken yet")
        walker.press("Take over")
        walker.looks("Critical answer")
        walker.sees("The alert is yours.")

    return lead, walk


def approves(stage: Stage) -> tuple[Someone, Task]:
    """A privacy officer looks at a release and says yes."""
    stage.candidate()
    privacy = stage.person(Role.PRIVACY_OFFICER)

    def walk(walker: Walker) -> None:
        walker.looks("Releases")
        walker.follow("1 January 2026 to 30 June 2026")
        walker.looks("What tests against it found")
        walker.choose("May command see this?", "Approved")
        walker.press("Record decision")
        walker.looks("Decisions")

    return privacy, walk


def reads_figures(stage: Stage) -> tuple[Someone, Task]:
    """A commander reads what was released, and where no figure is."""
    stage.candidate()
    publish(stage)
    commander = stage.person(Role.COMMANDER)

    def walk(walker: Walker) -> None:
        walker.looks("How the force is doing")
        walker.sees("About 1 in 3")
        walker.sees("[c] means: not published")
        walker.looks("What this page cannot tell you")

    return commander, walk


def publish(stage: Stage) -> None:
    """Both have said yes to the newest release of this contingent."""
    approvers = {role: stage.person(role).actor.account_id for role in APPROVERS}
    with stage.make.kept() as session:
        release = session.query(Release).filter_by(unit_id=stage.unit.id).one()
        for role, account in approvers.items():
            session.add(
                ReleaseApproval(
                    id=new_key(),
                    release_id=release.id,
                    role=role,
                    account_id=account,
                    decision=ReleaseDecision.APPROVED,
                    decided_at=datetime.now(UTC),
                )
            )


def prepares(stage: Stage) -> tuple[Someone, Task]:
    """An administrator adds a unit, puts somebody on duty and lists whom to call."""
    stage.person(Role.CLINICIAN)
    administrator = stage.person(Role.ADMINISTRATOR)
    root = stage.unit.name

    def walk(walker: Walker) -> None:
        walker.looks("Site")
        walker.follow("Add a unit")
        walker.looks("Add a unit")
        walker.fill(name="Alpha Company")
        walker.press("Save")
        walker.follow("Put somebody on duty")
        walker.looks("Put somebody on duty")
        walker.fill(**{"from": stage.make.now.date().isoformat()})
        walker.press("Save")
        walker.follow("Add a crisis contact")
        walker.looks("Add a crisis contact")
        walker.pick(unit=root)
        walker.fill(name="Field clinic", phone="+00 555 0101", hours="Day and night")
        walker.press("Save")
        walker.looks("Site")
        walker.sees("Alpha Company")

    return administrator, walk


def checks_the_trail(stage: Stage) -> tuple[Someone, Task]:
    """An auditor sees that something was done."""
    stage.crisis_contact()
    auditor = stage.person(Role.AUDITOR)

    def walk(walker: Walker) -> None:
        walker.looks("Trail")
        walker.go_to("Trail")
        walker.sees("Trail read")
        walker.follow("Need to talk now?", walker.page.get_by_role("banner"))
        walker.looks("Need to talk now?")

    return auditor, walk


def looks_after(stage: Stage) -> tuple[Someone, Task]:
    """A welfare officer sees who was asked, what may not be told, and who has finished."""
    late = stage.make.person(stage.unit)
    stage.make.window(late.id, due_by=stage.make.now.date() - timedelta(days=1))
    stage.make.window(stage.make.person(stage.unit).id)
    officer = stage.person(Role.WELFARE_OFFICER)

    def walk(walker: Walker) -> None:
        walker.looks("Completion")
        walker.sees("Overdue (1)")
        walker.follow("Due now (1)")
        walker.sees("Check after return")
        walker.follow("What I may not tell")
        walker.looks("What I may not tell")
        walker.go_to("Readiness")
        walker.looks("Readiness")

    return officer, walk


TASKS: Mapping[Role, Callable[[Stage], tuple[Someone, Task]]] = {
    Role.MEMBER: answers,
    Role.CLINICIAN: cares,
    Role.CLINIC_LEAD: takes_over,
    Role.PRIVACY_OFFICER: approves,
    Role.COMMANDER: reads_figures,
    Role.ADMINISTRATOR: prepares,
    Role.AUDITOR: checks_the_trail,
    Role.WELFARE_OFFICER: looks_after,
}


def do_main_task(stage: Stage, role: Role, walker: Walker) -> None:
    """From the start page of the role to the end of what it comes for."""
    someone, task = TASKS[role](stage)
    walker.come_in(stage.make.web_session(someone.actor))
    walker.visit(f"/{walker.language}/")
    task(walker)
