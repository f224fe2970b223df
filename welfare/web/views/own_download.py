"""Taking everything along: a PDF, a page to print, or a file for programs; none is kept here."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from welfare.gateways import pdf
from welfare.policies.permissions import Permission
from welfare.services import exports
from welfare.web import export_page, forms, pdf_file
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("own_download", __name__, url_prefix="/me/download")
PAGE, PDF = "page", "pdf"


@pages.get("")
@requires(Permission.OWN_RECORD_TAKE, fresh=True)
def ask() -> ResponseReturnValue:
    return render_template("own_download/ask.html", has_pdf=pdf.is_possible())


@pages.post("")
@requires(Permission.OWN_RECORD_TAKE, fresh=True, back="own_download.ask")
def take() -> ResponseReturnValue:
    content = exports.export_own(current_session(), actor=current_actor(), at=now())
    name = f"record-{today().isoformat()}"
    wanted = forms.text(request.form, "as")
    if wanted == PDF and pdf.is_possible():
        return pdf_file.made_as_sent(_shown(content, "parts/document"), name=f"{name}.pdf")
    if wanted in {PAGE, PDF}:  # a browser can make a PDF of the page
        return _shown(content, "page")
    return Response(
        _pieces(content),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )


def _shown(content: Mapping[str, Any], template: str) -> str:
    sections = export_page.sections(content)
    return render_template(f"own_download/{template}.html", sections=sections, made_at=now())


def _pieces(content: Mapping[str, Any]) -> Iterator[str]:
    """Part by part, as it is sent: it never lies anywhere as a file."""
    before = "{"
    for name, value in content.items():
        yield f"{before}\n{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, indent=1)}"
        before = ","
    yield "\n}\n"
