"""Which Posts an account holds on a day: begun, not over, and confirmed."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from models.tables.accounts import Post
from models.vocabulary import Role


def is_held(post: type[Post], today: date | BindParameter[date]) -> ColumnElement[bool]:
    """`Post.is_held`, for a query."""
    return and_(
        post.confirmed_at.is_not(None),
        post.from_day <= today,
        or_(post.until_day.is_(None), post.until_day >= today),
    )


def held_posts(session: Session, *, account_id: UUID, today: date) -> Sequence[Post]:
    return session.scalars(
        select(Post)
        .where(Post.account_id == account_id, is_held(Post, today))
        .order_by(Post.from_day, Post.id)
    ).all()


def first_post(posts: Sequence[Post]) -> Post | None:
    """People with duties start in them; everyone else starts as themselves."""
    duties = [post for post in posts if post.role is not Role.MEMBER]
    return next(iter([*duties, *posts]), None)
