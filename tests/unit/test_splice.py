"""A mail with gaps: where they are, what fits into them, and what is kept of it."""

import email
import re
from email import policy

import msgspec
import pytest
from builders import some_settings
from editions import digest_of, small_edition

from publisher.delivery.message import issue_hash, message_bytes
from publisher.delivery.splice import Reader, Template, spliced, template, undoubled
from publisher.model.delivery import Mailbox, Token
from publisher.model.entry import Month
from publisher.model.output import Digest

LEAVE, CHOOSE = (f"https://news.example.org/{where}/READER-TOKEN" for where in ("unsubscribe", "preferences"))
ANA = Reader(Mailbox("ana@example.org"), Token("An4"), Token("leave.me"), Token("choose.me"))
ARABIC = "أخبار الحماية الاجتماعية "


def a_template(text: str = f"{LEAVE}\n{CHOOSE}\n", html: str = f"<p>{LEAVE} {CHOOSE}</p>") -> Template:
    """Return the template of a small digest."""
    return template(Digest(Month(2026, 11), "en", "A subject", "", html, text), some_settings())


def parts(pieces: list[bytes]) -> list[str]:
    """Return the text and the HTML of a mail."""
    message = email.message_from_bytes(undoubled(pieces), policy=policy.default)
    return [part.get_content().replace("\r\n", "\n") for part in message.iter_parts()]


def test_each_link_has_its_own_token() -> None:
    """The token to leave does not choose, and that to choose does not leave: each stands in its link."""
    mail = b"".join(spliced(a_template(), ANA)).decode()
    assert mail.count("leave.me") == 4  # both parts, and the two ways of List-Unsubscribe
    assert mail.count("choose.me") == 2
    assert "READER-TOKEN" not in mail
    ours = "https://news.example.org/unsubscribe/leave.me", "https://news.example.org/preferences/choose.me"
    assert parts(spliced(a_template(), ANA)) == ["{}\n{}\n".format(*ours), "<p>{} {}</p>\n".format(*ours)]


def test_the_message_id_is_the_reader_s_and_the_issue_s() -> None:
    """The same reader gets the same Message-ID each time, and another reader another one."""
    made = a_template()

    def identity(reader: Reader) -> str:
        return str(email.message_from_bytes(b"".join(spliced(made, reader)))["Message-ID"])

    assert identity(ANA) == identity(
        ANA._replace(mailbox=Mailbox("ana@example.com"), unsubscribe=Token("new"))
    )
    assert identity(ANA).endswith(".An4@news.example.org>")
    assert identity(ANA).startswith("<2026-11.en.")
    assert identity(ANA) != identity(ANA._replace(public=Token("an4")))


def test_leading_dots_are_doubled_once() -> None:
    """What SMTP would take for the end of a mail is doubled in the template, and arrives as it was."""
    text = f".\n..\n.a\n{LEAVE}\n.\n{CHOOSE}.b\n"
    made = a_template(text, f"<p>{LEAVE}.\n.{CHOOSE}</p>")
    lines = b"".join(spliced(made, ANA)).split(b"\r\n")
    dotted = [line for line in lines if line.startswith(b".")]
    assert dotted[:4] == [b"..", b"...", b"..a", b".."]
    assert not [line for line in lines if line.startswith(b".") and not line.startswith(b"..")]
    assert parts(spliced(made, ANA))[0].startswith(".\n..\n.a\n")


@pytest.mark.parametrize("size", [1, 50, 73, 74, 75, 76, 77, 146, 199])
@pytest.mark.parametrize("words", ["", ARABIC])
@pytest.mark.parametrize("dots", [False, True])
def test_tokens_of_any_length_fit(size: int, words: str, *, dots: bool) -> None:
    """In both encodings a token may be as long as it likes; no line is too long or begins with a dot."""
    token = Token(("a." * 100)[: size - size % 2] + "z" if dots else "a" * size)
    made = a_template(f"{words * 9}\n{LEAVE}\n{CHOOSE}.\n", f"<p>{words * 9}{LEAVE}</p>")
    pieces = spliced(made, ANA._replace(unsubscribe=token, preferences=token))
    links = [link.replace("READER-TOKEN", token) for link in (LEAVE, CHOOSE)]
    assert parts(pieces)[0] == f"{words * 9}\n{links[0]}\n{links[1]}.\n"
    assert parts(pieces)[1] == f"<p>{words * 9}{links[0]}</p>\n"
    body = undoubled(pieces).split(b"\r\n\r\n", 1)[1].split(b"\r\n")
    assert max(map(len, body)) <= 76
    assert not re.search(rb"\r\n\.(?!\.)", b"".join(pieces))


def test_a_template_is_kept_and_read_again() -> None:
    """The ledger's bytes give the same template, which takes no more room than its mail and a little."""
    for digest in (digest_of(small_edition()), digest_of(small_edition(), "ar")):
        made = template(digest, some_settings())
        assert Template.decode(made.encode()) == made
        assert len(made.encode()) < 1.1 * len(message_bytes(digest, some_settings()))


@pytest.mark.parametrize(
    "data", [b"", b"\xc1", b"\x91\x91\x93\xa3gap\xa3who\xc2", msgspec.msgpack.encode([1])]
)
def test_other_bytes_are_no_template(data: bytes) -> None:
    """What the ledger did not write is refused."""
    with pytest.raises(msgspec.MsgspecError):
        Template.decode(data)


def test_an_address_of_another_script_stays_as_it_is() -> None:
    """A mailbox beyond ASCII stands in To as UTF-8 (RFC 6532); all else of the mail is ASCII."""
    mail = b"".join(spliced(a_template(), ANA._replace(mailbox=Mailbox("émilie@example.org"))))
    assert "\r\nTo: émilie@example.org\r\n".encode() in mail
    assert mail.replace("é".encode(), b"").isascii()


def test_the_proof_shows_the_placeholder() -> None:
    """What a build writes goes to nobody, and has the placeholder in each link."""
    digest = Digest(Month(2026, 11), "en", "A subject", "", f"<p>{LEAVE}</p>", f"{CHOOSE}\n")
    proof = message_bytes(digest, some_settings())
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in proof
    assert proof.count(b"READER-TOKEN") == 4


def test_the_hash_of_an_issue_tells_its_messages_apart() -> None:
    """One byte, the order, and where one message ends and the next begins: each changes the hash."""
    issues = [[b"a", b"b"], [b"b", b"a"], [b"ab"], [b"a", b"b", b""], [b"a"], []]
    assert len({issue_hash(messages) for messages in issues}) == len(issues)
    assert issue_hash([b"a", b"b"]) == issue_hash(iter([b"a", b"b"]))
    assert len(issue_hash([])) == 64
