"""Which features a mail uses, and which of them mail readers do not show."""

import json
import re
import runpy
from pathlib import Path

import pytest
from mails import ITEM, KEPT, SETTINGS, a_digest, found

from publisher.preflight.features import used
from publisher.preflight.mail import Mail
from publisher.preflight.mail_support import accepted, support

PACKAGE = Path(__file__).resolve().parents[2] / "publisher" / "preflight"


def _used(item: str = "", kept: str = "") -> set[str]:
    """Return the features that *item* or *kept* add to those of a mail without them."""
    mail, bare = Mail(a_digest(item, kept=kept), SETTINGS), Mail(a_digest("", kept=""), SETTINGS)
    both = [used(each) for each in (mail, bare)]
    one, other = ({*uses.html, *uses.inlined, *uses.kept} for uses in both)
    return {feature for feature in one - other if feature in support()}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<h3>a</h3>", set()),
        ("<ul><li>a</li></ul>", {"html-lists"}),
        ("<video></video>", {"html-video"}),
        ("<main>a</main>", {"html-semantics"}),
        ("<time>a</time>", {"html-semantics"}),
        ("<map></map>", {"html-image-maps"}),
        ("<input type='checkbox'>", {"html-input-checkbox"}),
        ("<input>", {"html-input-text"}),
        ("<button>a</button>", {"html-button-submit"}),
        ("<p align='left' target='x'>a</p>", {"html-align", "html-target"}),
        ("<p aria-hidden='true'>a</p>", {"html-aria-hidden"}),
        ("<p style='margin: 0' hidden>a</p>", {"css-margin", "html-hidden"}),
        ("<meta name='color-scheme'>", {"html-meta-color-scheme"}),
        ("<a href='#a'>a</a><a href='mailto:a@b.c'>b</a>", {"html-anchor-links", "html-mailto-links"}),
        ("<img src='https://a/b.PNG?c=d.gif'>", {"html-img", "image-png"}),
        ("<img src='https://a/b.webp' srcset='a'>", {"html-img", "image-webp", "html-srcset"}),
        (
            "<img src='data:image/png;base64,AA' loading='lazy'>",
            {"html-img", "image-base64", "html-loading-attribute"},
        ),
        ("<i style='display: flex'>a</i>", {"css-display", "css-display-flex"}),
        ("<i style='margin-top: 1em'>a</i>", {"css-margin", "css-unit-em"}),
        ("<i style='margin-inline-start: 0'>a</i>", {"css-margin-inline-start-end"}),
        ("<i style='border-top-width: 0'>a</i>", {"css-border"}),
        ("<i style='border-top-left-radius: 0'>a</i>", {"css-border-radius"}),
        ("<i style='top: 0; row-gap: 0'>a</i>", {"css-left-right-top-bottom", "css-gap"}),
        (
            "<i style='width: calc(100% - 1vw)'>a</i>",
            {"css-width", "css-unit-calc", "css-unit-percent", "css-unit-vw"},
        ),
        ("<i style='color: rgb(1, 2, 3) !important'>a</i>", {"css-rgb", "css-important"}),
        ("<i style='color: var(--a); --a: red'>a</i>", {"css-variables"}),
        ("<i style='font-family: system-ui, \"Arial 12rem\"'>a</i>", {"css-sytem-ui"}),
        ("<i style='background: #1ee url(max(1).png)'>a</i>", {"css-background"}),
        ("<i style='mso-line-height-rule: exactly; -webkit-hyphens: none'>a</i>", set()),
    ],
)
def test_features_of_elements(item: str, expected: set[str]) -> None:
    """Elements, attributes, kinds of picture and what style attributes say are found by name."""
    assert _used(item) == expected


