"""A page for paper as a PDF file to download: its style sheet, and the answer that carries it."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from flask import Response

from welfare.gateways import pdf

DIST = Path(__file__).parent / "static" / "dist"
STYLE = "summary.*.css"


def made(html: str, *, name: str) -> Response:
    """Made before the answer leaves, so that what goes wrong is told. Raises PdfNotPossible."""
    return _file([pdf.pdf_of(html, style=_style())], name)


def made_as_sent(html: str, *, name: str) -> Response:
    """Made when the answer leaves, after the commit: setting a long record takes seconds, in which
    nobody else's form may wait. Ask before whether it is possible."""
    return _file((pdf.pdf_of(html, style=_style()) for _ in range(1)), name)


def _file(content: Iterable[bytes], name: str) -> Response:
    response = Response(content, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


@cache
def _style() -> str:
    """Read once; the paper itself fetches nothing."""
    (found,) = DIST.glob(STYLE)
    return found.read_text()
