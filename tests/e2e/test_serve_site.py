"""The web service serves the built site as docs/hosting.md tells servers to."""

import gzip
from collections.abc import Iterator
from email.utils import formatdate

import pytest
from serving import KEY, Serving, a_newsletter, a_service

from publisher.subscribers.tokens import Claim, Purpose, Tokens

PACKED = {".html", ".xml", ".json", ".css", ".js", ".txt", ".ics", ".opml"}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Return a service."""
    room = a_newsletter(tmp_path_factory.mktemp("site") / "news")
    room.build()
    with a_service(room.root) as running:
        yield running


def test_each_file_is_served_with_its_bytes(service: Serving) -> None:
    """Every file of the build stands at its address, packed or not, and HEAD tells its size."""
    out = service.root / "out"
    files = sorted(path for path in out.rglob("*") if path.is_file() and not path.name.startswith("."))
    assert len(files) > 12
    for file in files:
        way = f"/{file.relative_to(out).as_posix()}"
        plain = service.get(way)
        assert (plain.status, plain.body) == (200, file.read_bytes())
        packed = service.get(way, Accept_Encoding="br, gzip;q=0.5")
        is_packed = packed.headers.get("content-encoding") == "gzip"
        assert (gzip.decompress(packed.body) if is_packed else packed.body) == plain.body
        assert is_packed == (len(plain.body) >= 1_000 and file.suffix in PACKED)
        head = service.get(way, "HEAD")
        assert (head.body, head.headers["content-length"]) == (b"", str(len(plain.body)))


def test_the_sites_own_page_is_shown_where_there_is_none(service: Serving) -> None:
    """At any depth, with 404; it is not kept."""
    page = (service.root / "out/404.html").read_bytes()
    for path in ("/no/such/page/", "/fr/nothing"):
        missing = service.get(path)
        assert (missing.status, missing.body, missing.headers["cache-control"]) == (404, page, "no-store")


@pytest.mark.parametrize(
    ("path", "kind", "is_open"),
    [
        ("/", "text/html; charset=utf-8", False),
        ("/atom.xml", "application/xml", True),
        ("/feed.json", "application/feed+json", True),
        ("/feeds.opml", "text/x-opml", True),
        ("/style.css", "text/css; charset=utf-8", False),
        ("/digests/2025-11/en.txt", "text/plain; charset=utf-8", False),
    ],
)
def test_headers_are_those_of_the_manual(service: Serving, path: str, kind: str, is_open: bool) -> None:  # noqa: FBT001
    """Types as browsers and readers need them; feeds may be fetched from anywhere."""
    headers = service.get(path).headers
    assert headers["content-type"] == kind
    assert headers["cache-control"] == "public, max-age=300"
    assert headers["x-content-type-options"] == "nosniff"
    assert (headers.get("access-control-allow-origin") == "*") == is_open


@pytest.mark.parametrize("encoding", ["identity", "gzip", "gzip;q=0"])
def test_who_has_a_file_gets_no_body(service: Serving, encoding: str) -> None:
    """A feed reader that shows the mark it got, or the time, is told that nothing changed."""
    first = service.get("/atom.xml", Accept_Encoding=encoding)
    assert first.headers.get("content-encoding") == ("gzip" if encoding == "gzip" else None)
    assert first.headers["vary"] == "Accept-Encoding"
    mark = first.headers["etag"]
    for known in (mark, f"W/{mark}", f'"other", {mark}', "*"):
        again = service.get("/atom.xml", Accept_Encoding=encoding, If_None_Match=known)
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", mark)
    since = first.headers["last-modified"]
    assert service.get("/atom.xml", Accept_Encoding=encoding, If_Modified_Since=since).status == 304
    assert service.get("/atom.xml", If_None_Match='"other"', If_Modified_Since=since).status == 200
    assert service.get("/atom.xml", If_Modified_Since=formatdate(0, usegmt=True)).status == 200


def test_a_packed_file_has_another_mark(service: Serving) -> None:
    """Caches that compare bytes never mix the two."""
    marks = {service.get("/atom.xml", Accept_Encoding=way).headers["etag"] for way in ("gzip", "identity")}
    assert len(marks) == 2


def test_a_folder_leads_to_its_page(service: Serving) -> None:
    """An address without its slash is led on, relative to where it stands."""
    answer = service.get("/2025/11/day")
    assert (answer.status, answer.headers["location"]) == (301, "day/")
    assert service.get("/2025/11/day/").status == 200


def test_what_is_built_meanwhile_is_served(service: Serving) -> None:
    """The service keeps no file that has changed."""
    page = service.root / "out" / "new.html"
    page.write_text("<p>one</p>" * 200, encoding="utf-8")
    first = service.get("/new.html", Accept_Encoding="gzip")
    page.write_text("<p>another</p>" * 200, encoding="utf-8")
    second = service.get("/new.html", Accept_Encoding="gzip", If_None_Match=first.headers["etag"])
    assert (second.status, gzip.decompress(second.body)) == (200, page.read_bytes())


def test_a_page_that_is_missing_says_so_in_the_readers_language(service: Serving) -> None:
    """404, with the way home, if the site has no page of its own for it."""
    own = service.root / "out/404.html"
    kept = own.rename(own.with_name("kept"))
    answer = service.get("/ar/no/such/page", Accept_Language="ar")
    kept.rename(own)
    assert (answer.status, b'dir="rtl"' in answer.body, b'href="../../../"' in answer.body) == (
        404,
        True,
        True,
    )


def test_it_is_up_and_ready(service: Serving) -> None:
    """Two addresses for those who watch it."""
    assert [(service.get(way).status, service.get(way).body) for way in ("/health", "/ready")] == [
        (200, b"up\n"),
        (200, b"ready\n"),
    ]


def test_without_its_list_it_is_up_but_not_ready(service: Serving) -> None:
    """A database that does not answer stops no page of the site, and readers are told to come again."""
    paths = ("/health", "/atom.xml", "/subscribe", "/ready")
    link = f"/unsubscribe/{Tokens([KEY]).sign(Purpose.UNSUBSCRIBE, Claim('x'))}"
    service.rows("ALTER TABLE subscription RENAME TO away")
    try:
        assert [service.get(path).status for path in (*paths, link)] == [200, 200, 200, 503, 503]
    finally:
        service.rows("ALTER TABLE away RENAME TO subscription")
    assert [service.get(path).status for path in (*paths, link)] == [200, 200, 200, 200, 404]
