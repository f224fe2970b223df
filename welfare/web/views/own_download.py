"""Taking everything along: a file for programs, or a page to print; neither is kept here."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from welfare.policies.permissions import Permission
from welfare.services import exports
from welfare.web import export_page, forms
from welfare.web.clock import now, today
from welfare.web.guard import requires
from welfare.web.sign_in import current_actor
from welfare.web.work import current_session

pages = Blueprint("own_download", __name__, url_prefix="/me/download")
PAGE = "page"


@pages.get("")
@requires(Permission.OWN_RECORD_TAKE, fresh=True)
def ask() -> ResponseReturnValue:
    return render_template("own_download/ask.html")


@pages.post("")
@requires(Permission.OWN_RECORD_TAKE, fresh=True, back="own_download.ask")
def take() -> ResponseReturnValue:
    content = exports.export_own(current_session(), actor=current_actor(), at=now())
    if forms.text(request.form, "as") == PAGE:
        return render_template(
            "own_download/page.html", sections=export_page.sections(content), made_at=now()
        )
    name = f"record-{today().isoformat()}.json"
    return Response(
        _pieces(content),
        mimetype="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _pieces(content: Mapping[str, Any]) -> Iterator[str]:
    """Part by part, as it is sent: it never lies anywhere as a file."""
    before = "{"
    for name, value in content.items():
        yield f"{before}\n{json.dumps(name)}: {json.dumps(value, ensure_ascii=False, indent=1)}"
        before = ","
    yield "\n}\n"
