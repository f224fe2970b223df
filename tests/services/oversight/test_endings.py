"""What becomes of openings, notices and questions when somebody leaves, or is erased."""

from models import erasure
from models.tables.accounts import Post
from models.tables.glass import ClosedRecord
from models.tables.notices import CommandNotice, DelayedNotice, EntryQuestion
from models.vocabulary import Act, ReviewState, Role
from welfare.policies.actor import Machine
from welfare.policies.flows import review_state
from welfare.services import oversight_rounds, posts, reviews


def test_who_leaves_their_last_clinical_post_has_nothing_open_any_more(it, make, edge):
    opened = it.break_glass(hours=4)
    (post,) = edge.rows(Post, Post.account_id == it.opener.account_id)

    edge.act(
        posts.end_post,
        actor=make.actor(Role.ADMINISTRATOR),
        post_id=post.id,
        at=make.now,
        even_so=True,
    )

    assert it.now(opened).ended_at == make.now
    assert edge.acts()[Act.GLASS_ENDED] == 1
    assert it.now(opened).next_tell_at is not None  # it is reviewed all the same


def test_of_somebody_who_was_erased_nothing_waits_for_anybody(it, make, edge, wish):
    opened = it.break_glass(hours=4, delay=wish())
    make.delay(make.notice(it.person, it.carer, told_at=None))
    make.question(it.person, it.carer)
    make.shut(it.person, it.carer)
    signed = {"erased_at": make.now, "erased_by": None, "at": make.now}

    edge.act(erasure.erase, by=Machine(), person_id=it.person.id, **signed)

    late = make.after(days=40)
    row = it.now(opened)
    assert (row.is_open(make.now), review_state(row, late)) == (False, ReviewState.GIVEN_UP)
    assert edge.rows(EntryQuestion)[0].next_tell_at is None
    assert edge.rows(ClosedRecord)[0].lifted_at == make.now
    assert edge.rows(CommandNotice)[0].told_at == make.now
    assert all(each.until_at <= make.now for each in edge.rows(DelayedNotice))
    for tell in (
        oversight_rounds.tell_overdue_reviews,
        oversight_rounds.tell_late_questions,
        oversight_rounds.tell_people,
    ):
        assert edge.act(tell, by=Machine(), at=late) == 0
    found = edge.look(reviews.list_reviews, actor=it.officer, at=make.now)
    assert (found.waiting, found.delays, found.done) == ((), (), ())
