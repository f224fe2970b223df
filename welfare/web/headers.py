"""What every answer says to the browser: own files only, no framing, nothing kept."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
A_YEAR = "public, max-age=31536000, immutable"  # file names carry their content's digest


def init_app(app: Flask, *, over_tls: bool) -> None:
    @app.after_request
    def dress(response: Response) -> Response:
        response.headers.update(ALWAYS)
        if over_tls:
            response.headers["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"
        is_file = request.endpoint == "static" and response.status_code == 200
        response.headers["Cache-Control"] = A_YEAR if is_file else "no-store"
        return response
