"""Whose list a mail belongs to, and how to leave it: the headers that mail readers make buttons of."""

import email
import re
from email.header import decode_header, make_header
from typing import Any

import pytest
from builders import some_settings
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from publisher.delivery.message import message_bytes
from publisher.model.entry import Month
from publisher.model.localised import Localised
from publisher.model.output import Digest
from publisher.model.rules import one_line
from publisher.model.settings import Settings

ARABIC = "أخبار الحماية الاجتماعية من مكتب العمل الدولي"


def _raw(settings: Settings, lang: str = "en") -> bytes:
    digest = Digest(
        month=Month(2023, 3), lang=lang, subject="A", preheader="B", html="<p>C</p>", text="C\n", web="W"
    )
    return message_bytes(digest, settings).split(b"\r\n\r\n", 1)[0] + b"\r\n"


def _header(name: str, lang: str = "en", **sections: Any) -> str:
    """Return a header as the bytes have it, its lines put together."""
    found = email.message_from_bytes(_raw(some_settings(**sections), lang))[name]
    return str(found).replace("\r\n", "").replace("\n", "")


@pytest.mark.parametrize(
    ("title", "raw"),
    [
        ("Example News", b"List-Id: Example News <digest.news.example.org>\r\n"),
        ("News, monthly", b'List-Id: "News, monthly" <digest.news.example.org>\r\n'),
        ('The "News" \\', b'List-Id: "The \\"News\\" \\\\" <digest.news.example.org>\r\n'),
        ("News.", b'List-Id: "News." <digest.news.example.org>\r\n'),
        ("Été", b"List-Id: =?utf-8?b?w4l0w6k=?=\r\n <digest.news.example.org>\r\n"),
        ("=?utf-8?q?x?=", b"List-Id: =?utf-8?b?PT91dGYtOD9xP3g/PQ==?=\r\n <digest.news.example.org>\r\n"),
    ],
)
def test_a_list_has_a_name_and_an_id(title: str, raw: bytes) -> None:
    """The name is quoted or encoded where its signs ask for it; the id comes from the newsletter's tag."""
    assert raw in _raw(some_settings(newsletter={"title": title, "tag": "news.example.org,2018"}))


@given(
    st.text(
        st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from(" é،😀=?\"'<>,:;@\\()"), min_size=1
    )
)
def test_a_name_of_a_list_comes_back(text: str) -> None:
    """A newsletter's name in any script, of any length, is read as it was written, before the id."""
    title = one_line(f"A{text}")
    settings = some_settings()
    newsletter = replace(settings.newsletter, title=Localised({"*": title}))
    header = _raw(replace(settings, newsletter=newsletter))
    raw = str(email.message_from_bytes(header)["List-Id"]).replace("\r\n", "").replace("\n", "")
    name, _, mailbox = raw.rpartition(" ")
    assert mailbox == "<digest.news.example.org>"
    plain = re.fullmatch(r'"(.*)"', name)
    read = re.sub(r"\\(.)", r"\1", plain[1]) if plain else str(make_header(decode_header(name)))
    assert read == title
    assert max(map(len, header.split(b"\r\n"))) <= 78


def test_the_name_is_in_the_digests_language() -> None:
    """A French reader's list has its French name; the id is one for all languages."""
    title = {"en": "News", "fr": "Actualités", "ar": ARABIC}
    found = {
        lang: str(make_header(decode_header(_header("List-Id", lang, newsletter={"title": title}))))
        for lang in ("en", "fr", "ar")
    }
    assert found == {lang: f"{name} <digest.news.example.org>" for lang, name in title.items()}


def test_one_leaves_by_one_click_or_by_mail() -> None:
    """The address on the web stands first, as RFC 8058 asks; both have a place for the reader's token."""
    sections: dict[str, Any] = {"email": {"from": "Example News <news@example.org>"}}
    assert _header("List-Unsubscribe", **sections) == (
        "<https://news.example.org/unsubscribe/READER-TOKEN>, "
        "<mailto:news@example.org?subject=unsubscribe%20READER-TOKEN>"
    )
    assert _header("List-Unsubscribe-Post", **sections) == "List-Unsubscribe=One-Click"
    assert _header("To", **sections) == "undisclosed-recipients:;"


