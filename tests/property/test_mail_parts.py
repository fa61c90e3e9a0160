"""The parts of a mail have the very bytes that Python's `email` writes."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.delivery.parts import text_part

_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)  # of a part; its own 78 are those of a header
_LETTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t=\n\r\f\x85\u2028.-_?é—ا😀")
_LONG = st.builds(
    lambda start, count, end: start + "x" * count + end,
    *(st.text(_LETTERS, max_size=3), st.integers(70, 240), st.text(_LETTERS, max_size=3)),
)
_TEXTS = st.lists(st.text(_LETTERS) | _LONG, max_size=6).map("\n".join)


def of_email(text: str, encoding: str) -> bytes:
    """Return *text* as a part that `email` writes in *encoding*."""
    message = EmailMessage(policy=_POLICY)
    message.set_content(text, subtype="html", charset="utf-8", cte=encoding)
    del message["MIME-Version"]
    return message.as_bytes()


@given(_TEXTS)
def test_a_part_is_what_email_writes(text: str) -> None:
    """Whatever the text, `email` writes the same part in one of the two encodings."""
    made = text_part(text, "html")
    written = {name: of_email(text, name) for name in ("quoted-printable", "base64")}
    assert made in written.values()


@pytest.mark.parametrize("end", ["", " ", "\t", "=", "é", "= ", "==", "é \t"])
@pytest.mark.parametrize("times", [1, 2])
def test_lines_about_as_long_as_a_line_may_be(end: str, times: int) -> None:
    """Lines that just fit, and that just do not, end where `email` ends them, whatever stands there."""
    lines = [start + "x" * size + end for size in range(70 * times, 82 * times) for start in ("", "=", "é")]
    text = "\n".join(["plain words " * 40, *lines])
    assert text_part(text, "html") == of_email(text, "quoted-printable")


@given(_TEXTS)
def test_the_encoding_is_the_shorter_one(text: str) -> None:
    """Texts of plain letters stay legible; what quoted-printable would triple goes as base64."""
    is_plain = b"quoted-printable" in text_part(text + "x" * 20 * len(text), "plain")
    assert is_plain
    assert b"base64" in text_part("ا" * (len(text) + 1), "plain")
