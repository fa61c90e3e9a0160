"""`publisher send` as people and timers call it."""

import csv
import json
import os
import re
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sendroom import ENVIRON, MONTH, Make, rooms, send, start, taken, wait_until
from shell import on_a_terminal, run

from publisher.errors import UsageError
from publisher.model.delivery import State


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give what makes a project with readers, and a mail server with faults for it."""
    with rooms(tmp_path / "project", readers=3) as made:
        yield made


def test_the_plan_is_told_and_nothing_is_sent(make: Make) -> None:
    """Who gets what, when, through what, and what comes next; for machines as JSON."""
    room, server = make(readers=2)
    room.add("lea@example.org", lang="fr")
    room.add("omar@example.org", lang="ar")
    told = send(room, MONTH)
    assert told.returncode == 0, told.stderr
    assert "Example News, 2025-11" in told.stdout
    assert "4 on the list = 3 recipients + 1 left out" in told.stdout
    assert "1  no digest in her language" in told.stdout
    assert "is late" in told.stdout
    assert "--go sends it" in told.stderr
    plan = json.loads(send(room, MONTH, "--json").stdout)
    assert (plan["candidates"], plan["recipients"]) == (4, 3)
    assert plan["hash"][:12] in told.stdout
    assert {one["language"]: one["readers"] for one in plan["messages"]} == {"en": 2, "fr": 1}
    assert not server.taken()


def test_a_test_goes_to_one_address(make: Make) -> None:
    """It is the issue, with [Test] before its subject, in the language that is asked for."""
    room, server = make()
    told = send(room, MONTH, "--to", "me@example.com", "--lang", "fr")
    assert told.returncode == 0, told.stderr
    assert taken(server) == {"me@example.com": 1}
    wrong = send(room, MONTH, "--to", "me@example.com", "--lang", "ar")
    assert (wrong.returncode, "unknown-language" in wrong.stderr) == (2, True)
    assert send(room, MONTH, "--to", "not an address").returncode == 2
    assert send(room, "status").stdout == ""


def test_nobody_is_asked_where_nobody_is(make: Make) -> None:
    """Without a terminal --go wants --yes, and --late for what is late; each hint can be pasted."""
    room, server = make()
    told = send(room, MONTH, "--go")
    assert (told.returncode, "untimely" in told.stderr, "--late" in told.stderr) == (2, True, True)
    told = send(room, MONTH, "--go", "--late")
    assert (told.returncode, "not-confirmed" in told.stderr) == (2, True)
    assert "add --yes to send it to 3 readers" in told.stderr
    assert not server.taken()


def test_it_is_sent_once(make: Make) -> None:
    """Sent, finished, and sent no more however often it is said; status and report agree."""
    room, server = make("rcpt:550 5.1.1 no such user:all/3")
    told = send(room, MONTH, "--go", "--yes", "--late")
    assert told.returncode == 0, told.stderr
    assert "finished, sent to 2 readers" in told.stdout
    assert send(room, MONTH, "--go").returncode == 0
    assert taken(server).total() == 2
    (issue,) = json.loads(send(room, "status", "--json").stdout)
    assert (issue["period"], issue["state"]) == (MONTH, "finished")
    report = send(room, "report", MONTH).stdout
    (refused,) = [line for line in report.splitlines() if line.startswith("failed")]
    assert "550 5.1.1 no such user" in refused
    lines = [json.loads(line) for line in send(room, "report", MONTH, "--json").stdout.splitlines()]
    assert sorted(line["state"] for line in lines) == ["failed", "sent", "sent"]
    assert sorted(line["code"] for line in lines) == [250, 250, 550]
    assert {line["due"] for line in lines} == {None}
    assert f"publisher send report {MONTH} names those" in told.stdout
    gone = next(line["address"] for line in lines if line["state"] == "failed")
    found = room.readers().store.find(gone)
    assert found
    assert found.status == "bounced"


def test_the_report_as_files(make: Make) -> None:
    """CSV names everybody and is for our eyes alone; the page names nobody."""
    room, _ = make("rcpt:550 5.1.1 <x@y.z> no such user:all/2")
    room.add("=cmd@example.org")
    send(room, MONTH, "--go", "--yes", "--late")
    assert send(room, "report", MONTH, "--csv", "r.csv", "--html", "r.html").returncode == 0
    with (room.root / "r.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["address"] for row in rows} == {
        "reader0@example.org", "reader1@example.org", "reader2@example.org", "'=cmd@example.org"
    }  # fmt: skip
    assert (room.root / "r.csv").stat().st_mode & 0o077 == 0
    page = (room.root / "r.html").read_text(encoding="utf-8")
    assert "2 sent" in page
    assert "example.org" in page
    assert not re.search(r"reader\d|x@y", page)
    assert "cmd" not in page


def test_on_a_terminal_the_number_is_typed(make: Make) -> None:
    """The number of recipients is the password; anything else stops, and nothing is frozen."""
    room, server = make()
    code, shown = on_a_terminal(room.root, "send", MONTH, "--go", "--late", typed="2\n", **ENVIRON)
    assert (code, "not the number of recipients, 3" in shown) == (2, True), shown
    assert send(room, "status").stdout == ""
    code, shown = on_a_terminal(room.root, "send", MONTH, "--go", typed="3\n", **ENVIRON)
    assert "is late" in shown
    assert (code, taken(server).total()) == (0, 3), shown


def test_sigterm_drains(make: Make) -> None:
    """A service manager stops it: nothing is in doubt, the code says so, and the next call does the rest."""
    room, server = make(readers=300, delay=0.02)
    process = start(room, MONTH, "--go", "--yes", "--late")
    wait_until(lambda: len(server.taken()) > 20)
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=20)
    assert time.monotonic() - begun < 10
    assert process.returncode == 130, err
    assert "Traceback" not in err
    assert "goes on with it" in out
    counts = json.loads(send(room, MONTH, "--json").stdout)["counts"]
    assert counts["in-doubt"] == counts["inflight"] == counts["claimed"] == 0
    assert counts["sent"] == taken(server).total() < 300
    assert send(room, MONTH, "--go").returncode == 0
    assert taken(server) == {f"reader{number}@example.org": 1 for number in range(300)}


@pytest.mark.whole
def test_two_at_once_send_once(make: Make) -> None:
    """A second sender on a file of SQLite is told that somebody sends; nobody gets two."""
    room, server = make(readers=600, delay=0.03)
    room.freeze()
    first = start(room, MONTH, "--go")
    wait_until(lambda: len(server.taken()) > 5)
    second = send(room, MONTH, "--go")
    assert (second.returncode, "already-sending" in second.stderr) == (1, True), second.stderr
    first.communicate(timeout=60)
    assert first.returncode == 0
    assert taken(server) == {f"reader{number}@example.org": 1 for number in range(600)}


def test_a_timer_sends_what_is_due(make: Make) -> None:
    """`send --due` called again and again, also twice at once: each issue goes out once."""
    yesterday = datetime.now(UTC) - timedelta(days=1)  # noqa: TID251 - the program asks the clock too
    month = (yesterday.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
    settings = f'[sending]\nrate = 1000\nday = {yesterday.day}\ntime = "00:00"\nlate_days = 20\n'
    room, server = make(more=settings)
    room.room.write(f"{month.replace('-', '/')}/new.md", title="New", date=f"{month}-10", summary="New.")
    assert run(room.root, "build").returncode == 0
    both = [start(room, "--due") for _ in range(2)]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert all("Traceback" not in words for words in said)
    last = send(room, "--due")
    assert (last.returncode, last.stderr.strip()) == (0, "nothing is due")
    assert json.loads(send(room, "--due", "--json").stdout) == []
    assert taken(server) == {f"reader{number}@example.org": 1 for number in range(3)}


def test_without_a_server(make: Make) -> None:
    """The plan warns that files would count as sent; a timer, at which nobody looks, sends nothing."""
    room, _ = make(readers=1)
    settings = (room.root / "publisher.toml").read_text(encoding="utf-8")
    (room.root / "publisher.toml").write_text(settings.replace('host = "127.0.0.1"\n', ""), encoding="utf-8")
    assert "counts it as sent: set smtp.host" in send(room, MONTH).stdout
    room.close()
    room.list = None  # it is opened anew, with these settings
    room.freeze()
    with pytest.raises(UsageError) as error:
        room.sender().due()
    assert error.value.code == "no-server"


def test_help_speaks_of_months(make: Make) -> None:
    """The help of a month lists its options under the words that people type."""
    room, _ = make(readers=0)
    told = send(room, MONTH, "--help").stdout
    assert "Usage: publisher send MONTH [OPTIONS] | --due" in told
    assert "--as-frozen" in told


@pytest.mark.whole
def test_who_waits_is_told_so(make: Make) -> None:
    """On a terminal the bar tells that it waits for mails that the server put off."""
    room, server = make("rcpt:450 4.2.0 later:all/2", readers=2)
    room.freeze()

    def pause() -> None:
        wait_until(lambda: bool(room.deliveries(State.DEFERRED)))
        time.sleep(2)
        send(room, "pause", MONTH)

    somebody = threading.Thread(target=pause)
    somebody.start()
    code, shown = on_a_terminal(room.root, "send", MONTH, "--go", **ENVIRON)
    somebody.join()
    assert (code, "somebody paused it" in shown) == (1, True), shown
    assert "waiting for mails that were put off" in shown
    assert server.taken()


def test_pause_resolve_and_cancel(make: Make) -> None:
    """What people decide while an issue is on its way, or after it."""
    room, server = make("accepted:close:all/2", readers=4, more="[sending]\nrate = 1000\nconnections = 1\n")
    done = send(room, MONTH, "--go", "--yes", "--late")
    assert (done.returncode, "2  in doubt" in done.stdout) == (1, True), done.stdout
    listed = send(room, "report", MONTH, "--state", "in-doubt").stdout
    names = [line.split()[1] for line in listed.splitlines() if line.startswith("in-doubt")]
    assert len(names) == 2
    assert send(room, "resolve", MONTH).returncode == 2
    assert "1 delivery skipped" in send(room, "resolve", MONTH, names[0], "--skip").stdout
    assert "1 delivery to be sent again" in send(room, "resolve", MONTH, "--resend").stdout
    assert "paused" in send(room, "pause", MONTH).stdout
    unknown = send(room, "cancel", "2024-01")
    assert (unknown.returncode, "unknown-issue" in unknown.stderr) == (2, True), unknown.stderr
    refused = send(room, "cancel", MONTH)
    assert (refused.returncode, "not-confirmed" in refused.stderr) == (2, True)
    assert "cancelled" in send(room, "cancel", MONTH, "--yes").stdout
    again = send(room, MONTH, "--go")
    assert (again.returncode, "cancelled" in again.stderr) == (2, True)
    assert taken(server).total() == 4


@pytest.mark.parametrize(
    ("words", "code"),
    [(("2025-13",), "no-month"), (("2025-10",), "no-issue"), (("report", "2024-01"), "unknown-issue"),
     ((MONTH, "--go", "--as-frozen"), "not-frozen")],
)  # fmt: skip
def test_mistakes(make: Make, words: tuple[str, ...], code: str) -> None:
    """A wrong month, one without entries, one that was never sent: a name, a cause and a way out."""
    room, _ = make(readers=1)
    told = send(room, *words)
    assert (told.returncode, code in told.stderr, "hint:" in told.stderr) == (2, True, True), told.stderr


@pytest.mark.whole
def test_a_locked_database_sends_nothing_until_it_is_free(make: Make) -> None:
    """Somebody holds the database for seconds: no mail leaves without its mark, and then all do, once."""
    room, server = make(readers=150, delay=0.01)
    room.freeze()
    with start(room, MONTH, "--go") as process:
        wait_until(lambda: len(server.taken()) > 10)
        other = sqlite3.connect(room.root / "subscribers.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        time.sleep(0.5)
        before = len(server.taken())
        time.sleep(1.5)
        assert len(server.taken()) == before
        other.execute("ROLLBACK")
        other.close()
        process.communicate(timeout=60)
        assert process.returncode == 0
    assert taken(server) == {f"reader{number}@example.org": 1 for number in range(150)}


def test_progress_is_a_line_of_json_where_no_terminal_is(make: Make) -> None:
    """A log gets figures that machines read."""
    room, _ = make(readers=5)
    told = send(room, MONTH, "--go", "--yes", "--late")
    first = json.loads(next(line for line in told.stderr.splitlines() if line.startswith("{")))
    assert {"queued", "per_second"} & set(first)
    code, shown = on_a_terminal(room.root, "send", "status", **ENVIRON)
    assert (code, "finished" in shown) == (0, True)


@pytest.mark.whole
def test_only_who_stops_twice_does_not_wait(make: Make) -> None:
    """A second Ctrl-C ends at once; what was on its way is in doubt, or will be sent, and never twice."""
    room, server = make("dot:silence:all/5", readers=30, more="[sending]\nrate = 1000\nconnections = 2\n")
    process = start(room, MONTH, "--go", "--yes", "--late")
    wait_until(lambda: len(server.taken()) >= 8)
    threading.Event().wait(0.3)
    os.kill(process.pid, signal.SIGINT)
    threading.Event().wait(0.5)
    os.kill(process.pid, signal.SIGINT)
    err = process.communicate(timeout=20)[1]
    assert (process.returncode, "Traceback" in err) == (130, False), err
    server.faults.clear()
    send(room, MONTH, "--go")
    doubt = {row.address for row in room.deliveries() if row.state == "in-doubt"}
    everybody = {f"reader{number}@example.org" for number in range(30)}
    assert len(doubt) <= 2
    assert taken(server) == dict.fromkeys(everybody - doubt, 1)
