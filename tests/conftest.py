"""Fixtures only; `builders.py` has the values."""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
from databases import cluster, new_database, postgresql_programs
from hypothesis import HealthCheck, settings
from mailservers import Inbox, dovecot_is_here, inbox
from measured import drop_unfinished
from relays import Relay, postfix_is_here, relay
from shell import end_forks

settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "ci", max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent
REQUIRED = set(filter(None, os.environ.get("PUBLISHER_TEST_REQUIRE", "").split(",")))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the way to accept new golden files."""
    parser.addoption("--update-golden", action="store_true", help="rewrite golden files; review the diff")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Let `-n auto` run one more worker than there are processors: many tests wait for other programs."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """Run all tests, and leave behind them only whole figures, which pytest-cov then puts together."""
    done = yield
    end_forks()
    is_measured = session.config.pluginmanager.hasplugin("_cov")
    if is_measured and not hasattr(session.config, "workerinput"):  # all workers of pytest-xdist are done
        writer = session.config.get_terminal_writer()
        for name in drop_unfinished(ROOT):
            writer.line(f"\n{name} was cut short, and is not counted")
        writer.line(f"\nmeasured: {len(list(ROOT.glob('.coverage.*')))} processes")
    return done


def missing(part: str, how: str) -> None:
    """Skip a test whose optional *part* is not there, or fail it where the part is required."""
    if part in REQUIRED:
        pytest.fail(f"{part} is required here and missing: {how}")
    pytest.skip(f"{part} not found; {how}")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Tell whether golden files are to be rewritten."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture
def project_folder(tmp_path: Path) -> Path:
    """Return a small project: settings in four languages and an empty entries folder."""
    (tmp_path / "entries").mkdir()
    (tmp_path / "publisher.toml").write_text(
        '[newsletter]\ntitle = "Example News"\nurl = "https://news.example.org/"\n'
        'tag = "news.example.org,2018"\nlanguages = ["en", "fr", "es", "ar"]\nzone = "Europe/Zurich"\n',
        encoding="utf-8",
    )
    return tmp_path


@pytest.fixture(scope="session")
def chromium() -> str:
    """Return Debian's Chromium, or skip."""
    found = os.environ.get("PUBLISHER_TEST_CHROMIUM") or shutil.which("chromium")
    try:
        import playwright.sync_api  # noqa: F401, PLC0415
    except ImportError:
        missing("browser", "run: .venv/bin/pip install playwright")
    if not found:
        missing("browser", "run: apt-get install chromium fonts-noto-core")
    return str(found)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """Return the folder of the socket of a PostgreSQL cluster of our own, or skip."""
    programs = postgresql_programs()
    if programs is None:
        missing("postgresql", "run: apt-get install postgresql")
    if not find_spec("psycopg"):
        missing("postgresql", "run: .venv/bin/pip install 'psycopg[binary]'")
    assert programs
    with cluster(programs) as folder:
        yield folder


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database: a file of SQLite, and then one of PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/subscribers.db"
    return new_database(request.getfixturevalue("postgresql"))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def served_database(request: pytest.FixtureRequest) -> str:
    """Return the address of an empty database for a module; "" is the project's own file of SQLite."""
    return "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgresql"))


@pytest.fixture
def postfix() -> Iterator[Callable[[int], Relay]]:
    """Return what runs a Postfix of our own that hands every mail to the port it is told, or skip."""
    if not postfix_is_here():
        missing("postfix", "run as root: apt-get install postfix")
    with ExitStack() as running:
        yield lambda sink: running.enter_context(relay(sink))


@pytest.fixture
def imap_inbox() -> Iterator[Inbox]:
    """Return a mailbox on a Dovecot of our own, or skip."""
    if not dovecot_is_here():
        missing("dovecot", "run as root: apt-get install dovecot-imapd")
    with inbox() as found:
        yield found
