"""Links of a mail: their words, where they lead, and that both parts of the mail have them."""

import pytest
from mails import CHOOSE, ENTRY, ITEM, a_digest, codes, found, with_item

from publisher.preflight import Link, links

PAPER = "https://example.org/paper"
STYLE = 'style="color:#1d5468"'


def _link(words: str, target: str = PAPER, attributes: str = "") -> str:
    return f'<p><a href="{target}" {STYLE} {attributes}>{words}</a></p>'


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("The paper on pensions", []),
        ("Read more", ["generic-link"]),
        ("read  more …", ["generic-link"]),
        ("› Click here!", ["generic-link"]),
        ("here", ["generic-link"]),
        ("More", ["generic-link"]),
        ("Link", ["generic-link"]),
        ("PDF", ["generic-link"]),
        ("(PDF)", ["generic-link"]),
        ("The paper (PDF)", []),
        ("Lire la suite", ["generic-link"]),
        ("En savoir plus →", ["generic-link"]),
        ("Plus d’informations", ["generic-link"]),
        ("Ici", ["generic-link"]),
        ("Leer más", ["generic-link"]),
        ("Aquí", ["generic-link"]),
        ("اقرأ المزيد", ["generic-link"]),
        ("هنا", ["generic-link"]),
        ("الورقة عن المعاشات", []),
        ("https://example.org/paper", ["generic-link"]),
        ("www.example.org", ["generic-link"]),
        ("news@example.org", []),
        ("→", ["generic-link"]),
        ("", ["empty-link-text"]),
        (" \u00a0", ["empty-link-text"]),
        ('<img src="https://example.org/a.png" alt="" width="96">', ["empty-link-text"]),
        ('<img src="https://example.org/a.png" alt="The paper" width="96">', []),
        ("Read more books, the paper says", []),
    ],
)
def test_words_of_links(words: str, expected: list[str]) -> None:
    """A link's words say where it leads when read alone, in each language of the newsletter."""
    assert codes(a_digest(ITEM + _link(words), more=PAPER)) == expected


def test_the_label_of_a_link_is_its_name() -> None:
    """What a screen reader says counts: a label makes general words clear, or clear words general."""
    label = 'aria-label="Read more about pensions"'
    assert codes(a_digest(ITEM + _link("Read more", attributes=label), more=PAPER)) == []
    assert codes(a_digest(ITEM + _link("The paper", attributes='aria-label="More"'), more=PAPER)) == [
        "generic-link"
    ]


def test_equal_words_with_different_targets_are_told_once() -> None:
    """Links that read the same lead to the same place; each name is told once, at its second link."""
    three = "".join(_link("Add to calendar", f"https://example.org/{name}.ics") for name in "abc")
    more = " ".join(f"https://example.org/{name}.ics" for name in "abc")
    digest = a_digest(ITEM + three, more=f"{more}\n")
    findings = found(digest)
    assert [(item.code, item.entry, item.needle) for item in findings] == [
        ("same-link-text", ENTRY, "Add to calendar")
    ]
    assert codes(a_digest(ITEM + _link("The paper") * 2, more=PAPER)) == []
    general = _link("More", "https://example.org/a.ics") + _link("More")
    digest = a_digest(ITEM + general, more=f"https://example.org/a.ics\n{PAPER}\n")
    assert codes(digest) == ["generic-link", "generic-link"]


def test_table_of_links() -> None:
    """The table has words, target, presence in the text part, and links of the same words elsewhere."""
    item = _link("The paper") + _link("the PAPER", "https://example.org/other")
    assert links(a_digest(item, foot="", text=f"{PAPER}\n"))[:2] == (
        Link("The paper", PAPER, in_text=True, duplicate=True),
        Link("the PAPER", "https://example.org/other", in_text=False, duplicate=True),
    )


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (PAPER, []),
        ("https://example.org/caf%C3%A9", []),
        ("mailto:news@example.org?subject=Hello", []),
        ("mailto:nobody", ["mail-address"]),
        ("/2023/06/talks/", ["mail-address"]),
        ("talks.html", ["mail-address"]),
        ("", ["mail-address"]),
        ("//example.org/a", ["mail-address"]),
        ("https:///a", ["mail-address"]),
        ("https://[", ["mail-address"]),
        ("javascript:alert(1)", ["mail-address"]),
        ("file:///etc/passwd", ["mail-address"]),
        ("#events", ["missing-anchor"]),
        ("#", ["missing-anchor"]),
    ],
)
def test_addresses_of_links(target: str, expected: list[str]) -> None:
    """An address is whole, or a place in the mail that has a name."""
    more = "https://example.org/café news@example.org " + PAPER if not expected else PAPER
    digest = a_digest(ITEM + _link("The paper", target) + _link("A paper"), more=more)
    assert [code for code in codes(digest) if code != "link-not-in-html"] == expected


def test_a_place_in_the_mail_goes_by_name() -> None:
    """`<a name>` is a place that Gmail and Outlook find, an id is none."""
    assert with_item(_link("Events", "#events") + '<a name="events"></a>') == []
    assert with_item(_link("Events", "#%C3%A9") + '<a name="é"></a>') == []
    assert with_item(_link("Events", "#events") + '<h2 id="events">Events</h2>') == ["missing-anchor"]


def test_a_picture_has_a_whole_address() -> None:
    """The address of a picture is whole too."""
    assert with_item('<img src="media/a.png" alt="A chart" width="96">') == ["mail-address"]


def test_a_mail_can_be_left() -> None:
    """A mail without the link to unsubscribe is an error, told once, also if the text part has it."""
    foot = f'<p><a href="{CHOOSE}" {STYLE}>Choose your topics</a></p>'
    assert codes(a_digest(foot=foot)) == ["missing-unsubscribe"]


@pytest.mark.parametrize(
    ("item", "text", "expected"),
    [
        (_link("The paper"), f"{PAPER}\n", []),
        (_link("The paper"), f"See {PAPER}.\n", []),
        (_link("The paper"), f"({PAPER})\n", []),
        (_link("The paper"), "", ["link-not-in-text"]),
        (_link("The paper") * 2, "", ["link-not-in-text"]),
        (_link("The paper"), f"{PAPER}s\n", ["link-not-in-text", "link-not-in-html"]),
        (_link("The paper", "https://example.org/caf%C3%A9"), "https://example.org/café\n", []),
        (_link("The paper", "https://example.org/?a=1&amp;b=2"), "https://example.org/?a=1&b=2\n", []),
        (_link("Write to us", "mailto:news@example.org"), "news@example.org\n", []),
        (_link("Write to us", "mailto:news@example.org"), "", ["link-not-in-text"]),
        ("", f"{PAPER}\n", ["link-not-in-html"]),
        ("", f"{PAPER}\n{PAPER}\n", ["link-not-in-html"]),
        (f"<p>Look at {PAPER}.</p>", f"{PAPER}.\n", []),
    ],
)
def test_both_parts_have_the_same_links(item: str, text: str, expected: list[str]) -> None:
    """A link that stands in one part only is told once."""
    assert codes(a_digest(ITEM + item, more=text)) == expected
