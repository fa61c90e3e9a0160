"""Templates: which file wins, what they may do, and how a fault in one is told."""

from pathlib import Path

import pytest
from builders import an_entry
from editions import PACKAGED, an_edition, digest_of, site_of, speaker

from publisher.errors import ContentError, Problem, UsageError
from publisher.render.context import Speakers
from publisher.render.templating import Listed, MissingTemplateError, Templates, packaged_folder


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return the folder of a project's own templates, which is not there yet."""
    return tmp_path / "templates"


def _write(own: Path, name: str, text: str | bytes) -> Templates:
    path = own / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Templates(own)


def _problem(templates: Templates, name: str, **context: object) -> Problem:
    with pytest.raises(ContentError) as caught:
        templates.render(name, context)
    (problem,) = caught.value.problems
    return problem


def test_own_template_wins(own: Path) -> None:
    """A file of the same name in the project is used in the packaged one's place, and only that."""
    templates = _write(own, "site/page.html", "<p>{{ entry.title }} & mine</p>\n")
    page = an_entry("about.md", date="", evergreen="true", title="About")
    site = site_of(an_edition(page, an_entry("a.md")), templates)
    assert site["about/index.html"] == "<p>About & mine</p>\n"
    assert "<h1>A title</h1>" in site["2023/06/a/index.html"]


def test_own_template_may_build_on_the_packaged_one(own: Path) -> None:
    """With `default/` a template extends the packaged one of its own name, and changes a part."""
    own_base = (
        '{% extends "default/site/base.html" %}{% block head %}<meta name="x" content="mine">{% endblock %}'
    )
    templates = _write(own, "site/base.html", own_base)
    site = site_of(an_edition(an_entry("a.md")), templates)
    for path in ("index.html", "archive/index.html", "2023/06/a/index.html"):
        assert '<meta name="x" content="mine">' in site[path]
        assert '<link rel="stylesheet"' in site[path]


def test_own_parts_are_used_by_packaged_pages(own: Path) -> None:
    """A packaged page takes what it imports from the project too."""
    parts = PACKAGED.text("site/parts.html") + "{% macro when(entry) %}<p>mine</p>{% endmacro %}"
    site = site_of(an_edition(an_entry("a.md")), _write(own, "site/parts.html", parts))
    assert "<p>mine</p>" in site["2023/06/a/index.html"]


def test_own_parts_may_speak_of_their_page(own: Path) -> None:
    """A part of the project's own knows all that the page knows which shows it."""
    parts = PACKAGED.text("site/parts.html") + "{% macro when(item) %}<p>{{ canonical }}</p>{% endmacro %}"
    templates = _write(own, "site/parts.html", parts)
    site = site_of(an_edition(an_entry("a.md"), an_entry("b.md")), templates)
    for name in ("a", "b"):
        assert f"<p>https://news.example.org/2023/06/{name}/</p>" in site[f"2023/06/{name}/index.html"]
    assert "<p>https://news.example.org/2023/06/</p>" in site["2023/06/index.html"]


def test_own_pages_may_import_parts(own: Path) -> None:
    """A project's own page that imports the parts has their ways from its place."""
    page = '{% import "site/parts.html" as parts with context %}{{ parts.row(entry) }}'
    templates = _write(own, "site/entry.html", page)
    site = site_of(an_edition(an_entry("a.md"), an_entry("b.md")), templates)
    assert '<h3><a href="./">A title</a></h3>' in site["2023/06/a/index.html"]
    assert '<h3><a href="a/">A title</a></h3>' in site["2023/06/index.html"]


@pytest.mark.parametrize(
    ("text", "code"), [("\n{{ nothing }}", "template-error"), ("\n{% nothing %}", "template-syntax")]
)
def test_a_fault_in_own_parts_is_at_its_line(own: Path, text: str, code: str) -> None:
    """What is wrong outside of a macro is told as in any template."""
    templates = _write(own, "site/parts.html", text)
    with pytest.raises(ContentError) as caught:
        site_of(an_edition(an_entry("a.md")), templates)
    (problem,) = caught.value.problems
    assert (problem.code, str(problem.place)) == (code, "templates/site/parts.html:2:1")


