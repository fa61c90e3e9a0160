"""The preview as a program: it starts, says where it is, finds a port, writes nothing into out/, ends."""

import contextlib
import http.client
import re
import signal
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import lxml.html
import pytest
from newsroom import SETTINGS, TOP, Newsroom, a_rich_newsroom
from previewing import a_preview
from shell import PROGRAM, run, surroundings


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter that was built."""
    folder = tmp_path / "news"
    folder.mkdir()
    return a_rich_newsroom(folder)


def test_it_shows_what_a_build_writes(room: Newsroom) -> None:
    """Every file of a build stands at its address with its bytes; pages have the preview's own parts more."""
    with a_preview(room.root) as preview:
        files = sorted(
            path for path in room.out.rglob("*") if path.is_file() and not path.name.startswith(".")
        )
        assert len(files) > 40
        for file in files:
            name = file.relative_to(room.out).as_posix()
            answer = preview.get(f"/{name}")
            assert answer.status == 200, name
            if name.endswith(".html"):
                assert answer.body.startswith(file.read_bytes()[:200])
            else:
                assert answer.body == file.read_bytes(), name


def test_it_writes_nothing_into_the_output(room: Newsroom) -> None:
    """Looking at everything leaves no trace in out/, nor makes the folder."""
    before = room.stamps()
    with a_preview(room.root) as preview:
        for way in (
            "/",
            "/_preview/",
            "/_preview/issues/2025-11/en/",
            "/_preview/feeds/atom.xml",
            "/2025/11/film/",
        ):
            assert preview.get(way).status == 200
    assert room.stamps() == before


def test_a_folder_leads_to_its_page(room: Newsroom) -> None:
    """A page without its slash is found, and an address that no entry makes is told so."""
    with a_preview(room.root) as preview:
        assert preview.get("/2025/11").headers["location"] == "/2025/11/"
        missing = preview.get("/no/such/page/")
        assert (missing.status, b"There is no such page" in missing.body) == (404, True)


def test_a_form_of_the_site_is_left_to_the_web_service(room: Newsroom) -> None:
    """Who joins in the preview is told, on a page of the preview, which program reads that form."""
    settings = room.root / "publisher.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f"{text}[subscribers]\nservice = '{TOP}'\n", encoding="utf-8")
    with a_preview(room.root) as preview:
        action = lxml.html.fromstring(preview.get("/fr/").body).xpath("//form[@method='post']/@action")
        assert action == ["subscribe?lang=fr"]
        told = preview.get(f"/fr/{action[0]}", "POST", b"address=a@example.org")
        assert told.headers["allow"] == "GET, HEAD"
        assert (told.status, b"<code>publisher serve</code>" in told.body) == (405, True)
        assert b"preview.css" in told.body
        assert preview.get("/fr/subscribe").body.count(b"publisher serve") == 1
        other = preview.get("/2025/11/", "POST", b"a=b")
        assert (other.status, b"publisher serve" in other.body) == (405, False)


def test_a_taken_port_is_passed_over(room: Newsroom) -> None:
    """If the port is taken, the next free one is used and told; two previews run beside each other."""
    with a_preview(room.root, "--port", "8731") as first, a_preview(room.root, "--port", "8731") as second:
        assert first.top != second.top
        assert first.get("/_preview/").status == second.get("/_preview/").status == 200
    log = (room.root.parent / "news.log").read_text(encoding="utf-8")
    assert log == f"port 8731 is taken; this is {second.top.rpartition(':')[2]}\n"


def test_no_port_is_an_error(room: Newsroom) -> None:
    """If no port can be had, it is told with a way out."""
    done = run(room.root, "preview", "--host", "192.0.2.1", "--i-know")
    assert done.returncode == 1
    assert "no-port" in done.stderr
    assert "hint: choose another one" in done.stderr


def test_other_hosts_need_a_word(room: Newsroom) -> None:
    """Listening on the network is refused without --i-know."""
    done = run(room.root, "preview", "--host", "0.0.0.0")  # noqa: S104 - it is refused
    assert (done.returncode, "open-host" in done.stderr, "--i-know" in done.stderr) == (2, True, True)


def test_it_listens_on_this_machine_alone(room: Newsroom) -> None:
    """The socket is bound to 127.0.0.1."""
    with a_preview(room.root) as preview:
        port = int(preview.top.rpartition(":")[2])
        with socket.socket() as other:
            other.settimeout(1)
            assert other.connect_ex(("127.0.0.2", port)) != 0


