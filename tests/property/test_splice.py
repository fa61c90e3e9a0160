"""A mail that is put together from a template is the mail that would be made for its reader alone."""

import email
import re
from datetime import datetime, time
from email import policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import format_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from builders import some_settings
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.delivery.message import message_bytes
from publisher.delivery.splice import Reader, Template, spliced, template, undoubled
from publisher.model.delivery import Mailbox, Token
from publisher.model.entry import Month
from publisher.model.output import Digest
from publisher.model.rules import one_line

SETTINGS = some_settings(
    email={"from": "Example News <news@example.org>", "contact": "ask@example.org"},
    newsletter={"title": {"en": "Example News", "ar": "أخبار الحماية"}},
)
TOP = "https://news.example.org/"
LEAVE, CHOOSE = (f"{TOP}{where}/READER-TOKEN" for where in ("unsubscribe", "preferences"))
SIGNS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t=\n\r.-_<é—ا😀")
STRETCH = st.text(SIGNS, max_size=12) | st.builds(
    lambda start, sign, count, end: start + sign * count + end,
    st.text(SIGNS, max_size=3),
    st.sampled_from(["x", ".", " ", "ا", "é", "=", "\n", "a\n."]),
    st.integers(1, 160),
    st.text(SIGNS, max_size=3),
)
TEXTS = st.lists(STRETCH | st.sampled_from([LEAVE, CHOOSE]), max_size=9).map("".join)
TOKENS = st.from_regex(r"[A-Za-z0-9_-]{1,90}(\.[A-Za-z0-9_-]{1,50}){0,2}", fullmatch=True).map(Token)
PUBLICS = st.from_regex(r"[A-Za-z0-9_-]{1,22}", fullmatch=True).map(Token)
NAMES = st.from_regex(
    r"[A-Za-z0-9+_=?*'{}|~!#$%&/^`-]{1,30}(\.[A-Za-z0-9_-]{1,30})?", fullmatch=True
) | st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=16)
HOSTS = st.sampled_from(["example.org", "a.b-c.example", "xn--bcher-kva.example", "localhost"])
MAILBOXES = st.builds("{}@{}".format, NAMES, HOSTS).map(Mailbox)
SUBJECTS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from(" éا—?="), max_size=90
).map(lambda text: one_line(f"A{text}"))


class Case(NamedTuple):
    """A digest and one who gets it."""

    digest: Digest
    reader: Reader


CASES = st.builds(
    Case,
    st.builds(
        lambda month, lang, subject, text, html: Digest(month, lang, subject, "", html, text),
        st.builds(Month, st.integers(2000, 2090), st.integers(1, 12)),
        st.sampled_from(["en", "ar"]),
        SUBJECTS,
        TEXTS,
        TEXTS,
    ),
    st.builds(Reader, MAILBOXES, PUBLICS, TOKENS, TOKENS),
)


def alone(case: Case, mark: str) -> EmailMessage:
    """Return the mail of one reader as Python's own library makes it, from what the manual says."""
    digest, reader = case
    message = EmailMessage(policy=policy.SMTPUTF8)
    message["Message-ID"] = f"<{digest.month}.{digest.lang}.{mark}.{reader.public}@news.example.org>"
    message["Subject"] = digest.subject
    message["From"] = "Example News <news@example.org>"
    done = datetime.combine(digest.month.following.first_day, time(), tzinfo=ZoneInfo("Europe/Zurich"))
    message["Date"] = format_datetime(done)
    message["To"] = str(reader.mailbox)
    name = "أخبار الحماية" if digest.lang == "ar" else "Example News"
    message["List-Id"] = f"{name} <digest.news.example.org>"
    message["List-Help"] = "<mailto:ask@example.org?subject=help>"
    message["List-Archive"] = f"<{TOP}{'ar/' if digest.lang == 'ar' else ''}archive/>"
    message["List-Owner"] = "<mailto:ask@example.org>"
    message["List-Post"] = "NO"
    message["List-Unsubscribe"] = (
        f"<{TOP}unsubscribe/{reader.unsubscribe}>, "
        f"<mailto:news@example.org?subject=unsubscribe%20{reader.unsubscribe}>"
    )
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "bulk"
    message["X-Auto-Response-Suppress"] = "DR, RN, NRN, OOF, AutoReply"
    text, html = (own(part, reader) for part in (digest.text, digest.html))
    message.set_content(text)
    message.add_alternative(html, subtype="html")
    message["Content-Language"] = digest.lang
    return message