@pytest.mark.parametrize(
    ("css", "expected"),
    [
        ("p {}", set()),
        ("/* a */", {"css-comments"}),
        ("@import 'a.css';", {"css-at-import"}),
        ("@font-face { src: url(a) }", {"css-at-font-face"}),
        ("@media (max-width: 1px) { p { margin: 0 } }", {"css-at-media", "css-margin", "css-selector-type"}),
        ("@media (hover) { }", {"css-at-media", "css-at-media-hover"}),
        ("@keyframes a { from { margin: 0 } }", {"css-at-keyframes", "css-margin"}),
        (".a { margin: 0 }", {"css-margin", "css-selector-class"}),
        (".a.b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-chaining"}),
        ("#a { margin: 0 }", {"css-margin", "css-selector-id"}),
        ("* { margin: 0 }", {"css-margin", "css-selector-universal"}),
        ("[data-x] { margin: 0 }", {"css-margin", "css-selector-attribute"}),
        (".a .b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-descendant"}),
        (".a > .b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-child"}),
        (".a + .b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-adjacent-sibling"}),
        (".a ~ .b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-general-sibling"}),
        (".a, .b { margin: 0 }", {"css-margin", "css-selector-class", "css-selector-grouping"}),
        (".a:hover { margin: 0 }", {"css-margin", "css-selector-class", "css-pseudo-class-hover"}),
        (".a::after { margin: 0 }", {"css-margin", "css-selector-class", "css-pseudo-element-after"}),
        (".a:before { margin: 0 }", {"css-margin", "css-selector-class", "css-pseudo-element-before"}),
        (".a { .b { margin: 0 } }", {"css-margin", "css-selector-class", "css-nesting"}),
    ],
)
def test_features_of_kept_styles(css: str, expected: set[str]) -> None:
    """At-rules, selectors and declarations of kept styles are found by name."""
    assert _used(kept=css) == expected


def test_uses_are_counted() -> None:
    """A feature's uses are counted wherever they stand, its declarations each once."""
    item = "<p style='opacity: 0'>a</p><p style='opacity: 0'>b</p><p style='opacity: 1'>c</p>"
    uses = used(Mail(a_digest(item, kept="p { opacity: 0 }"), SETTINGS))
    assert uses.count("css-opacity") == 4
    assert uses.declarations["css-opacity"] == {"opacity: 0", "opacity: 1"}


@pytest.mark.parametrize(
    ("item", "kept", "template"),
    [
        ("<p style='opacity: 0.9'>a</p>", "", "email/style.css"),
        ("", "@media (max-width: 480px) { p { opacity: 0.9 } }", "email/kept.css"),
        ("<wbr>", "", "email/digest.html"),
        ("<p style='margin: 0 auto'>a</p>", "", "email/style.css"),
        ("<p style='margin-top: -1px'>a</p>", "", "email/style.css"),
        ("<p style='font-size: 1rem'>a</p>", "", "email/style.css"),
        ("<p style='text-decoration: underline dotted'>a</p>", "", "email/style.css"),
        ("<p style='display: grid'>a</p>", "", "email/style.css"),
        ("<p style='border-top: 12px solid #a2431f'>a</p>", "", "email/style.css"),
        ("<p style='font-weight: 600'>a</p>", "", "email/style.css"),
        ("<p style='text-align: start'>a</p>", "", "email/style.css"),
        ("<p style='background: url(https://example.org/a.png)'>a</p>", "", "email/style.css"),
    ],
)
def test_what_is_not_accepted_is_told(item: str, kept: str, template: str) -> None:
    """A feature that a mail reader does not show is told once for each name, with the template to mend."""
    findings = found(a_digest(ITEM + item, kept=KEPT + kept))
    assert {(finding.code, finding.template) for finding in findings} == {("unsupported-in-mail", template)}


