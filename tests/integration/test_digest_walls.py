"""What a digest withstands: marks that do not match, words that stand for tokens, names that are too long."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from builders import entry_text, some_settings
from editions import an_edition, digest_of, speaker
from months import JUNE, june

from publisher.build import build
from publisher.errors import ContentError
from publisher.model import address
from publisher.model.columns import columns
from publisher.project import load
from publisher.render.digest.lines import fold
from publisher.render.plaintext import paragraphs
from publisher.render.templating import Templates

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FRAME = "templates/email/digest.html"


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<!--mail--><p>a</p>", "<!--mail--> does not belong to what stands before it"),
        ("<p>a</p><!--/web-->", "<!--/web--> does not belong to what stands before it"),
        (
            "<!--mail--><!--web-->a<!--/web--><!--/mail-->",
            "<!--web--> does not belong to what stands before it",
        ),
        ("<!--mail-->a<!--/web-->", "<!--/web--> does not belong to what stands before it"),
        ("<!--entry 99-->a<!--/entry-->", "<!--entry 99--> stands for no entry"),
        ("<!--entry-->a<!--/entry-->", "<!--entry--> stands for no entry"),
    ],
)
def test_marks_that_do_not_match(tmp_path: Path, html: str, message: str) -> None:
    """A template that would lose half of the page is told, and nothing is made of it."""
    template = tmp_path / "email" / "quote.html"
    template.parent.mkdir()
    template.write_text(f"<tr><td>{html}</td></tr>", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        digest_of(an_edition(june("a")), month=JUNE, templates=Templates(tmp_path))
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path, problem.message) == ("template-error", FRAME, message)


def test_rows_without_marks_still_shorten(tmp_path: Path) -> None:
    """Own sections that tell nothing of their weights lose as many rows as are too many, not all."""
    template = tmp_path / "email" / "sections.html"
    template.parent.mkdir()
    rows = "{% for entry in plan.sections[0].entries %}<tr><td>{{ entry.title * 40 }}</td></tr>{% endfor %}"
    template.write_text(rows, encoding="utf-8")
    digest = digest_of(
        an_edition(*(june(f"e{number}") for number in range(150))), month=JUNE, templates=Templates(tmp_path)
    )
    assert 30_000 < digest.size <= 60_000
    assert digest.omitted > 0


@pytest.mark.parametrize(
    "fields",
    [
        {"title": f"A {address.READER}"},
        {"summary": f"'[x](https://example.org/?t={address.READER})'"},
        {"summary": "'READER&#45;TOKEN'"},
        {"kicker": '"READER\\x2dTOKEN"'},
        {
            "link": f"https://example.org/{address.READER}",
            "links": f"[{{label: F, url: 'https://e.org/{address.READER}', rel: register}}]",
        },
        {"summary": f"'[x](https://news.example.org/unsubscribe/{address.READER})'"},
    ],
)
def test_no_entry_gets_hold_of_a_readers_token(fields: dict[str, str]) -> None:
    """The word for which sending puts a token stands in the footer's two links alone, in any disguise."""
    with pytest.raises(ContentError) as caught:
        digest_of(an_edition(june("a", **fields)), month=JUNE)
    (problem,) = caught.value.problems
    assert (problem.code, problem.place.path) == ("placeholder", "entries/2023/06/a.md")


def test_a_newsletter_at_an_address_outside_of_ascii() -> None:
    """Its address is written as mails and browsers send it, once for all."""
    settings = some_settings(newsletter={"url": "https://münchen.example:8443/نشرة/a%20b"})
    assert settings.newsletter.url == "https://xn--mnchen-3ya.example:8443/%D9%86%D8%B4%D8%B1%D8%A9/a%20b/"


def test_a_language_in_which_no_place_has_a_name() -> None:
    """Times show the offset alone where CLDR knows no cities."""
    assert speaker("en", "rw").moment(datetime(2023, 6, 1, 9, tzinfo=UTC)).endswith("(UTC)")


def test_a_name_from_which_no_file_could_be_made(project_folder: Path) -> None:
    """A picture whose name leaves no room for an ending stops a build before it writes anything."""
    name = "n" * 240 + ".png"
    (project_folder / "entries" / name).write_bytes(b"x")
    text = entry_text(id="a", image=f"{{src: {name}, alt: A chart}}")
    (project_folder / "entries" / "a.md").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        build(load(project_folder, {}), NOW)
    assert {problem.code for problem in caught.value.problems} == {"invalid-file-name", "missing-picture"}
    assert not (project_folder / "out").exists()


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Dear readers,</p>\n<p>this &amp; that.</p>", ["Dear readers,", "this & that."]),
        ("<ul>\n<li>one</li>\n<li>two <b>words</b></li>\n</ul>", ["one", "two words"]),
        ("<p>a<br>b</p><hr><p></p>", ["a", "b"]),
        ("<tr><th>mill</th><td>4</td><td>cubs</td></tr>", ["mill 4 cubs"]),
        ("", []),
    ],
)
def test_a_greeting_keeps_its_paragraphs(html: str, expected: list[str]) -> None:
    """In the text part each paragraph, item and line stands for itself."""
    assert expected == paragraphs(html)


@pytest.mark.parametrize("text", ["한국어 " * 60, "漢字" * 90, "a\u0301" * 200])
def test_lines_are_measured_as_they_are_shown(text: str) -> None:
    """Wide letters take two columns and marks above letters none; nothing is lost."""
    lines = fold(text, "  ").splitlines()
    assert max(columns(line) for line in lines) <= 78
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
