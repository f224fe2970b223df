"""For journeys: a browser, a served site for each worker, a stage, and somebody to walk."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import create_engine, text

from tests.journeys.scenes import Stage
from tests.journeys.served import Served, served
from tests.journeys.walker import Walker

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WIDTHS = (390, 1280)
HEIGHTS = {320: 256, 390: 844, 1280: 900}  # the first is 1280 by 1024 enlarged to 400 %
PATIENCE = 15_000  # milliseconds; the machine may be busy
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """One served site for all journeys of a worker; each brings its own contingent. On SQLite, or
    with JOURNEYS_ON=postgresql all of them on PostgreSQL."""
    if os.environ.get("JOURNEYS_ON") == "postgresql":
        yield request.getfixturevalue("site_on_postgres")
        return
    folder = tmp_path_factory.mktemp("site")
    with served(f"sqlite:///{folder / 'site.db'}", folder) as running:
        yield running


@pytest.fixture(scope="session")
def site_on_postgres(
    tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[str], str]
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("site")
    engine = create_engine(postgres("postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE journeys"))
    with served(postgres("journeys"), folder) as running:
        yield running
    with engine.connect() as connection:
        connection.execute(text("DROP DATABASE journeys WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def stage(site: Served) -> Stage:
    return Stage(site)


@pytest.fixture(params=WIDTHS, ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture
def walks(chromium: Browser, site: Served) -> Iterator[Callable[..., Walker]]:
    """Gives people, each at a browser of their own. At the end nothing may have gone wrong."""
    yield from _walkers(chromium, site.address)


@pytest.fixture
def walks_by_name(chromium: Browser, site: Served) -> Iterator[Callable[..., Walker]]:
    """The same site under the name that passkeys belong to."""
    yield from _walkers(chromium, site.by_name)


@pytest.fixture
def walks_on_postgres(
    chromium: Browser, site_on_postgres: Served
) -> Iterator[Callable[..., Walker]]:
    yield from _walkers(chromium, site_on_postgres.address)


def _walkers(chromium: Browser, address: str) -> Iterator[Callable[..., Walker]]:
    opened = []

    def walk(
        width: int = 390,
        *,
        script: bool = True,
        zone: str | None = None,
        language: str = "en",
        kind: type[Walker] = Walker,
        **senses: Any,
    ) -> Walker:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=script,
            timezone_id=zone,
            **senses,
        )
        context.set_default_timeout(PATIENCE)
        walker = kind(context.new_page(), address, has_script=script, language=language)
        opened.append(walker)
        return walker

    yield walk
    for walker in opened:
        walker.close()
    assert not [complaint for walker in opened for complaint in walker.complaints]
