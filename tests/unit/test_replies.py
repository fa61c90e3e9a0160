"""Replies of mail servers, in whatever pieces they arrive."""

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.replies import (
    LONGEST,
    LONGEST_LINE,
    Hearing,
    MalformedReplyError,
    Spoken,
    extensions,
    printable,
    reply,
    shown,
)
from publisher.model.delivery import Reply, Stage

MANY = b"250-2.1.0 one\r\n250-2.1.0 two\r\n250 2.1.0 three\r\n"


def heard(data: bytes) -> list[Spoken]:
    """Return the replies in *data*."""
    hearing, found = Hearing(), []
    spoken = hearing.take(data)
    while spoken:
        found.append(spoken)
        spoken = hearing.take()
    return found


@pytest.mark.parametrize(
    ("data", "code", "lines"),
    [
        (b"250 OK\r\n", 250, (b"OK",)),
        (b"250 OK\n", 250, (b"OK",)),
        (b"250\r\n", 250, (b"",)),
        (b"250 \r\n", 250, (b"",)),
        (b"250-\r\n250\r\n", 250, (b"", b"")),
        (b"250-a\n250 b\r\n", 250, (b"a", b"b")),
        (b"354 go\ron\r\n", 354, (b"go\ron",)),
        (b"599 x\r\r\n", 599, (b"x\r",)),
    ],
)
def test_a_reply_is_read(data: bytes, code: int, lines: tuple[bytes, ...]) -> None:
    """A reply has a code and lines; bare LF ends a line too, bare CR does not."""
    assert heard(data) == [(code, lines)]


@pytest.mark.parametrize(
    "data",
    [
        b"\r\n", b"\n", b"hello\r\n", b"25 OK\r\n", b"2500 OK\r\n", b"150 x\r\n", b"650 x\r\n", b"250OK\r\n",
        b" 250 OK\r\n", b"250_OK\r\n", b"250-a\r\n251 b\r\n", b"250-a\r\nb\r\n", "٢٥٠ x\r\n".encode(),
    ],
)  # fmt: skip
def test_what_is_no_reply_is_told(data: bytes) -> None:
    """What does not begin with a code, or changes it on the way, is no reply."""
    with pytest.raises(MalformedReplyError):
        heard(data)


@given(st.lists(st.integers(1, len(MANY) * 2)), st.sampled_from([b"\r\n", b"\n"]))
def test_pieces_change_nothing(cuts: list[int], end: bytes) -> None:
    """However the bytes are cut into pieces, the replies are the same."""
    data = (MANY + b"354 go\r\n").replace(b"\r\n", end)
    edges = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
    hearing, found = Hearing(), []
    for start, stop in itertools.pairwise(edges):
        spoken = hearing.take(data[start:stop])
        while spoken:
            found.append(spoken)
            spoken = hearing.take()
    assert found == heard(data) == [(250, (b"2.1.0 one", b"2.1.0 two", b"2.1.0 three")), (354, (b"go",))]
    assert hearing.is_empty


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=20),
            st.sampled_from(
                [b"250 OK\r\n", b"250-", b"550 5.1.1 no\n", b"\r", b"\n", b"421", b" ", b"x" * 9000]
            ),
        )
    )
)
def test_whatever_is_said_is_a_reply_or_none(said: list[bytes]) -> None:
    """No bytes break the reading: there are replies, with text to be printed, or a refusal to read on."""
    hearing = Hearing()
    with contextlib.suppress(MalformedReplyError):
        for data in said:
            spoken = hearing.take(data)
            while spoken:
                assert 200 <= spoken.code <= 599
                assert reply(Stage.END, spoken).text.isprintable()
                assert extensions(spoken) is not None
                spoken = hearing.take()


def test_what_was_not_asked_for_shows() -> None:
    """Bytes behind a reply, also a part of a line, are known to be there."""
    hearing = Hearing()
    assert hearing.is_empty
    assert hearing.take(b"250 OK\r\n2")
    assert not hearing.is_empty
    assert not hearing.take(b"50-x\r\n")
    assert not hearing.is_empty


@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_a_long_line_is_read_and_an_endless_one_is_not(end: bytes) -> None:
    """A line of 8 kB is a reply, one more byte is none, whether its end comes or not; 64 kB are too much."""
    longest = b"250 " + b"x" * (LONGEST_LINE - 4)
    assert len(heard(longest + end)[0].lines[0]) == LONGEST_LINE - 4
    for endless in (longest + b"x" + end, longest + b"xx", b"250-x\r\n" * (LONGEST // 7 + 1)):
        with pytest.raises(MalformedReplyError, match="without end"):
            heard(endless)
    assert len(heard(b"250-x\r\n" * 9000 + b"250 x\r\n")[0].lines) == 9001


def test_a_drip_costs_no_more_than_its_bytes() -> None:
    """A long reply that comes byte by byte is heard in less than a second."""
    hearing = Hearing()
    for byte in b"250-x\r\n" * 9000:
        assert hearing.take(bytes([byte])) is None
    assert hearing.take(b"250 x\r\n")


@pytest.mark.parametrize(
    ("lines", "status", "text"),
    [
        ((b"5.1.1 no such user",), "5.1.1", "no such user"),
        ((b"5.1.1",), "5.1.1", ""),
        ((b"no such user 5.1.1",), "", "no such user 5.1.1"),
        ((b"5.1.1no",), "", "5.1.1no"),
        ((b"3.1.1 x",), "", "3.1.1 x"),
        ((b"5.1234.1 x",), "", "5.1234.1 x"),
        ((b"5.7.1 one", b"5.7.1 two"), "5.7.1", "one two"),
        ((b"5.7.1 one", b"two", b""), "5.7.1", "one two"),
        ((b"one", b"5.7.1 two"), "5.7.1", "one two"),
        ((b"4.7.28 x",), "4.7.28", "x"),
        ((b"a\x1b[31mb\0c",), "", "a?[31mb?c"),
        ((b"caf\xe9 \xe2\x80\xae",), "", "caf� ?"),
        ((b"x" * 8000,), "", "x" * 500),
    ],
)
def test_status_and_text_are_told_apart(lines: tuple[bytes, ...], status: str, text: str) -> None:
    """The status leads a line; the text is one line that moves no cursor."""
    assert reply(Stage.RECIPIENT, Spoken(550, lines)) == Reply(Stage.RECIPIENT, 550, status, text)


def test_a_reply_is_shown_as_it_was_said() -> None:
    """People read code, status and text; what is missing leaves no gap."""
    assert shown(Reply(Stage.END, 250, "", "taken as 42")) == "250 taken as 42"
    assert shown(Reply(Stage.END, 550, "5.1.1", "no")) == "550 5.1.1 no"
    assert printable(b"plain") == "plain"


def test_offers_are_read() -> None:
    """Names of extensions are read in any case; the greeting is none, and AUTH= is AUTH."""
    lines = (b"auth.example.org", b"size 1000", b"PIPELINING", b"AUTH PLAIN", b"AUTH=LOGIN", b"")
    found = extensions(Spoken(250, lines))
    assert found["SIZE"] == "1000"
    assert set(found["AUTH"].split()) == {"PLAIN", "LOGIN"}
    assert "PIPELINING" in found
    assert "AUTH.EXAMPLE.ORG" not in found
