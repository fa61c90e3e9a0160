"""A digest as the bytes of a mail, read back by Python's own parser."""

import email
import re
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from typing import Any

import pytest
from builders import some_settings
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.message import message_bytes
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.model.rules import one_line

ARABIC = "أخبار الحماية الاجتماعية، مارس 2023: أعداد متزايدة من الأطفال بلا حماية اجتماعية أساسية"
TITLES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc")) | st.sampled_from(" ééا،—😀=?_\"'<>,:;@\\"), min_size=1
).map(lambda text: one_line(f"A{text}"))

HEADERS = [
    *("Subject", "From", "Date", "Message-ID", "To"),
    *("List-Id", "List-Help", "List-Archive", "List-Owner", "List-Post"),
    *("List-Unsubscribe", "List-Unsubscribe-Post", "Precedence", "X-Auto-Response-Suppress"),
    *("MIME-Version", "Content-Type", "Content-Language"),
]


def _digest(**changes: Any) -> Digest:
    values = {
        "month": Month(2023, 3),
        "lang": "en",
        "subject": "Example News, March 2023: A title",
        "preheader": "Another title",
        "html": '<!DOCTYPE html>\n<html lang="en"><body><p>Words.</p></body></html>',
        "text": "Example News\n============\n\n* A title\n",
    }
    return Digest(**(values | changes))


def _read(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    assert [part.defects for part in message.walk()] == [[], [], []]
    return message


def _sent(sender: str = "Example News <news@example.org>", **changes: Any) -> EmailMessage:
    return _read(message_bytes(_digest(**changes), some_settings(email={"from": sender})))


def _contents(message: EmailMessage) -> list[str]:
    """Return the text and the HTML, without the last line end."""
    return [part.get_content().replace("\r\n", "\n").rstrip("\n") for part in message.iter_parts()]


def test_a_mail_has_both_forms_text_first() -> None:
    """A reader that knows both shows the HTML, which therefore stands last."""
    message = _sent()
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert [part.get_content_charset() for part in message.iter_parts()] == ["utf-8", "utf-8"]
    assert _contents(message) == [_digest().text.rstrip("\n"), _digest().html]


def test_header() -> None:
    """Each header stands there once, in one order, and none is missing that a filter asks for."""
    message = _sent(lang="fr")
    assert message.keys() == HEADERS
    assert message["Subject"] == "Example News, March 2023: A title"
    assert message["From"] == "Example News <news@example.org>"
    assert message["Content-Language"] == "fr"
    data = message_bytes(_digest(lang="fr"), some_settings())
    assert re.search(rb"\r\nMessage-ID: <2023-03\.fr\.[0-9a-f]{16}@news\.example\.org>\r\n", data)


@pytest.mark.parametrize(
    ("zone", "month", "expected"),
    [
        ("Europe/Zurich", Month(2023, 3), "Sat, 01 Apr 2023 00:00:00 +0200"),
        ("Europe/Zurich", Month(2022, 12), "Sun, 01 Jan 2023 00:00:00 +0100"),
        ("UTC", Month(2023, 3), "Sat, 01 Apr 2023 00:00:00 +0000"),
        ("Asia/Kolkata", Month(2023, 3), "Sat, 01 Apr 2023 00:00:00 +0530"),
    ],
)
def test_date_is_the_end_of_the_month(zone: str, month: Month, expected: str) -> None:
    """Date is the first minute after the month in the newsletter's zone, and not the day of the build."""
    data = message_bytes(_digest(month=month), some_settings(newsletter={"zone": zone}))
    assert f"Date: {expected}\r\n".encode() in data


def test_same_digest_same_bytes() -> None:
    """Nothing of a mail comes from the clock, the machine or chance."""
    assert message_bytes(_digest(), some_settings()) == message_bytes(_digest(), some_settings())


@pytest.mark.parametrize(
    "changes",
    [{"subject": "B"}, {"html": "<p>B</p>"}, {"text": "B"}, {"lang": "fr"}, {"month": Month(2023, 4)}],
)
def test_another_digest_has_another_message_id(changes: dict[str, Any]) -> None:
    """Two mails are one to a mail reader only if they are the same."""
    assert _sent()["Message-ID"] != _sent(**changes)["Message-ID"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Plain words.\n", "quoted-printable"),
        ("Les actualités de la protection sociale, à Genève\n", "quoted-printable"),
        (f"{ARABIC}\n", "base64"),
        (f"{ARABIC} {'and many English words ' * 40}\n", "quoted-printable"),
    ],
)
def test_encoding_is_the_shorter_one(text: str, encoding: str) -> None:
    """Mostly ASCII is quoted-printable; Arabic is base64, which takes less than half."""
    message = _sent(text=text, html=f"<p>{text}</p>")
    assert [part["Content-Transfer-Encoding"] for part in message.iter_parts()] == [encoding, encoding]
    assert _contents(message) == [text.rstrip("\n"), f"<p>{text}</p>"]


