"""Two records become one: their threads are one thread, and parting gives each back its own."""

from uuid import uuid4

from models.tables.people import Person
from models.vocabulary import Role
from welfare.services import merging, messages
from welfare.services.message_list import read_thread


def test_threads_are_joined_and_a_reply_given_since_follows_its_message_back(it, edge, make):
    second = make.actor(disabled_at=make.now)
    message = make.message(second.person_id, it.mine, "From the second record.")
    it.write("From the first.")
    asker, confirmer = (make.actor(Role.ADMINISTRATOR) for _ in range(2))
    both = {"first_id": it.member.person_id, "second_id": second.person_id, "at": make.now}
    merge = edge.act(merging.ask_to_merge, actor=asker, **both)
    edge.act(merging.confirm_merge, actor=confirmer, merge_id=merge.id, at=make.now)
    given = {"actor": it.mine, "person_id": it.member.person_id, "at": make.now}

    words = {each.words for each in edge.look(read_thread, **given).said}
    answer = {"message_id": message.id, "reply_id": uuid4(), "words": "To the second."}
    edge.act(messages.reply, actor=it.mine, at=make.now, **answer)
    edge.act(merging.part_again, actor=asker, merge_id=merge.id, at=make.now)

    assert words == {"From the second record.", "From the first."}
    with edge.database.reading() as session:
        assert session.get(Person, second.person_id)
    given["person_id"] = second.person_id
    back = {each.words for each in edge.look(read_thread, **given).said}
    assert back == {"From the second record.", "To the second."}
