"""Strangers at the preview: paths that lead outside, others' hosts and origins, requests without a token."""

import os
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from newsroom import SETTINGS, Newsroom, a_picture
from previewing import Running, a_preview

from publisher.preview.guard import hosts, in_figures

SECRET = "s3cret-that-nobody-may-read"  # noqa: S105 - it stands for one
_UPS = (
    "../",
    "..%2f",
    "%2e%2e/",
    "%2e%2e%2f",
    "..%5c",
    "..\\",
    "%252e%252e%252f",
    "..%c0%af",
    "....//",
    ".%00./",
)
_FILES = ("outside.txt", "news/publisher.toml", "news/entries/secret.txt", "news/.env", "../../../etc/passwd")
_STARTS = ("/", "/media/", "/_preview/", "/_preview/outbox/")
PATHS = [
    *(f"{start}{up * 3}{file}" for start, up, file in product(_STARTS, _UPS, _FILES)),
    *(
        f"{start}{file}"
        for start, file in product(_STARTS, ("publisher.toml", ".env", "entries/secret.txt", "link.txt"))
    ),
    *(
        "/media/link.txt",
        "/media/2025/11/link.png",
        "/media/2025/11/folder/secret.txt",
        "/_preview/outbox/0001-a.eml",
    ),
    *(
        "//etc/passwd",
        "/%2fetc/passwd",
        "/file:///etc/passwd",
        "/_preview/pages/base.html",
        "/_preview/../publisher.toml",
    ),
    *(
        "/_preview/views.py",
        "/_preview/issues/2025-11/../../base.html",
        "/_preview/feeds/../../.env",
        "/%7f",
        "/%00",
    ),
    *(
        "/.publisher/last-build",
        "/.publisher/outbox/0001-a.eml",
        "/.git/config",
        "/templates/site/home.html",
        "/%",
    ),
    *(
        "/entries/2025/11/day.md",
        "/2025/11/day.md",
        "/out/index.html",
        "/index.html%00.png",
        "/media/%2e%2e/.env",
    ),
]
HOSTS = [
    *("evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "127.0.0.1.evil.example:{port}"),
    *(
        "localhost.evil.example:{port}",
        "localhost:{port}@evil.example",
        "evil.example#127.0.0.1:{port}",
        "",
        " ",
    ),
    *("0.0.0.0:{port}", "192.168.0.1:{port}", "[::ffff:7f00:1]:{port}", "127.1:{port}", "2130706433:{port}"),
    *(
        "0x7f000001:{port}",
        "localhost.:{port}",
        "127.0.0.1:{port}:80",
        "127.0.0.1:0{port}",
        "127.0.0.1 :{port}",
    ),
]


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Return a preview of a project with things that nobody may read: beside it, in it, and behind links."""
    folder = tmp_path_factory.mktemp("hostile") / "news"
    folder.mkdir()
    room = Newsroom(folder, SETTINGS + '[preview]\ntest_addresses = ["ana@example.org"]\n')
    room.write("2025/11/day.md", title="Day", date="2025-11-30")
    room.put("2025/11/picture.png", a_picture())
    for file in (folder.parent / "outside.txt", folder / ".env", folder / "entries" / "secret.txt"):
        file.write_text(SECRET, encoding="utf-8")
    outside = folder.parent / "elsewhere"
    outside.mkdir()
    (outside / "secret.txt").write_text(SECRET, encoding="utf-8")
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    outbox = folder / ".publisher" / "outbox"
    outbox.mkdir(parents=True)
    (outbox / "0001-a.eml").symlink_to(folder.parent / "outside.txt")
    with a_preview(folder, "--port", "8760") as running:
        yield running


def test_there_are_many() -> None:
    """At least two hundred paths and hosts are tried."""
    assert len(set(PATHS)) + len(HOSTS) >= 200


def test_no_path_leads_outside(preview: Running) -> None:
    """No path, however it is written, gives a file that is not part of the site, and nothing breaks."""
    for path in PATHS:
        answer = preview.get(path)
        assert SECRET.encode() not in answer.body, path
        assert b"root:x:" not in answer.body, path
        assert not re.search(rb"\[newsletter\]|\[core\]|Traceback|\{% ", answer.body), path
        assert answer.status in {200, 307, 400, 403, 404, 405}, (path, answer.status)


def test_links_in_the_entries_lead_nowhere(tmp_path: Path) -> None:
    """A picture that is a link to a file outside is told as a problem, and nothing of that file shows."""
    folder = tmp_path / "news"
    folder.mkdir()
    room = Newsroom(folder)
    (tmp_path / "outside.txt").write_text(SECRET, encoding="utf-8")
    room.write("2025/11/day.md", "![Words](link.png)", title="Day", date="2025-11-30")
    (folder / "entries/2025/11/link.png").symlink_to(tmp_path / "outside.txt")
    with a_preview(folder) as preview:
        for way in ("/", "/media/2025/11/link.png", "/_preview/", "/2025/11/day/"):
            assert SECRET.encode() not in preview.get(way).body
        assert b"publisher-overlay" in preview.get("/").body


def test_other_hosts_are_refused(preview: Running) -> None:
    """A request that names another host, as one whose name was turned to this machine does, gets nothing."""
    port = preview.top.rpartition(":")[2]
    for host in HOSTS:
        answer = preview.get("/_preview/", Host=host.format(port=port))
        assert answer.status in {400, 403}, host
        assert b"Day" not in answer.body
        assert b"token" not in answer.body


def test_our_own_names_are_answered(preview: Running) -> None:
    """127.0.0.1 and localhost are answered, also in capitals."""
    port = preview.top.rpartition(":")[2]
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"LOCALHOST:{port}"):
        assert preview.get("/_preview/", Host=host).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost"])
def test_other_origins_are_refused(preview: Running, origin: str) -> None:
    """A page of another site may neither ask nor change anything, and no answer invites it to."""
    for method in ("GET", "POST"):
        answer = preview.get("/_preview/show", method, Origin=origin)
        assert answer.status == 403
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_pages_show_nothing_of_ours(preview: Running, site: str) -> None:
    """A page of another site may lead here, but neither frame nor load anything, nor send a form."""
    for kind in ("iframe", "image", "script", "empty"):
        assert preview.get("/", Sec_Fetch_Site=site, Sec_Fetch_Dest=kind).status == 403
    assert preview.get("/", Sec_Fetch_Site=site, Sec_Fetch_Dest="document").status == 200
    assert preview.get("/_preview/show", "POST", Sec_Fetch_Site=site, Sec_Fetch_Dest="document").status == 403
    assert preview.get("/").headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])  # noqa: S104 - nobody listens
def test_who_listens_everywhere_is_asked_by_figures(host: str) -> None:
    """With --host 0.0.0.0 any address in figures is answered, but no name that may be turned to us."""
    everywhere, here = hosts(host, 8000), hosts("127.0.0.1", 8000)
    for name in ("192.168.1.7:8000", "[fe80::1]:8000"):
        assert in_figures(name) in everywhere
        assert in_figures(name) not in here
    for name in ("evil.example:8000", "192.168.1.7:80", "192.168.1.7.evil.example:8000", "*:8000", ":8000"):
        assert in_figures(name) not in everywhere


def test_other_files_in_the_place_of_a_digest(
    preview: Running, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The difference to the last build follows no link in the output, and waits for no pipe."""
    root = tmp_path_factory.getbasetemp() / "hostile0" / "news"
    folder = root / "out/digests/2025-11"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "en.html").write_text("<p>x</p>")
    (folder / "en.txt").symlink_to(root.parent / "outside.txt")
    way = "/_preview/issues/2025-11/en/?panel=difference"
    assert SECRET.encode() not in preview.get(way).body
    (folder / "en.txt").unlink()
    os.mkfifo(folder / "en.txt")
    assert preview.get(way).status == 200


