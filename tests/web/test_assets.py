"""Assets: what browsers load is complete, small, ours alone, and fits a strict content policy."""

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "welfare" / "web"
DIST = WEB / "static" / "dist"
MANIFEST = json.loads((DIST / "manifest.json").read_text())
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
SERVED = sorted(path for path in DIST.iterdir() if path.suffix in {".css", ".js", ".svg"})
NAMES = {
    "app.css",
    "app.rtl.css",
    "care.css",
    "paper.css",
    "summary.css",
    "app.js",
    "passkey.js",
    "questionnaire.js",
    "work-list.js",
    "favicon.svg",
}

# Compressed bytes. The rest of the 40 kB of a first visit is left to the page itself.
STYLE_BUDGET = 14_000
SCRIPT_BUDGET = 6_000
FIRST_VISIT_BUDGET = 40_000
PAGE_ALLOWANCE = 5_000


def compressed(name):
    return len(gzip.compress((DIST / MANIFEST[name]).read_bytes(), mtime=0))


def own_markup(template):
    """What the template itself says: no comments, statements or expressions."""
    return re.sub(r"\{[#%{].*?[#%}]\}", "", template.read_text(), flags=re.DOTALL)


def test_the_manifest_names_exactly_what_pages_ask_for():
    assert set(MANIFEST) == NAMES
    assert {path.name for path in SERVED} == set(MANIFEST.values())


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_hashed_name_tells_its_content(name):
    content = (DIST / MANIFEST[name]).read_bytes()

    in_name = MANIFEST[name].split(".")[-2]

    assert in_name == hashlib.sha256(content).hexdigest()[:8]


def test_checksums_agree_with_every_file():
    lines = (DIST / "SHA256SUMS").read_text().splitlines()

    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    found = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in DIST.iterdir()
        if path.name != "SHA256SUMS"
    }

    assert listed == found


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_the_compressed_copy_holds_the_same_content(path):
    copy = path.with_name(path.name + ".gz")

    assert gzip.decompress(copy.read_bytes()) == path.read_bytes()


def test_a_first_visit_stays_light():
    scripts = compressed("app.js") + compressed("questionnaire.js")
    styles = max(compressed("app.css"), compressed("app.rtl.css"))
    icon = compressed("favicon.svg")

    assert scripts <= SCRIPT_BUDGET
    assert styles <= STYLE_BUDGET
    assert scripts + styles + icon + PAGE_ALLOWANCE <= FIRST_VISIT_BUDGET


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_nothing_is_fetched_from_elsewhere(path):
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")

    assert not re.search(r"//[a-z0-9-]+\.[a-z]", text)
    assert "url(" not in text
    assert "@font-face" not in text
    assert "@import" not in text


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_no_brand_of_another_house_is_used(path):
    text = path.read_text().lower()

    assert "gds transport" not in text
    assert "crest" not in text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_has_no_inline_style_or_script_and_escapes_everything(template):
    text, source = own_markup(template), template.read_text()

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\|\s*safe\b|autoescape", source)
    assert not re.search(r"(src|href|action)=\"(https?:)?//", text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_template_speaks_only_through_gettext(template):
    outside_tags = re.sub(r"<[^>]*>|[a-z-]+=\"[^\"]*\"", " ", own_markup(template))

    assert not re.search(r"[A-Za-z]{2,}", outside_tags)


def test_the_build_recipe_names_no_registry():
    lock = json.loads((WEB / "design" / "package-lock.json").read_text())

    assert not [name for name, package in lock["packages"].items() if "resolved" in package]