@pytest.mark.parametrize(
    ("contact", "written"), [("ask@example.org", "ask@example.org"), (None, "news@example.org")]
)
def test_a_list_says_whom_to_ask_and_where_its_archive_is(contact: str | None, written: str) -> None:
    """Questions go to the contact, else to the sender; nobody posts; each language has an archive."""
    sections: dict[str, Any] = {"email": {"from": "News <news@example.org>", "contact": contact}}
    assert _header("List-Help", **sections) == f"<mailto:{written}?subject=help>"
    assert _header("List-Owner", **sections) == f"<mailto:{written}>"
    assert _header("List-Post", **sections) == "NO"
    assert _header("List-Archive", **sections) == "<https://news.example.org/archive/>"
    assert _header("List-Archive", "fr", **sections) == "<https://news.example.org/fr/archive/>"


def test_no_machine_answers() -> None:
    """Programs shall not answer for people who are away, but tell what cannot be delivered."""
    assert _header("Precedence") == "bulk"
    asked = _header("X-Auto-Response-Suppress").split(", ")
    assert {"OOF", "AutoReply"} <= {*asked}
    assert not {"NDR", "All"} & {*asked}


def test_signs_of_a_mail_address_are_escaped_where_they_mean_something() -> None:
    """An address in a link keeps its @ and +; what would begin a question or an escape does not."""
    found = _header("List-Unsubscribe", email={"from": "a+b%c?d&e@example.org"})
    assert found.endswith("<mailto:a+b%25c%3Fd%26e@example.org?subject=unsubscribe%20READER-TOKEN>")


def test_the_sender_without_a_name_is_written_to() -> None:
    """An address alone is where a reader's mail goes too."""
    found = _header("List-Unsubscribe", email={"from": "alone@example.org"})
    assert found.endswith("<mailto:alone@example.org?subject=unsubscribe%20READER-TOKEN>")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org", "https://example.org/unsubscribe/READER-TOKEN"),
        ("https://example.org/a%20b/", "https://example.org/a%20b/unsubscribe/READER-TOKEN"),
        (
            "https://example.org/actualités/",
            "https://example.org/actualit%C3%A9s/unsubscribe/READER-TOKEN",
        ),
        ("https://example.org/a,b;c/", "https://example.org/a,b;c/unsubscribe/READER-TOKEN"),
        ("http://[::1]:8000/n/", "http://[::1]:8000/n/unsubscribe/READER-TOKEN"),
    ],
)
def test_the_address_is_ascii(url: str, expected: str) -> None:
    """Letters beyond ASCII in the newsletter's address are escaped, and nothing is escaped twice."""
    assert _header("List-Unsubscribe", newsletter={"url": url}).startswith(f"<{expected}>,")
    assert _raw(some_settings(newsletter={"url": url})).isascii()


def test_lines_are_short() -> None:
    """Each of the two ways stands on a line of its own, and a long Arabic name is folded."""
    header = _raw(some_settings(newsletter={"title": f"{ARABIC} {ARABIC}"})).split(b"\r\n")
    start = next(number for number, line in enumerate(header) if line.startswith(b"List-Unsubscribe:"))
    assert header[start].endswith(b"READER-TOKEN>,")
    assert header[start + 1].startswith(b" <mailto:")
    assert max(map(len, header)) <= 78


@pytest.mark.parametrize("sign", ["\r\nBcc: x@example.org", "\nBcc: x@example.org", "\rBcc: x"])
def test_no_line_can_be_put_into_the_list_headers(sign: str) -> None:
    """A line end in the newsletter's name, which no settings let through, is no line of the header."""
    settings = some_settings()
    newsletter = replace(settings.newsletter, title=Localised({"en": f"News{sign}"}))
    header = _raw(replace(settings, newsletter=newsletter))
    assert [line for line in re.split(rb"[\r\n]+", header) if line.lower().startswith(b"bcc")] == []
    assert header.count(b"\n") == header.count(b"\r\n") == header.count(b"\r")
