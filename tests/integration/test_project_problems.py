"""What is wrong with settings is told with its place, all at once, and with the way out."""

from pathlib import Path

import pytest

from publisher.errors import ContentError, Place, Problem
from publisher.project import load, secret

NEWSLETTER = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'


def problems(folder: Path, data: str | bytes) -> list[Problem]:
    """Return the problems of *data* as publisher.toml; fails the test if there are none."""
    (folder / "publisher.toml").write_bytes(data if isinstance(data, bytes) else data.encode())
    with pytest.raises(ContentError) as caught:
        load(folder, {})
    assert (caught.value.exit_code, caught.value.looked_at) == (2, 1)
    return caught.value.problems


@pytest.mark.parametrize(
    ("text", "line", "column", "code", "message"),
    [
        ("[feeds]\nsize = 0\n", 6, 1, "out-of-range", "feeds.size: 0 is less than 1"),
        ('[feeds]\n\tsize = "many"\n', 6, 2, "invalid-value", "feeds.size: 'many' is no whole number"),
        ("[feeds] # fewer\n\n  size  = 1.5\n", 7, 3, "invalid-value", "feeds.size: "),
        ('zone = "Mars/Base"\n', 5, 1, "unknown-zone", "newsletter.zone: 'Mars/Base' is no time zone"),
        ('"zone" = "Mars/Base"\n', 5, 1, "unknown-zone", "newsletter.zone: "),
        ("languages = []\n", 5, 1, "empty-list", "newsletter.languages: "),
        ('languages = [\n  "en",\n  "klingon",\n]\n', 5, 1, "invalid-language", "newsletter.languages.1: "),
        ('locales = { en = "en_GB" }\n', 5, 1, "invalid-language", "newsletter.locales.en: "),
        ('locales.en = "en_GB"\n', 5, 1, "invalid-language", "newsletter.locales.en: "),
        (
            '[newsletter.locales]\nfr = "fr"\nen = "en_GB"\n',
            7,
            1,
            "invalid-language",
            "newsletter.locales.en: ",
        ),
        ('[paths]\noutput = "../x"\n', 6, 1, "path-outside", "paths.output: "),
        ('[paths]\nentries = "a"\noutput = "a/b"\n', 5, 1, "path-inside", "paths: "),
        ('[kinds.News]\nname = "News"\n', 5, 1, "invalid-key", "kinds.News: 'News' is no key"),
        ('[email]\nfrom = "nobody"\n', 6, 1, "invalid-mailbox", "email.from: 'nobody' is no sender"),
        ("# \u2028 \x85 no line ends\n[feeds]\nsize = 0\n", 7, 1, "out-of-range", "feeds.size: "),
    ],
)
def test_a_wrong_value_is_told_with_its_place(
    tmp_path: Path, text: str, line: int, column: int, code: str, message: str
) -> None:
    """A wrong value is told with file, line, column and its line's text, by its dotted name."""
    (problem,) = problems(tmp_path, NEWSLETTER + text)
    whole = (NEWSLETTER + text).split("\n")[line - 1]
    assert Place("publisher.toml", line, column, whole) == problem.place
    assert code == problem.code
    assert problem.message.startswith(message)


def test_words_that_nobody_sees_are_told(tmp_path: Path) -> None:
    """Each language of any setting is one of the newsletter's, or the base of one; all others are told."""
    text = NEWSLETTER.replace('"News"', '{en = "News", fr = "Nouvelles"}') + (
        'languages = ["en", "pt-BR"]\n'
        'notice = {pt = "Amostra", "*" = "A sample"}\n'
        '[feeds]\nrights = {"pt-PT" = "Tudo"}\n'
        '[kinds]\nnews = "News"\n'
        '[kinds.talk]\nname = {en = "Talk", es = "Charla"}\nplural = {"pt-BR" = "Falas", English = "Talks"}\n'
    )
    found = problems(tmp_path, text)
    assert {problem.code for problem in found} == {"unknown-language"}
    assert [(problem.place.line, problem.message.partition(":")[0]) for problem in found] == [
        (2, "newsletter.title.fr"),
        (8, "feeds.rights.pt-PT"),
        (12, "kinds.talk.name.es"),
        (13, "kinds.talk.plural.English"),
    ]
    assert found[0].message.endswith(": fr is not a language of this newsletter")
    assert found[0].hint == ("its languages are en, pt-BR: add it there, or leave these words out")
    (tmp_path / "publisher.toml").write_text(NEWSLETTER.replace('"News"', '{en = "News", "*" = "N"}'))
    assert load(tmp_path, {}).settings.newsletter.title.for_language("en") == "News"  # kinds have four


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_do_not_move_the_place(tmp_path: Path, end: str) -> None:
    """Lines are counted alike with LF and CRLF, and a byte order mark is no character."""
    text = "\ufeff" + (NEWSLETTER + "[feeds]\nsize = 0\n").replace("\n", end)
    (problem,) = problems(tmp_path, text)
    assert Place("publisher.toml", 6, 1, "size = 0") == problem.place


