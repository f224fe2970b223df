"""Files that a browser sends stay in memory: the framework would put larger ones on the disk."""

import io
from typing import IO

from flask import Request


class InMemoryRequest(Request):
    """How much a request may hold is limited before it is read."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return io.BytesIO()
