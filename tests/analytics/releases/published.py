"""Releases put straight through the door, and what stands in its tables afterwards."""

from datetime import UTC, date, datetime
from fractions import Fraction

from sqlalchemy import func, select

from analytics.commands.release import ByCommand
from analytics.publish import (
    Audience,
    publish,
)
from analytics.release.calendar import Period
from analytics.release.gate import examine
from analytics.release.leaves import UnitNode
from analytics.release.ledger import DEFAULT
from analytics.release.mechanism import make_safe
from analytics.release.noise import DiscreteLaplace
from models.session import snapshot
from models.tables.audit import AuditEvent
from models.tables.releases import LedgerEntry, Release, ReleaseCell

PERIOD = Period(date(2026, 1, 1), date(2026, 6, 30))
ASKED = {"period": PERIOD, "programme": "un-contingent"}
AT = datetime(2026, 7, 2, tzinfo=UTC)
HALF = Fraction(1, 2)


def everything(database):
    with snapshot(database) as session:
        return {
            table.__tablename__: session.execute(
                select(*table.__table__.columns).order_by(table.id)
            ).all()
            for table in (Release, ReleaseCell, LedgerEntry, AuditEvent)
        }


def count(database, table):
    with snapshot(database) as session:
        return session.scalar(select(func.count()).select_from(table))


def audience(force_root, people=()):
    unit = UnitNode("0001", None, "Battalion")
    return Audience(force_root, {"0001": force_root}, [unit], {"0001": 40}, people)


def one_unit(noise, people=40):
    return make_safe(
        measure="any_positive_screen",
        units=[UnitNode("0001", None, "Battalion")],
        strengths={"0001": people},
        positives={"0001": 5},
        noise=noise,
    )


def put(session, root, *, people, table=None, period=PERIOD, at=AT):
    table = table or one_unit(DiscreteLaplace(HALF))
    return publish(
        session,
        by=ByCommand(),
        table=table,
        report=examine(table, strengths={"0001": 40}, floor=30),
        audience=audience(root, people),
        period=period,
        input_digest=b"d" * 32,
        allowance=DEFAULT,
        at=at,
    )