@pytest.mark.parametrize(
    ("text", "place", "hint"),
    [
        (f'{NEWSLETTER}titel = "x"\n', "publisher.toml:5:1", "did you mean title?"),
        (f"{NEWSLETTER}[feed]\nsize = 3\n", "publisher.toml:5:1", "did you mean feeds?"),
        (f"{NEWSLETTER}[feeds]\nsiez = 3\n", "publisher.toml:6:1", "did you mean size?"),
        (f"{NEWSLETTER}[email]\nform = 'a@b'\n", "publisher.toml:6:1", "did you mean from?"),
        (f"newsleter = 1\n{NEWSLETTER}", "publisher.toml:1:1", "did you mean newsletter?"),
        (f"{NEWSLETTER}[feeds]\nx = 3\n", "publisher.toml:6:1", "the fields here are size, ttl, rights, hub"),
    ],
)
def test_an_unknown_key_is_told_with_what_was_meant(tmp_path: Path, text: str, place: str, hint: str) -> None:
    """A key that is not known is an error at the key, and the hint names the nearest that is."""
    (problem,) = problems(tmp_path, text)
    assert (place, "unknown-field", hint) == (str(problem.place), problem.code, problem.hint)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("", ["publisher.toml"]),
        ("[newsletter]\n", ["publisher.toml:1:1"] * 3),
        (
            "x = 1\n\n[newsletter]\ntitle = 'x'\n",
            ["publisher.toml:3:1", "publisher.toml:3:1", "publisher.toml:1:1"],
        ),
    ],
)
def test_what_is_missing_is_told_at_its_table(tmp_path: Path, text: str, places: list[str]) -> None:
    """A missing setting is told where it belongs; without its table, with the file's name."""
    found = problems(tmp_path, text)
    assert places == [str(problem.place) for problem in found]
    assert {"missing-field"} == {problem.code for problem in found} - {"unknown-field"}


def test_all_problems_are_told_at_once(tmp_path: Path) -> None:
    """One run tells every wrong setting, each once."""
    text = '[feeds]\nsize = 0\n[email]\nfrom = ""\n[paths]\nentries = "/"\n'
    text += '[newsletter]\ntitle = ""\nurl = "x"\ntag = "X"\n'
    found = {(problem.place.line, problem.code) for problem in problems(tmp_path, text)}
    expected = {
        (2, "out-of-range"),
        (4, "empty-text"),
        (6, "path-outside"),
        (8, "empty-text"),
        (9, "invalid-url"),
        (10, "invalid-tag"),
    }
    assert expected == found


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("title = News\n", 1, 9),
        ("\n\n[newsletter\n", 3, 12),
        ("a = 1\na = 2\n", 2, 6),
        ('a = "x\n', 1, 7),
        ('# é\u2028é\na = "é" x\n', 2, 9),
        ("a = 1\r\nb = \r\nc = 2\r\n", 2, 5),
        ('a = 1\nb = """x\n\n', 2, 9),
        ("a = [1,\n\n", 1, 8),
        ("[" * 100_000, 1, 3),
        ("a = " + "[" * 100_000, 1, 100_005),
        ("a = " + "{a=" * 10_000, 1, 30_005),
        ("a = " + "9" * 5000, 1, 5005),
        ("a = 2023-02-30\n", 1, 5),
        ("a = 1 \x00\n", 1, 7),
        ("x", 1, 2),
    ],
    ids=lambda value: value[:12].encode("unicode_escape").decode() if isinstance(value, str) else str(value),
)
def test_broken_toml_is_told_with_its_place(tmp_path: Path, text: str, line: int, column: int) -> None:
    """What is no TOML is told where reading it ends, or behind the last word."""
    (problem,) = problems(tmp_path, text)
    shown = text.replace("\r", "").split("\n")[line - 1]
    assert Place("publisher.toml", line, column, shown) == problem.place
    assert problem.code == "invalid-toml"
    assert not problem.message.endswith(")")


@pytest.mark.parametrize("data", [b"title = '\xe9'\n", "title = 'x'".encode("utf-16")])
def test_other_encodings_are_told(tmp_path: Path, data: bytes) -> None:
    """A file that is not UTF-8 is one problem, of the whole file."""
    (problem,) = problems(tmp_path, data)
    assert (str(problem.place), problem.code) == ("publisher.toml", "not-utf8")


def test_a_password_in_the_file_is_refused(tmp_path: Path) -> None:
    """A secret in the settings is told with its place, not its value; a variable or its file may hold it."""
    settings = (
        '[newsletter]\ntitle = "N"\nurl = "https://a.example/"\ntag = "a.example,2020"\n[smtp]\nhost = "b"\n'
    )
    (tmp_path / "publisher.toml").write_text(f'{settings}password = "hunter2"\n', encoding="utf-8")
    with pytest.raises(ContentError) as told:
        load(tmp_path, {})
    (problem,) = told.value.problems
    assert (problem.code, str(problem.place)) == ("secret-in-file", "publisher.toml:7:1")
    assert "PUBLISHER_SMTP__PASSWORD_FILE" in problem.hint
    assert "hunter2" not in str(problem)
    (tmp_path / "publisher.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "password").write_text("hunter2\n", encoding="utf-8")
    for environ in (
        {"PUBLISHER_SMTP__PASSWORD": "hunter2"},
        {"PUBLISHER_SMTP__PASSWORD_FILE": str(tmp_path / "password")},
    ):
        project = load(tmp_path, environ, keep=True)
        assert "hunter2" not in str(project)
        found = secret(environ, "smtp", "password")
        assert found is not None
        assert found.reveal() == "hunter2"
    kept = [file for file in (tmp_path / ".publisher").rglob("*") if file.is_file()]
    assert kept
    assert not any(b"hunter2" in file.read_bytes() for file in kept)