@pytest.mark.parametrize(
    "text", ["x" * 5000, "é" * 3000, "ا" * 3000, ".\n..\nFrom here\n", "= \t\n", "a\rb\n"]
)
def test_every_relay_can_carry_it(text: str) -> None:
    """All bytes are ASCII, lines end with CRLF and have at most 998 characters."""
    subject = f"{text[:300].split(maxsplit=1)[0]} {ARABIC}"
    data = message_bytes(_digest(subject=subject, text=text, html=f"<p>{text}"), some_settings())
    assert data.isascii()
    lines = data.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 998
    header = data.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert max(len(line) for line in header if b"=?" in line) <= 76


@given(subject=TITLES)
def test_subject_comes_back(subject: str) -> None:
    """A subject in any script is read as it was written: no space is lost where lines are folded."""
    data = message_bytes(_digest(subject=subject), some_settings())
    raw = email.message_from_bytes(data)["Subject"]
    assert subject == str(make_header(decode_header(raw.replace("\n", ""))))


@pytest.mark.parametrize(
    ("subject", "raw"),
    [
        ("Short and plain", b"Subject: Short and plain\r\n"),
        (
            "Example News, March 2023: " + "a long title of many words " * 3,
            b"Subject: Example News, March 2023: a long title of many words a long title\r\n of many words",
        ),
        (
            "A report on the well-being and the income of self-employed or home-based people",
            b"Subject: A report on the well-being and the income of self-employed or\r\n home-based people",
        ),
        ("Été", b"Subject: =?utf-8?b?w4l0w6k=?=\r\n"),
        ("=?utf-8?q?not?= encoded", b"Subject: =?utf-8?b?PT91dGYtOD9xP25vdD89IGVuY29kZWQ=?=\r\n"),
    ],
)
def test_subject_is_encoded_only_if_need_be(subject: str, raw: bytes) -> None:
    """Plain ASCII stays readable, folded between words."""
    assert message_bytes(_digest(subject=subject), some_settings()).startswith(raw)


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: x@example.org", "a\nBcc: x@example.org", "é\r\nBcc: x@example.org", "a\rb"]
)
def test_no_line_can_be_put_into_the_header(subject: str) -> None:
    """A line end in a subject, which no parser lets through, does not become one of the header."""
    header = message_bytes(_digest(subject=subject), some_settings()).split(b"\r\n\r\n", 1)[0].decode()
    assert [line.split(":")[0] for line in header.split("\r\n") if not line.startswith(" ")] == HEADERS


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("news@example.org", ""),
        ("Example News <news@example.org>", "Example News"),
        ("Ministry of Labour, Geneva <news@example.org>", "Ministry of Labour, Geneva"),
        ("News (monthly): all; of it <news@example.org>", "News (monthly): all; of it"),
        ("editor@home <news@example.org>", "editor@home"),
        ("Back\\slash <news@example.org>", "Back\\slash"),
        ("Actualités <news@example.org>", "Actualités"),
        ("أخبار الحماية <news@example.org>", "أخبار الحماية"),
        ("=?utf-8?q?x?= <news@example.org>", "=?utf-8?q?x?="),
    ],
)
def test_sender_comes_back(sender: str, name: str) -> None:
    """A sender's name in any script, with any sign, has the right address behind it."""
    (address,) = _sent(sender)["From"].addresses
    assert (name, "news@example.org") == (address.display_name, address.addr_spec)


@pytest.mark.parametrize(
    ("sender", "raw"),
    [
        ("Example News <news@example.org>", b"From: Example News <news@example.org>\r\n"),
        ("Ministry, Geneva <news@example.org>", b'From: "Ministry, Geneva" <news@example.org>\r\n'),
        ("news@example.org", b"From: news@example.org\r\n"),
        ("Été <news@example.org>", b"From: =?utf-8?b?w4l0w6k=?=\r\n <news@example.org>\r\n"),
    ],
)
def test_sender_is_encoded_only_if_need_be(sender: str, raw: bytes) -> None:
    """Plain ASCII stays readable, in quotation marks if it has signs."""
    assert raw in message_bytes(_digest(), some_settings(email={"from": sender}))


@given(name=TITLES.filter(lambda text: not set('<>"') & set(text)))
def test_long_names_come_back(name: str) -> None:
    """A name that takes several lines is put together again without a space more or less."""
    data = message_bytes(_digest(), some_settings(email={"from": f"{name} <news@example.org>"}))
    raw = email.message_from_bytes(data)["From"].replace("\n", "")
    read = str(make_header(decode_header(raw)))
    assert f"{name} <news@example.org>" == re.sub(
        r'^"(.*)" <', lambda found: re.sub(r"\\(.)", r"\1", found[1]) + " <", read
    )


def test_content_in_arabic_comes_back() -> None:
    """Words, direction marks and signs outside of the first plane survive both encodings."""
    words = f"{ARABIC} \u200f😀 \u00a0 «»"
    message = _sent(lang="ar", subject=words, text=f"{words}\n", html=f'<p dir="rtl">{words}</p>')
    assert _contents(message) == [words, f'<p dir="rtl">{words}</p>']
