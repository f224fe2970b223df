"""Style sheets, scripts and pictures; packed copies for browsers that take them."""

from pathlib import Path

from flask import Response, abort, request, send_from_directory

from welfare.web.guard import public

STATIC = Path(__file__).parents[1] / "static"
LONGEST_NAME = 120  # a file system refuses much longer ones with an error
PACKED = {".css", ".js", ".svg"}


@public
def send_file(filename: str) -> Response:
    """A file below static/; its name carries its digest, so it may be kept for a year."""
    wants_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    if len(filename) > LONGEST_NAME:
        abort(404)
    there = (STATIC / f"{filename}.gz").is_file()
    if wants_packed and there and Path(filename).suffix in PACKED:
        response = send_from_directory(STATIC, f"{filename}.gz", mimetype=_kind(filename))
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = send_from_directory(STATIC, filename)
    response.headers.add("Vary", "Accept-Encoding")
    return response


def _kind(filename: str) -> str:
    return {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}[
        Path(filename).suffix
    ]
