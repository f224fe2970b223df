"""Column types and shapes that several noun families share."""

from typing import Annotated, Any
from uuid import UUID

from sqlalchemy import Dialect, ForeignKey, LargeBinary
from sqlalchemy.orm import mapped_column
from sqlalchemy.types import TypeDecorator

from models.base import Key16
from models.sealing import Ciphertext


class NotSealed(TypeError):
    """Plain bytes were about to be stored in a sealed column."""


class Sealed(TypeDecorator[Ciphertext]):
    """Holds only what `seal` made. The column cannot know its row, so it never seals itself."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        if value is not None and not isinstance(value, Ciphertext):
            raise NotSealed("A sealed column accepts only a Ciphertext.")
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> Ciphertext | None:
        return None if value is None else Ciphertext(value)


SealedValue = Annotated[Ciphertext, mapped_column(Sealed)]
Digest = Annotated[bytes, mapped_column(LargeBinary(32))]
PersonRef = Annotated[UUID, mapped_column(Key16, ForeignKey("person.id"), index=True)]
AccountRef = Annotated[UUID, mapped_column(Key16, ForeignKey("account.id"), index=True)]
UnitRef = Annotated[UUID, mapped_column(Key16, ForeignKey("unit.id"), index=True)]