def test_own_stylesheets_and_words_are_used(own: Path) -> None:
    """A stylesheet is replaced; of a catalogue only the words that it holds are."""
    _write(own, "email/style.css", "h1 { color: #123456 }")
    _write(own, "site/style.css", "body { margin: 0 }")
    templates = _write(own, "locale/en.po", 'msgid ""\nmsgstr ""\n\nmsgid "Archive"\nmsgstr "All months"\n')
    edition = an_edition(an_entry("a.md"))
    site = site_of(edition, templates)
    assert site["style.css"] == "body { margin: 0 }"
    assert '<h1 style="color:#123456">' in digest_of(edition, templates=templates).html
    assert ">All months</a>" in site["index.html"]
    assert ">Latest news</h2>" in site["index.html"]
    words = Speakers(edition, templates)["en"]
    assert [words.gettext(word) for word in ("Archive", "Online")] == ["All months", "Online"]


def test_context_is_escaped_in_html_and_xml_only(own: Path) -> None:
    """Text templates show signs as they are."""
    for name, expected in (("a.html", "&lt;b&gt;"), ("a.xml", "&lt;b&gt;"), ("a.txt", "<b>")):
        assert expected == _write(own, name, "{{ words }}").render(name, {"words": "<b>"})


def test_an_unknown_name_is_an_error_with_its_line(own: Path) -> None:
    """A slip of the pen is found, not shown as nothing."""
    templates = _write(own, "site/x.html", "<p>\n{% if true %}\n  {{ entry.titel }}\n{% endif %}\n")
    problem = _problem(templates, "site/x.html", entry=an_entry())
    assert (problem.code, str(problem.place)) == ("template-error", "templates/site/x.html:3:1")
    assert problem.place.text == "  {{ entry.titel }}"
    assert "has no attribute 'titel'" in problem.message
    assert problem.hint == "mend the template; publisher templates shows which file it is"


def test_an_error_in_an_included_template_is_at_its_own_line(own: Path) -> None:
    """The innermost template is named, not the page that uses it."""
    _write(own, "site/inner.html", "\n\n{{ nothing }}\n")
    problem = _problem(_write(own, "site/outer.html", '{% include "site/inner.html" %}'), "site/outer.html")
    assert str(problem.place) == "templates/site/inner.html:3:1"
    assert problem.message == "'nothing' is undefined"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ [] | first + 1 }}", "No first item"),
        ("{{ 'a' + 1 }}", "can only concatenate"),
        ("{{ {}['a'] }}", "has no attribute 'a'"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "recursion"),
        ("{{ '%d' | format('a') }}", "%d format"),
        ("{{ none.upper() }}", "'None' has no attribute 'upper'"),
    ],
)
def test_a_fault_in_a_template_is_a_problem(own: Path, text: str, words: str) -> None:
    """Whatever a template does wrong while it runs is told with its line, not as a traceback."""
    problem = _problem(_write(own, "site/x.html", f"\n{text}\n"), "site/x.html")
    assert (problem.code, problem.place.path, problem.place.line) == (
        "template-error",
        "templates/site/x.html",
        2,
    )
    assert words in problem.message


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("<p>\n{% if %}\n", 2, "Expected an expression"),
        ("<p>\n\n{{ title }\n", 3, "unexpected '}'"),
        ("\n{% for x in y %}", 2, "Unexpected end of template"),
        ("\n{{ x | nonsense }}", 2, "No filter named 'nonsense'"),
        ("\n\n\n{% nonsense %}", 4, "Encountered unknown tag 'nonsense'"),
    ],
)
def test_a_syntax_error_is_a_problem_with_its_line(own: Path, text: str, line: int, words: str) -> None:
    """A template that cannot be read names the line, also where another page extends it."""
    templates = _write(own, "site/x.html", text)
    _write(own, "site/page.html", '\n\n\n\n\n{% extends "site/x.html" %}')
    for name in ("site/x.html", "site/page.html"):
        problem = _problem(templates, name)
        assert (problem.code, str(problem.place)) == ("template-syntax", f"templates/site/x.html:{line}:1")
        assert problem.place.text == text.split("\n")[line - 1]
        assert words in problem.message


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ ''['__class__'] }}",
        "{{ '' | attr('__class__') }}",
        "{{ '{0.__class__.__mro__}'.format('') }}",
        "{{ ('{0.__class__}' | string).format_map({'0': ''}) }}",
        "{{ render.__globals__ }}",
        "{{ self.__init__.__globals__ }}",
        "{{ entry.__class__ }}",
        "{{ items.append(1) }}",
        "{{ items.clear() }}",
        "{{ items.count.__self__ }}",
    ],
)
def test_the_sandbox_keeps_templates_in(own: Path, text: str) -> None:
    """A template that came with somebody's change reaches and changes nothing but its page."""
    items = [0]
    templates = _write(own, "site/x.html", f"\n{text}")
    problem = _problem(templates, "site/x.html", entry=an_entry(), items=items, render=speaker)
    assert (problem.code, problem.place.line, items) == ("template-error", 2, [0])


