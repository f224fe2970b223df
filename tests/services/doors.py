"""Acts that the web does in two steps, as one, for tests of services."""

from datetime import datetime

from sqlalchemy.orm import Session

from welfare.services.sign_in import check_password, sign_in


def come_in(session: Session, *, login: str, password: str, network: str, at: datetime) -> str:
    """Compare the password, then open the session: what the sign-in page does."""
    given = {"login": login, "network": network, "at": at}
    checked = check_password(session, password=password, **given)
    return sign_in(session, checked=checked, **given)
