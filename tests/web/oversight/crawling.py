"""Walking through every page: by links, or by every address there is."""

from uuid import uuid4

from tests.web.pages import links
from welfare.web.guard import need_of


def crawl(visitor, pages):
    """Every page that can be reached by links, with its text."""
    seen, waiting = {}, list(pages)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        with visitor.get(path) as answer:
            seen[path] = answer.text if answer.mimetype == "text/html" else ""
        waiting += links(seen[path])
    return seen


def every_page(app, story):
    """Every address that can be read, with the ids of the story in it."""
    adapter = app.url_map.bind("localhost")
    return [
        adapter.build(rule.endpoint, {name: story.get(name, uuid4()) for name in rule.arguments})
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and need_of(app.view_functions[rule.endpoint])
    ]
