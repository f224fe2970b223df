"""Asking for a Post, and the Post as it stands now."""

from models.tables.accounts import Post


def request(actor, whom, unit, role, make):
    return {
        "actor": actor,
        "account_id": whom.account_id,
        "unit_id": unit.id,
        "role": role,
        "at": make.now,
    }


def post_now(edge, post):
    return edge.rows(Post, Post.id == post.id)[0]
