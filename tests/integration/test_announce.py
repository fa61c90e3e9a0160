"""Announcing what changed: a built newsletter, and a hub on this machine."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

import pytest
from loopback import a_closed_port, a_hub
from newsroom import SETTINGS, TOP, Newsroom
from shell import run

from publisher.announce import STATE, announce, changed_feeds
from publisher.errors import UsageError
from publisher.hub import publish
from publisher.project import Project, load

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("atom.xml", "feed.json", "rss.xml")
_WAITS: list[float] = []
_quick = partial(publish, wait=_WAITS.append)


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no proxy stand between the program and this machine."""
    monkeypatch.setenv("NO_PROXY", "*")


def _settle(room: Newsroom, hub: str) -> Project:
    """Name *hub* in the settings and build."""
    text = f'{SETTINGS}[feeds]\nhub = "{hub}"\n' if hub else SETTINGS
    (room.root / "publisher.toml").write_text(text, encoding="utf-8")
    room.build()
    return load(room.root, {})


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter with news and a report of two months, not built yet."""
    made = Newsroom(tmp_path)
    made.write("2025/11/word.md", date="2025-11-02")
    made.write("2025/10/paper.md", date="2025-10-02", kind="report")
    return made


def _topics(*folders: str) -> list[str]:
    return sorted(f"{TOP}{folder}{name}" for folder in folders for name in NAMES)


ALL = _topics("", "kinds/news/", "kinds/report/")


def test_the_first_time_every_feed_is_announced(room: Newsroom) -> None:
    """In all formats; the documents of months, which nobody subscribes to, are left out."""
    with a_hub() as hub:
        done = announce(_settle(room, hub.url), _quick)
    assert (done.announced, done.failed) == (ALL, {})
    assert hub.topics == ALL


def test_nothing_is_announced_twice(room: Newsroom) -> None:
    """Neither at once nor after a build that changed nothing."""
    with a_hub() as hub:
        project = _settle(room, hub.url)
        announce(project, _quick)
        assert announce(project, _quick).announced == []
        room.build()
        assert announce(project, _quick).announced == []
        assert changed_feeds(project) == {}
    assert hub.topics == ALL


def test_only_what_changed_is_announced(room: Newsroom) -> None:
    """An edit touches the feeds that hold the entry; a new kind brings new feeds."""
    with a_hub() as hub:
        project = _settle(room, hub.url)
        announce(project, _quick)
        room.write("2025/10/paper.md", "Edited.", date="2025-10-02", kind="report")
        room.build()
        assert announce(project, _quick).announced == _topics("", "kinds/report/")
        room.write("2025/12/talk.md", date="2025-12-02", kind="event")
        room.build()
        assert announce(project, _quick).announced == _topics("", "kinds/event/")


def test_a_feed_that_went_and_came_back_the_same_is_known(room: Newsroom) -> None:
    """What the hub was told of stays told."""
    with a_hub() as hub:
        project = _settle(room, hub.url)
        announce(project, _quick)
        room.move("2025/10/paper.md", "2025/10/_paper.md")
        room.build()
        assert announce(project, _quick).announced == _topics("")
        room.move("2025/10/_paper.md", "2025/10/paper.md")
        room.build()
        assert announce(project, _quick).announced == _topics("")


def test_what_failed_is_announced_the_next_time(room: Newsroom) -> None:
    """The addresses that the hub refused, and those alone."""
    with a_hub(204, 400, 204, 503, 503, 503) as hub:
        project = _settle(room, hub.url)
        done = announce(project, _quick)
        assert done.failed == {ALL[1]: "the hub answered 400", ALL[3]: "the hub answered 503"}
        assert sorted(done.announced + list(done.failed)) == ALL
        assert announce(project, _quick).announced == [ALL[1], ALL[3]]


def test_a_hub_that_goes_away_loses_nothing(room: Newsroom) -> None:
    """What it took before is remembered; the rest is told when it is back."""
    with a_hub() as hub:
        project = _settle(room, hub.url)

        def until_gone(url: str, topics: Iterable[str]) -> Iterator[tuple[str, str]]:
            first, *rest = topics
            yield from _quick(url, [first])
            yield from _quick(a_closed_port(), rest)

        done = announce(project, until_gone)
        assert (done.announced, list(done.failed)) == (ALL[:1], ALL[1:])
        assert announce(project, _quick).announced == ALL[1:]


def test_a_crash_loses_nothing(room: Newsroom) -> None:
    """Even if the program is stopped midway, what the hub took is remembered."""
    with a_hub() as hub:
        project = _settle(room, hub.url)

        def stopped(url: str, topics: Iterable[str]) -> Iterator[tuple[str, str]]:
            yield from _quick(url, list(topics)[:2])
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            announce(project, stopped)
        assert announce(project, _quick).announced == ALL[2:]
    assert hub.topics == ALL


@pytest.mark.parametrize("damage", ["{", "[]", '"x"', "", "\udcff"])
def test_a_damaged_memory_means_all_is_new(room: Newsroom, damage: str) -> None:
    """It is better to announce twice than never, and the memory is written anew."""
    with a_hub() as hub:
        project = _settle(room, hub.url)
        (room.root / STATE).parent.mkdir(exist_ok=True)
        (room.root / STATE).write_bytes(damage.encode("utf-8", "surrogateescape"))
        assert announce(project, _quick).announced == ALL
        assert announce(project, _quick).announced == []
    assert list(json.loads((room.root / STATE).read_text(encoding="utf-8"))) == ALL
    assert {path.name for path in (room.root / STATE).parent.iterdir()} == {"announced.json", "cache"}


def test_the_memory_is_no_part_of_the_site(room: Newsroom) -> None:
    """It lies beside the settings, so that publishing out/ does not publish it."""
    assert not (room.root / STATE).is_relative_to(room.out)


@pytest.mark.parametrize(
    ("hub", "is_built", "code"), [("", True, "no-hub"), ("https://a.example/", False, "not-built")]
)
def test_what_is_missing_is_said(room: Newsroom, hub: str, code: str, *, is_built: bool) -> None:
    """Without a hub, or before the first build, the way out is told and nobody is asked."""
    project = _settle(room, hub) if is_built else load(_bare(room, hub), {})
    with pytest.raises(UsageError) as caught:
        announce(project, _quick)
    assert caught.value.code == code
    assert caught.value.hint
    assert not (room.root / STATE).exists()


def _bare(room: Newsroom, hub: str) -> Path:
    (room.root / "publisher.toml").write_text(f'{SETTINGS}[feeds]\nhub = "{hub}"\n', encoding="utf-8")
    return room.root


def test_the_command_prints_what_it_told(room: Newsroom) -> None:
    """Addresses on stdout, the count on stderr; a second run has nothing to tell."""
    with a_hub() as hub:
        _settle(room, hub.url)
        done = run(room.root, "announce")
        assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, ALL, "9 feeds announced\n")
        again = run(room.root, "-q", "announce")
        assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert hub.topics == ALL


def test_a_dry_run_asks_nobody(room: Newsroom) -> None:
    """It prints the addresses, remembers nothing, and needs no hub that answers."""
    _settle(room, a_closed_port())
    done = run(room.root, "announce", "--dry-run")
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (0, ALL, "")
    assert not (room.root / STATE).exists()


def test_the_command_ends_with_1_if_the_hub_refuses(room: Newsroom) -> None:
    """Each address that failed is an error with its reason; --json says the same as one document."""
    with a_hub(400, 204, 403) as hub:
        _settle(room, hub.url)
        done = run(room.root, "announce")
        assert done.returncode == 1
        assert done.stdout.splitlines() == [ALL[1], *ALL[3:]]
        assert done.stderr.splitlines() == [
            f"error: hub {ALL[0]}",
            "  the hub answered 400",
            f"error: hub {ALL[2]}",
            "  the hub answered 403",
            "7 feeds announced",
        ]
        hub.answers = [410]
        as_json = run(room.root, "announce", "--json")
        assert as_json.returncode == 1
        assert json.loads(as_json.stdout) == {
            "announced": [ALL[2]],
            "failed": {ALL[0]: "the hub answered 410"},
        }


def test_the_command_ends_with_1_if_there_is_no_hub_to_reach(room: Newsroom) -> None:
    """The reason is told, and everything is still to be announced."""
    project = _settle(room, a_closed_port())
    done = run(room.root, "announce")
    assert (done.returncode, done.stdout) == (1, "")
    assert "the hub cannot be reached (" in done.stderr
    assert list(changed_feeds(project)) == ALL


def test_the_command_ends_with_2_without_a_hub(room: Newsroom) -> None:
    """The error names the setting that is missing."""
    _settle(room, "")
    done = run(room.root, "announce")
    assert (done.returncode, done.stdout) == (2, "")
    assert 'hub = "https://hub.example.org/"' in done.stderr


# urllib3, which comes with premailer, binds a socket when it is imported; that reaches nobody.
_WATCH = (
    "import sys\n"
    "asks = {'socket.connect', 'socket.getaddrinfo', 'socket.gethostbyname', 'socket.sendto'}\n"
    "sys.addaudithook(lambda name, args: name in asks and print('ASKED', name))\n"
    "from publisher.cli import main\nmain(sys.argv[1:])\n"
)


@pytest.mark.parametrize(
    ("hub", "words", "is_asked"),
    [
        ("", ["build"], False),
        ("http://127.0.0.1:9/", ["build"], False),
        ("", ["announce"], False),
        ("http://127.0.0.1:9/", ["announce", "--dry-run"], False),
        ("LIVE", ["announce"], True),
    ],
)
def test_the_network_is_left_alone(room: Newsroom, hub: str, words: list[str], *, is_asked: bool) -> None:
    """Nobody is asked but by `announce` with a hub in the settings; Python itself keeps watch."""
    with a_hub() as live:
        _settle(room, live.url if hub == "LIVE" else hub)
        command = [sys.executable, "-c", _WATCH, *words]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=room.root, env=environment, capture_output=True, check=False)
    assert (b"ASKED " in done.stdout) == is_asked, done.stdout
    assert b"Traceback" not in done.stderr