@pytest.mark.parametrize(
    "style",
    [
        "margin: 0 0 8px 0",
        "margin-bottom: 8px",
        "font-size: 17px; font-weight: bold",
        "font-weight: 700",
        "text-decoration: none",
        "border-top: 3px solid #a2431f",
        "display: block; padding: 10px 0",
        "text-align: right",
        "border-radius: 4px",
    ],
)
def test_what_is_accepted_is_not_told(style: str) -> None:
    """A degradation that we take as it is gives no finding."""
    assert found(a_digest(f"{ITEM}<p style='{style}'>a</p>")) == []


def test_a_finding_names_feature_count_and_readers() -> None:
    """The finding has the title and the readers by name, the number of uses beside its words, and notes."""
    (finding,) = found(a_digest(f"{ITEM}<p style='opacity: .9'>a</p><p style='opacity: .9'>b</p>"))
    assert finding.message == "opacity (as 'opacity: .9') is not known to Outlook for Windows, Windows Mail"
    assert finding.count == 2
    (finding,) = found(a_digest(f"{ITEM}<p style='margin: 0 auto'>a</p>"))
    assert "Known of it: Partial. Negative values are not supported." in finding.hint


def test_every_accepted_feature_is_known_and_needs_it() -> None:
    """What is accepted is in the data, is not known to all readers, and has a reason."""
    assert [slug for slug in accepted() if slug not in support()] == []
    assert [slug for slug in accepted() if not support()[slug].partly + support()[slug].missing] == []
    assert [slug for slug, row in accepted().items() if not row.reason.endswith(".")] == []
    assert [re.compile(row.unless).groups for row in accepted().values()] == [0] * len(accepted())


def test_the_data_bears_its_notice() -> None:
    """The data says whose it is, under which licence and of when; the notice lies beside it."""
    text = (PACKAGE / "caniemail.json").read_text(encoding="utf-8")
    data = json.loads(text)
    assert list(data) == ["notice", "date", "version", "clients", "features"]
    assert "MIT License, Copyright (c) 2019 HTeuMeuLeu" in data["notice"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", data["date"])
    notice = (PACKAGE / "caniemail.LICENSE").read_text(encoding="utf-8")
    assert "Permission is hereby granted, free of charge" in notice
    assert "Copyright (c) 2019 HTeuMeuLeu" in notice
    assert len(text.encode()) < 120_000


@pytest.mark.parametrize(
    ("stats", "expected"),
    [
        ({"gmail": {"ios": {"2019-02": "n", "2022-07": "y"}}}, "y"),
        ({"gmail": {"ios": {"2022-07": "a #1 #3", "2019-02": "n"}}}, "a"),
        ({"gmail": {"ios": {"12.4": "n", "9.1": "y"}}}, "y"),
        ({"gmail": {}}, "u"),
        ({}, "u"),
    ],
)
def test_condensing_takes_the_newest_version(
    stats: dict[str, dict[str, dict[str, str]]], expected: str
) -> None:
    """Of dates the latest counts, of version numbers the last; what was never tested is unknown."""
    script = runpy.run_path(str(PACKAGE.parents[1] / "scripts" / "caniemail.py"))
    notes = {"1": "In  part.", "2": "Never.", "3": "[Here](https://example.org/a). https://example.org/b"}
    row = script["condense"]({"title": " gap ", "stats": stats, "notes_by_num": notes})
    assert row["support"][list(script["CLIENTS"]).index("gmail.ios")] == expected
    assert row["title"] == "gap"
    assert row.get("notes", []) == (["In part.", "Here."] if expected == "a" else [])


def test_the_data_is_sorted_and_whole() -> None:
    """Features are sorted by name, one on a line, each with a letter for every reader."""
    text = (PACKAGE / "caniemail.json").read_text(encoding="utf-8")
    data = json.loads(text)
    names = list(data["features"])
    assert names == sorted(names)
    assert [
        line.split('"')[1] for line in text.splitlines() if line.startswith('"') and '"support"' in line
    ] == names
    assert {len(row["support"]) for row in data["features"].values()} == {len(data["clients"])}
    assert {letter for row in data["features"].values() for letter in row["support"]} <= set("ynau")
