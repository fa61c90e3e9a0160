"""Addresses and tokens as they may stand in a header and in a command of SMTP."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.delivery import Mailbox, Token

# What could end a line, a command or an address, and what nobody sees.
HOSTILE = [
    *("\r", "\n", "\r\n", "\0", "\t", "\v", "\f", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\u2028", "\u2029"),
    *("<", ">", " ", ",", ";", ":", '"', "(", ")", "[", "]", "\\", "@"),
    *("\u00a0", "\u00ad", "\u061c", "\u180e", "\u200b", "\u200d", "\u200e", "\u200f", "\u202a", "\u202e"),
    *("\u2060", "\u2066", "\u2069", "\u3000", "\ufeff", "\ufff9", "\U000e0001", "\ud800", "\udc80"),
]


HOST = ".".join(["b" * 61] * 3 + ["org"])
"""The longest that goes with a name of 64 bytes."""


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "a.b-c_d+news@mail.example.org",
        "o'neil{x}|~!#$%&*/=?^`@example.org",
        "émilie@xn--bcher-kva.example",
        "أنا@example.org",
        "root@localhost",
        f"{'a' * 64}@example.org",
        f"a@{'b' * 63}.example",
        f"{'a' * 64}@{HOST}",
        f"{'é' * 32}@{HOST}",
    ],
)
def test_a_mailbox_is_kept_as_it_is(text: str) -> None:
    """Ordinary addresses, also of other scripts before the @, are the text they were."""
    assert Mailbox(text) == text


@pytest.mark.parametrize("sign", HOSTILE)
@pytest.mark.parametrize(
    "form", ["{}ana@example.org", "an{}a@example.org", "ana{}@example.org", "ana@{}example.org"]
)
@pytest.mark.parametrize("end", ["", "{}", "{}Bcc: eve@example.com"])
def test_no_sign_that_ends_anything_is_part_of_a_mailbox(sign: str, form: str, end: str) -> None:
    """A line end, a bracket, a second @ or an invisible letter is refused wherever it stands."""
    with pytest.raises(ValueError, match="no mailbox"):
        Mailbox(form.format(sign) + end.format(sign))


@pytest.mark.parametrize("sign", HOSTILE)
def test_no_sign_that_ends_anything_ends_a_mailbox(sign: str) -> None:
    """What pattern matching often lets through at the end is refused too."""
    with pytest.raises(ValueError, match="no mailbox"):
        Mailbox(f"ana@example.org{sign}")


@pytest.mark.parametrize(
    "text",
    [
        *("", "@", "ana", "ana@", "@example.org", "ana@@example.org", "ana@b@example.org"),
        *(
            ".ana@example.org",
            "ana.@example.org",
            "a..na@example.org",
            "ana@.example.org",
            "ana@example..org",
        ),
        *(
            "ana@example.org.",
            "ana@-example.org",
            "ana@example-.org",
            "ana@bücher.example",
            "ana@[192.0.2.1]",
        ),
        *("ana@exa_mple.org", "ana@example.org>", "ana@example.org SIZE=1", "ana@%0d%0a"),
        f"{'a' * 65}@example.org",
        f"{'é' * 33}@example.org",
        f"ana@{'b' * 64}.example",
        f"{'a' * 64}@{HOST}.b",
        f"{'é' * 32}@{HOST}.b",
    ],
)
def test_what_is_no_address_is_no_mailbox(text: str) -> None:
    """Dots out of place, hosts that are none, and what is too long for SMTP are refused."""
    with pytest.raises(ValueError, match="no mailbox"):
        Mailbox(text)


@given(st.text(st.characters() | st.sampled_from("@.ab"), max_size=30))
def test_a_mailbox_is_one_word_on_one_line(text: str) -> None:
    """Whatever text is taken, it has one @, an ASCII host, and can be written to the wire as it is."""
    try:
        found = Mailbox(text)
    except ValueError:
        return
    assert found.splitlines() == found.split() == [found]
    assert found.isprintable()
    assert not {*'<>,;:"()[]\\'} & {*found}
    assert found.count("@") == 1
    assert found.rpartition("@")[2].isascii()
    assert found.encode().decode() == text


@pytest.mark.parametrize("text", ["a", "READER-TOKEN", "IkFiYyI.x-_9", "a.b.c", "-", "_", "a" * 200])
def test_a_token_is_kept_as_it_is(text: str) -> None:
    """What `subscribers.tokens` signs, and the placeholder, are tokens."""
    assert Token(text) == text


@pytest.mark.parametrize("sign", [*HOSTILE, "/", "?", "&", "=", "%", "#", "+", "é", "أ", "."])
@pytest.mark.parametrize("form", ["{}", "{}abc", "abc{}"])
def test_no_other_sign_is_part_of_a_token(sign: str, form: str) -> None:
    """A token begins and ends with a letter, a digit, - or _, and holds nothing that links treat apart."""
    with pytest.raises(ValueError, match="no token"):
        Token(form.format(sign))


@pytest.mark.parametrize("text", ["", "a..b", ".a", "a.", "a" * 201, "a\n", "a b"])
def test_what_is_no_token_is_refused(text: str) -> None:
    """Nothing, dots out of place and what is too long are no token."""
    with pytest.raises(ValueError, match="no token"):
        Token(text)
