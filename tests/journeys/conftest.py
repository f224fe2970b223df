"""For journeys: a browser, a served site for each file of them, a stage, and somebody to walk."""

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
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
HEIGHTS = {390: 844, 1280: 900}
PATIENCE = 15_000  # milliseconds; the machine may be busy


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", CHROMIUM), args=QUIET
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One served site for all journeys of a file; each brings its own contingent."""
    folder = tmp_path_factory.mktemp("site")
    with served(f"sqlite:///{folder / 'site.db'}", folder) as running:
        yield running


@pytest.fixture(scope="module")
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


@pytest.fixture(params=sorted(HEIGHTS), ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    chosen: int = request.param
    return chosen


@pytest.fixture
def walks(chromium: Browser, site: Served) -> Iterator[Callable[..., Walker]]:
    """Gives people, each at a browser of their own. At the end nothing may have gone wrong."""
    yield from _walkers(chromium, site.address)


@pytest.fixture
def walks_on_postgres(
    chromium: Browser, site_on_postgres: Served
) -> Iterator[Callable[..., Walker]]:
    yield from _walkers(chromium, site_on_postgres.address)


def _walkers(chromium: Browser, address: str) -> Iterator[Callable[..., Walker]]:
    opened = []

    def walk(width: int = 390, *, script: bool = True) -> Walker:
        context = chromium.new_context(
            viewport={"width": width, "height": HEIGHTS[width]}, java_script_enabled=script
        )
        context.set_default_timeout(PATIENCE)
        walker = Walker(context.new_page(), address, has_script=script)
        opened.append(walker)
        return walker

    yield walk
    for walker in opened:
        walker.page.context.close()
    assert not [complaint for walker in opened for complaint in walker.complaints]
