"""The instruments on offer, their words, and the one function that scores them."""

from collections.abc import Mapping
from types import MappingProxyType

from models.instruments.audit import AUDIT, AUDIT_C
from models.instruments.brs import BRS
from models.instruments.c_ssrs_screener import C_SSRS_SCREENER
from models.instruments.ces import CES
from models.instruments.definition import Instrument
from models.instruments.gad import GAD_2, GAD_7
from models.instruments.isi import ISI
from models.instruments.itq import ITQ
from models.instruments.kessler import K6, K10
from models.instruments.lec_5 import LEC_5
from models.instruments.mios import MIOS
from models.instruments.pc_ptsd_5 import PC_PTSD_5
from models.instruments.pcl_5 import PCL_5
from models.instruments.phq import PHQ_2, PHQ_8, PHQ_9
from models.instruments.result import AnswerRefused, Result
from models.instruments.scoring import score
from models.instruments.srq_20 import SRQ_20
from models.instruments.who_5 import WHO_5
from models.instruments.wording import NoWords, Words, best_language, languages, words
from models.instruments.wsas import WSAS

__all__ = [
    "ASSIGNABLE",
    "HELD",
    "ON_OFFER",
    "AnswerRefused",
    "Instrument",
    "NoWords",
    "Result",
    "UnknownInstrument",
    "Words",
    "best_language",
    "find",
    "languages",
    "score",
    "words",
]

CURRENT = (
    PC_PTSD_5,
    PCL_5,
    PHQ_2,
    PHQ_8,
    PHQ_9,
    GAD_2,
    GAD_7,
    AUDIT_C,
    AUDIT,
    K10,
    K6,
    WHO_5,
    SRQ_20,
    ITQ,
    ISI,
    WSAS,
    BRS,
    C_SSRS_SCREENER,
    LEC_5,
    CES,
    MIOS,
)
EARLIER: tuple[Instrument, ...] = ()  # stored results name these, so they are never removed

# The current version of each, by code.
ON_OFFER: Mapping[str, Instrument] = MappingProxyType(
    {instrument.code: instrument for instrument in CURRENT}
)
# What a person can answer alone, again and again, in care: its words are held, and its result can
# move. The most common first.
ASSIGNABLE = (
    "phq-9",
    "gad-7",
    "pcl-5",
    "who-5",
    "k10",
    "audit",
    "audit-c",
    "phq-2",
    "gad-2",
    "pc-ptsd-5",
    "srq-20",
)
HELD = (*CURRENT, *EARLIER)
_BY_VERSION = {(instrument.code, instrument.version): instrument for instrument in HELD}


class UnknownInstrument(LookupError):
    """No instrument of this code and version is held."""


def find(code: str, version: str | None = None) -> Instrument:
    """The current version, or the one that a stored result names."""
    found = ON_OFFER.get(code) if version is None else _BY_VERSION.get((code, version))
    if found is None:
        named = code if version is None else f"{code} version {version}"
        raise UnknownInstrument(f"no instrument {named}")
    return found