def test_it_ends_at_once_with_open_windows(room: Newsroom) -> None:
    """Ctrl-C ends it in less than a second while pages wait for events, without a word of error."""
    with a_preview(room.root) as preview:
        port = int(preview.top.rpartition(":")[2])
        streams = []
        for _ in range(3):
            stream = socket.create_connection(("127.0.0.1", port))
            stream.sendall(f"GET /_preview/events?page=/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
            assert stream.recv(64).startswith(b"HTTP/1.1 200")
            streams.append(stream)
        assert preview.end() < 1
        for stream in streams:
            stream.close()
    assert preview.process.returncode == 0
    log = (room.root.parent / "news.log").read_text(encoding="utf-8")
    assert re.fullmatch(r"(port 8700 is taken; this is \d+\n)?", log), log  # other tests have previews too


def test_a_broken_project_can_be_previewed(tmp_path: Path) -> None:
    """It starts with broken settings, shows everywhere what is wrong, and the pages once it is mended."""
    folder = tmp_path / "news"
    folder.mkdir()
    room = Newsroom(folder, SETTINGS.replace('zone = "', 'zone = "Nowhere'))
    room.write("2025/11/day.md", title="Day", date="2025-11-30")
    with a_preview(folder) as preview:
        for way in ("/", "/_preview/", "/_preview/issues/2025-11/en/"):
            answer = preview.get(way)
            assert b"publisher-overlay" in answer.body, way
            assert b"publisher.toml:7" in answer.body, way
        (folder / "publisher.toml").write_text(SETTINGS, encoding="utf-8")
        waiting = threading.Event()
        for _ in range(50):
            if b"Day" in preview.get("/").body:
                break
            waiting.wait(0.1)
        assert b"publisher-overlay" not in preview.get("/").body


@pytest.mark.parametrize("closed", [">&-", "2>&-"])
def test_closed_streams_are_no_fault(room: Newsroom, closed: str) -> None:
    """It runs and ends as ever if nobody hears what it says."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        ["/bin/sh", "-c", f"exec {' '.join(PROGRAM)} preview --port {port} {closed}"],
        cwd=room.root,
        env=surroundings(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 20
    with socket.socket() as window:
        while window.connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < until
            time.sleep(0.05)
        window.settimeout(20)
        window.sendall(f"GET /_preview/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert window.recv(12) == b"HTTP/1.1 200"  # from now on Ctrl-C is the server's
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (0, "")
    assert ("Preview:" in out) == (closed == "2>&-")


def test_ways_to_send_that_are_set_wrong(room: Newsroom) -> None:
    """A password without TLS is told where mails are sent from, and the issue shows."""
    with (room.root / "publisher.toml").open("a", encoding="utf-8") as settings:
        settings.write('[smtp]\nhost = "127.0.0.1"\nsecurity = "none"\n')
        settings.write('[preview]\ntest_addresses = ["ana@example.org"]\n')
    with a_preview(room.root, PUBLISHER_SMTP__PASSWORD="x") as preview:  # noqa: S106 - a made-up one
        issue = preview.get("/_preview/issues/2025-11/en/")
    assert (issue.status, b"smtp.security is none" in issue.body) == (200, True)


def test_it_does_not_wait_for_a_mail_server(room: Newsroom) -> None:
    """While a server does not answer, pages do; and Ctrl-C waits for nobody."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        with (room.root / "publisher.toml").open("a", encoding="utf-8") as settings:
            settings.write(
                f'[smtp]\nhost = "127.0.0.1"\nport = {silent.getsockname()[1]}\nsecurity = "none"\n'
            )
            settings.write('[preview]\ntest_addresses = ["ana@example.org"]\n')
        with a_preview(room.root) as preview:
            way = "/_preview/issues/2025-11/en/"
            found = re.search(r'name="token" value="([^"]+)"', preview.get(way).body.decode())
            assert found
            body = f"token={found[1]}&recipient=ana@example.org".encode()
            with contextlib.suppress(OSError, http.client.HTTPException), ThreadPoolExecutor() as pool:
                asked = pool.submit(preview.get, f"{way}test", "POST", body)
                taken, _ = silent.accept()
                assert preview.get(way).status == 200
                assert preview.end() < 3  # 1.2 on a quiet machine: the request is given a second
                taken.close()
                asked.result()


def test_no_project_is_an_error(tmp_path: Path) -> None:
    """Outside of a project it is told so."""
    done: subprocess.CompletedProcess[str] = run(tmp_path, "preview")
    assert (done.returncode, "no-project" in done.stderr) == (2, True)
