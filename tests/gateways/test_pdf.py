"""From a page to a PDF: its words are on it, nothing is fetched, and a site can do without."""

import logging

import pytest
import weasyprint

from welfare.gateways import pdf
from welfare.gateways.pdf import PdfNotPossible, RefusingFetcher, pdf_of

STYLE = "@page { size: a4 } p { color: #17292f }"


def words_on(html):
    """As they were set, page by page: WeasyPrint's own tree of the document."""
    document = weasyprint.HTML(string=html, url_fetcher=RefusingFetcher()).render()
    return " ".join(
        box.text
        for page in document.pages
        for box in page._page_box.descendants()
        if hasattr(box, "text")
    )


def test_a_page_becomes_a_pdf_with_its_words():
    html = "<title>Summary</title><p>Noor Castellane &lt;b&gt;</p>"

    assert pdf_of(html, style=STYLE).startswith(b"%PDF-")
    assert "Noor Castellane <b>" in words_on(html)


@pytest.mark.parametrize("begin", ["file://{folder}/", "http://127.0.0.1:9/", "https://x.example/"])
def test_neither_a_file_nor_the_network_is_asked_for_anything(begin, tmp_path, monkeypatch):
    secret = tmp_path / "secret.txt"
    secret.write_text("p { color: red } KEY-OF-THE-HOUSE")
    url = begin.format(folder=tmp_path) + "secret.txt"
    asked = []
    refuse = RefusingFetcher.__call__
    monkeypatch.setattr(
        RefusingFetcher,
        "__call__",
        lambda self, *urls, **more: asked.append(urls[0]) or refuse(self, *urls, **more),
    )
    html = (
        f'<link rel="attachment" href="{url}"><link rel="stylesheet" href="{url}">'
        f'<style>@import "{url}"; p {{ background: url("{url}") }}</style>'
        f'<img src="{url}"><p>Here.</p><object data="{url}"></object>'
        f'<svg width="9" height="9"><image href="{url}" width="9" height="9"/></svg>'
    )
    logging.getLogger("weasyprint").disabled = True

    made = pdf_of(html, style=f'@import "{url}";')

    assert b"KEY-OF-THE-HOUSE" not in made and b"EmbeddedFile" not in made
    assert set(asked) == {url}


def test_a_site_without_the_library_is_told_so_and_nothing_breaks(monkeypatch):
    monkeypatch.setattr(pdf, "IS_INSTALLED", False)

    assert not pdf.is_possible()
    with pytest.raises(PdfNotPossible):
        pdf_of("<p></p>", style="")


def test_a_site_without_what_the_library_needs_of_the_system_is_told_so(monkeypatch):
    monkeypatch.setattr(pdf, "LIBRARY", "no_such_library")
    pdf._library.cache_clear()
    try:
        assert not pdf.is_possible()
    finally:
        pdf._library.cache_clear()
