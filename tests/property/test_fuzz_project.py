"""Whatever settings hold, and in whatever order builds come: an error at most, and the last build's files."""

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from folders import tree
from fuzzing import STRANGE
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from publisher.errors import ContentError, PublisherError
from publisher.model.explain import explain
from publisher.model.output import Page
from publisher.model.written import Settings
from publisher.project import Project, load
from publisher.writer import write

NAMES = (
    *(
        "newsletter",
        "title",
        "url",
        "tag",
        "languages",
        "locales",
        "zone",
        "notice",
        "menu",
        "email",
        "from",
        "feeds",
    ),
    *(
        "size",
        "paths",
        "entries",
        "templates",
        "output",
        "kinds",
        "name",
        "plural",
        "default_kind",
        "$schema",
        "en",
        "x-",
    ),
)
TOML_BITS = (
    *(
        "[newsletter]\n",
        "[paths]\n",
        "[kinds.news]\n",
        "[[kinds]]\n",
        "[",
        "]",
        "{",
        "}",
        "=",
        " = ",
        ",",
        ".",
        "\n",
        "#",
    ),
    *(
        '"',
        "'",
        '"""',
        "'''",
        "\\",
        '"News"',
        '"https://example.org/"',
        '["en"]',
        "1",
        "0x",
        "1e9",
        "inf",
        "true",
    ),
    *("2023-06-27", "2023-02-30", "07:32:00", "-", "_", "[a]\r\n"),
)
words = st.sampled_from(
    (*NAMES, "en", "fr", "News", "https://example.org/", "example.org,2020", "../x", "")
) | st.text(max_size=6)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.dates()
    | st.datetimes()
    | words
    | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=5),
    max_leaves=15,
)
variables = st.dictionaries(
    st.lists(st.sampled_from((*NAMES, "file")), max_size=4).map(
        lambda parts: "PUBLISHER_" + "__".join(parts).upper()
    ),
    st.sampled_from(("[", '["en"]', '{"a": 1}', "{}", "1", "\udcff", "true", "null")) | st.text(max_size=6),
    max_size=4,
)
WHOLE = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'


@given(st.dictionaries(words, values, max_size=6))
@example(
    {"newsletter": {"title": {}, "languages": [[]], "locales": {"en": []}}, "kinds": {"": {"name": {"": 1}}}}
)
def test_settings_or_faults(raw: dict[str, Any]) -> None:
    """Any values are settings, or have faults, each with code, words and way out."""
    try:
        Settings.model_validate(raw)
    except ValidationError as error:
        faults = explain(error, Settings)
        assert faults
        for fault in faults:
            assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", fault.code)
            assert fault.message.strip()
            assert fault.hint.strip()


def outcome(folder: Path, environ: dict[str, str]) -> Project | PublisherError:
    """Return the project in *folder*, or the error instead of it."""
    try:
        return load(folder, environ)
    except PublisherError as error:
        return error


def check_load(data: bytes, environ: dict[str, str]) -> None:
    """Assert that *data* and *environ* give a project, or an error that the command line can show."""
    with TemporaryDirectory() as name:
        (Path(name) / "publisher.toml").write_bytes(data)
        made = outcome(Path(name), environ)
    if isinstance(made, Project):
        assert all(made.origin(name) for name in ("newsletter.title.*", "paths.output", "nothing"))
        return
    assert made.exit_code == 2
    if not isinstance(made, ContentError):
        assert made.code == "unreadable-file"
        return
    lines = data.replace(b"\r\n", b"\n").decode("utf-8", "replace").removeprefix("\ufeff").split("\n")
    assert made.problems
    for place in (problem.place for problem in made.problems):
        if place.path == "publisher.toml":
            assert 0 <= place.line <= len(lines)
            assert not place.line or 1 <= place.column <= len(lines[place.line - 1]) + 1
        else:
            assert place.path.removeprefix("environment variable ") in environ


@given(
    st.lists(st.sampled_from((*TOML_BITS, *NAMES, *STRANGE)) | st.text(max_size=4), max_size=30).map("".join)
)
@example("a = [\n")
@example("[" * 10_000)
@example("size = " + "9" * 5000)
def test_any_text_in_the_settings(text: str) -> None:
    """Any text, alone or below right settings, is a project or an error with its place."""
    data = text.encode("utf-8", "surrogatepass")
    check_load(data, {})
    check_load(WHOLE.encode() + data, {})


@given(st.binary(max_size=100))
def test_any_bytes_in_the_settings(data: bytes) -> None:
    """Any bytes are a project or an error."""
    check_load(data, {})


@given(variables)
@example({"PUBLISHER_NEWSLETTER__LANGUAGES": "[" * 100_000})
@example({"PUBLISHER_FEEDS__SIZE": "9" * 5000})
@example({"PUBLISHER_PATHS__OUTPUT__FILE_FILE": ""})
def test_any_variables(environ: dict[str, str]) -> None:
    """Any variables of the environment are a project or an error that names one of them."""
    check_load(WHOLE.encode(), environ)


@st.composite
def page_sets(draw: st.DrawFn) -> dict[str, bytes]:
    """Draw pages by path, of which none is a folder for another."""
    paths = draw(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join), max_size=6))
    pages: dict[str, bytes] = {}
    for path in paths:
        if not any(
            f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/") for other in pages
        ):
            pages[path] = draw(st.sampled_from((b"", b"one", b"two")))
    return pages


class _BreakError(Exception):
    """Ends a build before its last page."""


def build(folder: Path, pages: dict[str, bytes], *, fails: bool) -> None:
    """Write *pages*, and check the report; or break off when all were given."""

    def given_out() -> Iterator[Page]:
        yield from (Page(path, content) for path, content in pages.items())
        if fails:
            raise _BreakError

    before = tree(folder)
    done = write(folder, given_out())
    same = sum(before.get(path) == content for path, content in pages.items())
    assert (len(pages) - same, same) == (done.written, done.unchanged)


@given(st.lists(st.tuples(page_sets(), st.booleans()), min_size=1, max_size=6))
def test_the_last_build_that_ended_well_counts(builds: list[tuple[dict[str, bytes], bool]]) -> None:
    """After any builds, some of which broke off, the last whole one's pages are there, and no others."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        build(folder, {}, fails=False)
        (folder / "mine").mkdir()
        (folder / "mine" / "a").write_bytes(b"mine")
        expected: dict[str, bytes] = {}
        for pages, fails in builds:
            try:
                build(folder, pages, fails=fails)
                expected = pages
            except _BreakError:
                assert fails
            assert {**expected, "mine/a": b"mine"} == tree(folder)
            assert [path for path in folder.rglob("*") if path.is_dir() and not any(path.iterdir())] == []