def test_a_template_that_is_not_there_is_named(own: Path) -> None:
    """A missing template is told with the one that asks for it."""
    templates = _write(own, "site/x.html", '{% extends "site/gone.html" %}')
    for name in ("site/gone.html", "site/x.html"):
        with pytest.raises(MissingTemplateError, match=r"no template site/gone\.html") as caught:
            templates.render(name, {})
        assert (caught.value.code, caught.value.hint) == ("missing-template", f"asked for by {name}")
    with pytest.raises(MissingTemplateError, match=r"no template site/gone\.css") as caught:
        templates.text("site/gone.css")
    assert caught.value.code == "missing-template"
    assert templates.texts("locale/xx.po") == []


@pytest.mark.parametrize("name", ["../secret.txt", "site/../../secret.txt", "/etc/passwd"])
def test_templates_lie_within_their_folder(own: Path, name: str) -> None:
    """A template cannot include a file from elsewhere."""
    _write(own.parent, "secret.txt", "secret")
    templates = _write(own, "site/x.html", f'{{% include "{name}" %}}')
    with pytest.raises(MissingTemplateError):
        templates.render("site/x.html", {})


@pytest.mark.parametrize(
    ("name", "use"), [("site/style.css", "text"), ("locale/en.po", "texts"), ("site/home.html", "render")]
)
def test_a_file_that_is_not_utf8_is_a_problem(own: Path, name: str, use: str) -> None:
    """A file in another encoding is named, whichever way it is used."""
    templates = _write(own, name, "é".encode("latin-1"))
    with pytest.raises(ContentError) as caught:
        templates.render(name, {}) if use == "render" else getattr(templates, use)(name)
    (problem,) = caught.value.problems
    assert str(problem.place) == f"templates/{name}"  # the whole file
    assert "utf-8" in problem.message.lower()


def test_templates_are_listed(own: Path) -> None:
    """Each name stands there once, with the file that wins."""
    (own / ".git").mkdir(parents=True)
    _write(own, "site/.hidden", "")
    _write(own, "site/home.html", "")
    listed = _write(own, "site/mine.html", "").listed()
    assert [item.name for item in listed] == sorted(item.name for item in listed)
    by_name = {item.name: item for item in listed}
    assert by_name["site/home.html"] == Listed("site/home.html", is_own=True, is_packaged=True)
    assert by_name["site/mine.html"] == Listed("site/mine.html", is_own=True, is_packaged=False)
    assert by_name["site/base.html"] == Listed("site/base.html", is_own=False, is_packaged=True)
    files = {path.relative_to(packaged_folder()).as_posix() for path in packaged_folder().rglob("*.*")}
    assert by_name.keys() == files | {"site/mine.html"}
    assert {item.name for item in PACKAGED.listed() if not item.is_own} == files


@pytest.mark.parametrize("name", ["site/base.html", "email/style.css", "locale/ar.po"])
def test_eject_copies_the_packaged_file(own: Path, name: str) -> None:
    """A packaged file is copied byte for byte into the project, where it then wins."""
    templates = Templates(own)
    assert templates.eject(name) == own / name
    assert (own / name).read_bytes() == (packaged_folder() / name).read_bytes()
    assert [item.is_own for item in templates.listed() if item.name == name] == [True]
    assert templates.eject("site/home.html").is_file()


def test_eject_overwrites_nothing(own: Path) -> None:
    """A file that is there already stays as it is."""
    templates = _write(own, "site/base.html", "mine")
    with pytest.raises(UsageError, match="is there already") as caught:
        templates.eject("site/base.html")
    assert (caught.value.code, (own / "site/base.html").read_text(encoding="utf-8")) == (
        "file-exists",
        "mine",
    )


@pytest.mark.parametrize(
    "name", ["site/gone.html", "../pyproject.toml", "default/site/base.html", "site", ""]
)
def test_eject_knows_packaged_templates_only(own: Path, name: str) -> None:
    """What is no packaged file cannot be copied, and nothing is written."""
    with pytest.raises(UsageError, match="there is no template") as caught:
        Templates(own).eject(name)
    assert (caught.value.code, own.exists()) == ("missing-template", False)