@pytest.mark.parametrize(
    "body", [b"", b"token=", b"token=wrong&drafts=1", b"token=\xff", b"token=a&" + b"x" * 5000]
)
def test_changes_need_the_token(preview: Running, body: bytes) -> None:
    """Without the token of this run nothing is switched and nothing is sent."""
    for way in ("/_preview/show", "/_preview/issues/2025-11/en/test"):
        assert preview.get(way, "POST", body).status == 403


def test_test_mails_go_to_named_addresses_alone(preview: Running) -> None:
    """Also with the token, an address that the settings do not name gets nothing."""
    page = preview.get("/_preview/issues/2025-11/en/").body.decode()
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    for recipient in (
        "eve@evil.example",
        "ana@example.org,eve@evil.example",
        "ana@example.org%0d%0aBcc: eve@evil.example",
    ):
        body = f"token={found[1]}&recipient={recipient}".encode()
        answer = preview.get("/_preview/issues/2025-11/en/test", "POST", body)
        assert answer.status == 303
        assert "not%20sent" in answer.headers["location"]


@pytest.mark.parametrize("month", ["1" * 5000 + "-1", "2025-13", "0-0", "٢٠٢٥-١١"])
def test_a_month_that_is_none(preview: Running, month: str) -> None:
    """A test mail of a month that cannot be gets an answer."""
    found = re.search(r'name="token" value="([^"]+)"', preview.get("/_preview/").body.decode())
    assert found
    answer = preview.get(f"/_preview/issues/{quote(month)}/en/test", "POST", f"token={found[1]}".encode())
    assert "no%20such%20issue" in answer.headers["location"]


def test_where_a_form_leads_back(preview: Running) -> None:
    """A form leads back into the preview alone."""
    found = re.search(r'name="token" value="([^"]+)"', preview.get("/_preview/").body.decode())
    assert found
    for back in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        answer = preview.get(
            "/_preview/show", "POST", f"token={found[1]}&drafts=1&future=1&back={back}".encode()
        )
        assert answer.headers["location"] == "/_preview/"


def test_what_answers_say_of_themselves(preview: Running) -> None:
    """Mails come without scripts, the preview's pages load their own files alone, and no type is guessed."""
    mail = preview.get("/_preview/issues/2025-11/en/mail.html?images=off").headers
    assert mail["content-security-policy"].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'none'"
    )
    own = preview.get("/_preview/").headers
    assert "script-src 'self'" in own["content-security-policy"]
    assert {own["x-content-type-options"], own["cross-origin-resource-policy"]} == {"nosniff", "same-origin"}


def test_the_folder_stays_as_it_is(preview: Running, tmp_path: Path) -> None:  # noqa: ARG001
    """Whatever was asked, no mail lies in the outbox but the link that was there."""
    assert b"0001-a.eml" in preview.get("/_preview/outbox/").body
    assert preview.get("/_preview/outbox/0001-a.eml").status == 404
