"""Who somebody is: identity and facts, opened for the bar above their record."""

from dataclasses import dataclass

from models import vault
from models.tables.people import Identity, Person


@dataclass(frozen=True, slots=True)
class Who:
    """Identity and facts, opened for the identity bar."""

    name: str
    service_number: str
    phone: str
    email: str
    sex: str
    birth_year: int | None
    rank_band: str
    language: str


def who_is(key: bytes, person: Person, identity: Identity | None) -> Who:
    facts = vault.opened(key, person, "facts")
    content = vault.opened(key, identity, "content") if identity is not None else None
    return Who(
        name=vault.name_in(content, person_id=person.id),
        service_number=(content or {}).get("service_number", ""),
        phone=(content or {}).get("phone", ""),
        email=(content or {}).get("email", ""),
        sex=facts.get("sex") or "",
        birth_year=facts.get("birth_year"),
        rank_band=facts.get("rank_band") or "",
        language=facts.get("language") or "",
    )
