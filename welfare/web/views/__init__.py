"""One module per family of pages: read the request, call one service, answer."""
