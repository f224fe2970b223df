"""From a page to a PDF, where WeasyPrint is installed. Nothing is fetched: no address, no file."""

import importlib
import importlib.util
from functools import cache
from typing import Any

LIBRARY = "weasyprint"
IS_INSTALLED = importlib.util.find_spec(LIBRARY) is not None


class PdfNotPossible(Exception):
    """The library, or what it needs of the operating system, is not here."""


class NothingIsFetched(Exception):
    """The page asked for something beside itself. It is left out."""


class RefusingFetcher:
    """Whatever is asked for, from wherever: a picture, a style sheet, a file to attach."""

    _fail_on_errors = False  # WeasyPrint's word: it goes on without

    def __call__(self, *_asked: Any, **_more: Any) -> Any:
        raise NothingIsFetched("a page for paper is complete in itself")


def is_possible() -> bool:
    """Asked by pages before they offer one."""
    return IS_INSTALLED and _library() is not None


def pdf_of(html: str, *, style: str) -> bytes:
    """The whole page on paper. Raises PdfNotPossible."""
    library = _library() if IS_INSTALLED else None
    if library is None:
        raise PdfNotPossible("WeasyPrint is not installed")
    refusing = RefusingFetcher()
    sheet = library.CSS(string=style, url_fetcher=refusing)
    page = library.HTML(string=html, url_fetcher=refusing)
    written: bytes = page.write_pdf(stylesheets=[sheet])
    return written


@cache
def _library() -> Any:
    """Loaded when first wanted: it takes a second, and most sites and commands never do."""
    try:
        return importlib.import_module(LIBRARY)
    except (ImportError, OSError):  # OSError: Pango is missing
        return None
