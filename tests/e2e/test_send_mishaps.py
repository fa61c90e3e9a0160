"""`publisher send` when something goes wrong that is no reader's fault."""

import json
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from faultserver import Server, fault
from sendroom import AFTER, ENVIRON, MONTH, Make, Sendroom, rooms, send, start, taken, wait_until
from shell import run

from publisher.subscribers.lifecycle import Cause

pytestmark = pytest.mark.whole


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give what makes a project with readers, and a mail server with faults for it."""
    with rooms(tmp_path / "project", readers=3) as made:
        yield made


def test_a_mail_that_cannot_be_made_fails_no_reader(make: Make) -> None:
    """What is frozen cannot be read: the issue pauses with the reason, and every reader is still to come."""
    room, server = make()
    room.freeze()
    with closing(sqlite3.connect(room.root / "subscribers.db")) as database:
        database.execute("UPDATE message SET content = x'00'")
        database.commit()
    done = send(room, MONTH, "--go")
    assert (done.returncode, "a mail cannot be made" in done.stdout) == (1, True), done.stdout
    assert "3  to be sent" in done.stdout
    assert "refused" not in done.stdout
    assert not server.taken()


def test_who_came_back_does_not_bounce_again(make: Make) -> None:
    """The command said once more does not take off the list who bounced before and has confirmed since."""
    room, _ = make("rcpt:550 5.1.1 no such user")
    send(room, MONTH, "--go", "--yes", "--late")
    store = room.readers().store
    gone = store.find("reader0@example.org")
    assert gone
    assert gone.status == "bounced"
    later = datetime.now(UTC) + timedelta(seconds=1)  # noqa: TID251 - the program asks the clock too
    store.happen(gone.public, Cause.SUBSCRIBE, later)
    store.happen(gone.public, Cause.CONFIRM, later)
    send(room, MONTH, "--go")
    again = store.find("reader0@example.org")
    assert again
    assert again.status == "active"


def test_what_is_refused_to_us_for_long_bounces_nobody(make: Make) -> None:
    """The mail as a whole is refused without a number that says why, until it is given up: readers stay."""
    room, _ = make("dot:550 go away", readers=1, more="[sending]\nrate = 1000\ngive_up_hours = 1\n")
    room.freeze()
    for hours in range(0, 50, 5):
        now = AFTER + timedelta(hours=hours)
        room.go(room.sender(partial(max, now, now)))
    (row,) = room.deliveries()
    assert row.state == "failed"
    reader = room.readers().store.find("reader0@example.org")
    assert reader
    assert reader.status == "active"


@pytest.mark.parametrize("trouble", ["connect:silence", "dot:silence"])
def test_sigterm_ends_it_in_time(make: Make, trouble: str) -> None:
    """A server that says nothing any more keeps the program for ten seconds, not for twice as long."""
    room, server = make()
    room.freeze()
    server.faults.append(fault(trouble))
    server.points = {trouble.partition(":")[0]}
    process = start(room, MONTH, "--go")
    wait_until(lambda: server.connections > 1)
    time.sleep(1)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=40)
    assert time.monotonic() - begun < 18
    assert (process.returncode, "Traceback" in err) == (130, False)


def test_cancelling_stops_who_sends(make: Make) -> None:
    """Somebody cancels it from elsewhere: the sender ends with what came of it, and no error."""
    room, server = make(readers=200, delay=0.02)
    process = start(room, MONTH, "--go", "--yes", "--late")
    wait_until(lambda: len(server.taken()) > 10)
    assert send(room, "cancel", MONTH, "--yes").returncode == 0
    out, err = process.communicate(timeout=40)
    assert (process.returncode, "error" in err) == (0, False), err
    assert "2025-11: cancelled" in out


def test_cancelled_behind_a_crash_names_the_doubt(make: Make) -> None:
    """A sender is killed and its issue cancelled: what was on its way is in doubt, and can be resolved."""
    room, server = make("dot:silence:all/10", readers=30)
    process = start(room, MONTH, "--go", "--yes", "--late")
    wait_until(lambda: len(server.taken()) > 20)
    time.sleep(1)
    process.kill()
    process.communicate()
    send(room, "cancel", MONTH, "--yes")
    listed = send(room, "report", MONTH, "--state", "in-doubt").stdout
    assert sum(line.startswith("in-doubt") for line in listed.splitlines()) == 3
    assert "3 deliveries skipped" in send(room, "resolve", MONTH, "--skip").stdout


def test_one_file_has_one_lock_by_whatever_name(make: Make) -> None:
    """A database that is reached through a link is the same: a second sender is told so."""
    room, server = make(readers=200, delay=0.02)
    room.freeze()
    process = start(room, MONTH, "--go")
    wait_until(lambda: len(server.taken()) > 5)
    (room.root / "other.db").symlink_to(room.root / "subscribers.db")
    settings = room.root / "publisher.toml"
    settings.write_text(settings.read_text().replace("subscribers.db", "other.db"))
    second = send(room, MONTH, "--go", "--as-frozen")
    assert (second.returncode, "already-sending" in second.stderr) == (1, True), second.stderr
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert taken(server) == {f"reader{number}@example.org": 1 for number in range(200)}


def _yesterday() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - the program asks the clock too


def _due_room(make: Make, months: int, **options: object) -> tuple[Sendroom, Server]:
    """Return a project of which the issues of the last *months* are due."""
    yesterday = _yesterday()
    settings = (
        f"[sending]\nrate = 1000\nconnections = 2\nlate_days = {months * 25 - 5}\n"
        f'day = {yesterday.day}\ntime = "00:00"\n'
    )
    room, server = make(more=settings, **options)
    last = yesterday
    for number in range(months):
        last = last.replace(day=1) - timedelta(days=1)
        name = f"new{number}"
        room.room.write(f"{last:%Y/%m}/{name}.md", title=name, date=f"{last:%Y-%m}-10", summary="New.")
    assert run(room.root, "build").returncode == 0
    return room, server


def test_sigterm_ends_all_that_is_due(make: Make) -> None:
    """Two issues are due and somebody stops the first: the second one is not begun."""
    room, server = _due_room(make, 2, readers=100, delay=0.05)
    process = start(room, "--due")
    wait_until(lambda: len(server.taken()) > 20)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 130
    assert len(send(room, "status").stdout.splitlines()) == 1


def test_a_timer_does_not_fill_the_outbox(make: Make) -> None:
    """Without a mail server `--due` freezes nothing: nobody would know that nobody got it."""
    room, _ = _due_room(make, 1)
    settings = room.root / "publisher.toml"
    settings.write_text(settings.read_text().replace('host = "127.0.0.1"\n', ""))
    assert run(room.root, "build").returncode == 0
    done = send(room, "--due")
    assert (done.returncode, "no-server" in done.stderr) == (2, True)
    assert send(room, "status").stdout == ""


def test_the_page_names_nobody_in_capitals(make: Make) -> None:
    """Servers write names as they like; the page shows none."""
    room, _ = make("rcpt:550 5.1.1 Recipient READER0 rejected:all/1", readers=1)
    send(room, MONTH, "--go", "--yes", "--late")
    assert send(room, "report", MONTH, "--html", "r.html").returncode == 0
    page = (room.root / "r.html").read_text(encoding="utf-8")
    assert "Recipient … rejected" in page
    assert "reader0" not in page.lower()


def test_a_report_replaces_files_alone(make: Make) -> None:
    """What is no file, a device or a pipe say, is left as it is."""
    room, _ = make(readers=1)
    send(room, MONTH, "--go", "--yes", "--late")
    (room.root / "place").symlink_to("/dev/null")
    done = send(room, "report", MONTH, "--csv", "place")
    assert (done.returncode, "no-folder" in done.stderr) == (2, True)
    assert (room.root / "place").is_symlink()
    assert send(room, "report", MONTH, "--csv", "-").stdout.startswith("address,state,")


def test_a_timer_that_comes_too_often_is_no_error(make: Make) -> None:
    """Somebody sends already: `--due` says so and ends well, so that cron writes no mail."""
    room, server = _due_room(make, 1, readers=60, delay=0.05)
    process = start(room, "--due")
    wait_until(lambda: len(server.taken()) > 5)
    last = f"{_yesterday().replace(day=1) - timedelta(days=1):%Y-%m}"
    again = send(room, "--due")
    assert (again.returncode, f"{last}: " in again.stderr) == (0, True), again.stderr
    assert run(room.root, "-q", "send", "--due", **ENVIRON).stderr == ""
    process.communicate(timeout=60)
    assert taken(server).total() == 60


def test_a_timer_names_what_is_paused(make: Make) -> None:
    """Half of the readers wait since the server refused us: each call says so, and not that all is well."""
    room, _ = _due_room(make, 1, readers=3)
    last = f"{_yesterday().replace(day=1) - timedelta(days=1):%Y-%m}"
    room.freeze()
    send(room, "pause", MONTH)
    told = send(room, "--due", "--json")
    (done,) = json.loads(told.stdout)
    assert (done["period"], done["state"], done["well"]) == (last, "finished", True)
    assert (told.returncode, f"{MONTH} is paused: paused by hand" in told.stderr) == (1, True), told.stderr


def test_a_return_path_has_room(make: Make) -> None:
    """A name that return paths would make too long is a wrong setting, and not the readers' fault."""
    room, _ = make(readers=1)
    settings = room.root / "publisher.toml"
    settings.write_text(f'{settings.read_text()}[bounces]\naddress = "{31 * "b"}@example.org"\n')
    told = send(room, MONTH)
    assert (told.returncode, "invalid-mailbox" in told.stderr) == (2, True)