def own(text: str, reader: Reader) -> str:
    """Return *text* with the reader's links."""
    text = text.replace(LEAVE, f"{TOP}unsubscribe/{reader.unsubscribe}")
    return text.replace(CHOOSE, f"{TOP}preferences/{reader.preferences}")


def contents(message: EmailMessage) -> list[str]:
    """Return both parts, with LF at the ends of lines."""
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


class Said(NamedTuple):
    """What a mail says."""

    headers: dict[str, str]
    names: set[str]
    types: list[str]
    contents: list[str]


def said_by(message: EmailMessage, headers: dict[str, str]) -> Said:
    """Return what *message* says; *headers* are those of it whose text both must have."""
    types = [part.get_content_type() for part in message.iter_parts()]
    return Said(headers, {*message.keys()}, types, contents(message))


def as_spliced(case: Case) -> bytes:
    """Return the mail as it goes over the line."""
    digest, reader = case
    return b"".join(spliced(Template.decode(template(digest, SETTINGS).encode()), reader))


def both(case: Case, sent: bytes) -> tuple[Said, Said]:
    """Return what the spliced mail says, which was *sent*, and what the one says that was made alone."""
    arrived = undoubled([sent])
    ours = email.message_from_bytes(arrived, policy=policy.SMTPUTF8)
    assert isinstance(ours, EmailMessage)
    assert [part.defects for part in ours.walk()] == [[], [], []]
    raw = email.message_from_bytes(arrived)
    theirs = alone(case, str(raw["Message-ID"]).split(".")[2])
    wanted = {name: str(theirs[name]) for name in {*theirs.keys()} - {"Content-Type", "MIME-Version"}}
    read = {
        name: str(make_header(decode_header(re.sub(r"\r?\n", "", str(raw[name]))))) for name in wanted
    } | {"To": str(ours["To"])}
    return said_by(ours, read), said_by(theirs, wanted)


def unfit(sent: bytes) -> list[bytes]:
    """Return the lines that SMTP does not take, or a body should not have."""
    lines, body = sent.split(b"\r\n"), undoubled([sent]).split(b"\r\n\r\n", 1)[1]
    bad = [line for line in lines if b"\r" in line or b"\n" in line or re.match(rb"\.(?!\.)", line)]
    return [
        *bad,
        *(line for line in lines if len(line) > 998),
        *(line for line in body.split(b"\r\n") if len(line) > 76),
    ]


@settings(max_examples=300)
@given(CASES)
def test_a_spliced_mail_is_the_one_made_alone(case: Case) -> None:
    """Whatever the digest, the address and the tokens, Python's parser reads the same headers and words."""
    sent = as_spliced(case)
    ours, theirs = both(case, sent)
    assert ours == theirs
    assert unfit(sent) == []
    assert sent.isascii() == case.reader.mailbox.isascii()


@pytest.mark.whole
@settings(max_examples=10_000)
@given(CASES)
def test_a_spliced_mail_is_the_one_made_alone_in_ten_thousand_cases(case: Case) -> None:
    """Ten thousand mails are read as those that were made alone."""
    sent = as_spliced(case)
    ours, theirs = both(case, sent)
    assert ours == theirs
    assert unfit(sent) == []
    assert sent.isascii() == case.reader.mailbox.isascii()


@settings(max_examples=100)
@given(CASES)
def test_a_spliced_mail_has_the_bytes_of_the_proof(case: Case) -> None:
    """What a build writes, with the reader put in, is what is sent, but for her name in the Message-ID."""
    digest, reader = case
    reader = reader._replace(preferences=reader.unsubscribe)
    sent = undoubled(spliced(template(digest, SETTINGS), reader))
    proof = message_bytes(digest, SETTINGS, to=reader.mailbox, reader=reader.unsubscribe)
    assert sent.replace(f".{reader.public}@".encode(), b"@", 1) == proof
