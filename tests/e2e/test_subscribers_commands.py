"""The commands of subscribers, as people type them."""

import csv
import json
import re
import stat
import subprocess
from pathlib import Path

import pytest
from lxml import etree, html
from shell import on_a_terminal, output_of, run

from publisher.cli import main

KEY = "k" * 43
CHANGES = 'email,status,lang\nana@example.org,active,fr\n"+bea@example.org",active,en\nbad,active,en\n'
NAMES = "topics:\n  health: {en: Health}\n  pensions: {en: Pensions}\n"


@pytest.fixture
def project(project_folder: Path) -> Path:
    """Return a project with a file to import."""
    (project_folder / "list.csv").write_text(CHANGES, encoding="utf-8")
    (project_folder / "entries/names.yml").write_text(NAMES, encoding="utf-8")
    return project_folder


def typed(folder: Path, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `publisher subscribers` with *words*."""
    return run(folder, "subscribers", *words, PUBLISHER_SUBSCRIBERS__KEY=KEY)


def said(folder: Path, *words: str | Path) -> str:
    """Return what `publisher subscribers` with *words* prints; fails the test unless it ends well."""
    return output_of(folder, "subscribers", *words, PUBLISHER_SUBSCRIBERS__KEY=KEY)


def test_migrate_tells_each_step_once(project: Path) -> None:
    """`migrate` needs no key, prints what it did, and has nothing to do the second time."""
    assert output_of(project, "migrate").startswith("Subscribers: ")
    again = run(project, "migrate")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "nothing to do\n")


def test_an_import_is_told_before_it_is_done(project: Path) -> None:
    """Without `--go` the figures and refused rows are printed, with the words that do it."""
    words = ("import", "list.csv", "--consent", "the fair of 2026")
    dry = typed(project, *words, "--report", "refused.csv")
    assert dry.returncode == 0
    assert dry.stdout == "3 rows from csv, utf-8\n  2  new: get mail from now on\n  1  refused rows\n"
    assert "refused-row             list.csv:4:1" in dry.stderr
    assert dry.stderr.endswith("nothing was changed; the same command with --go does it\n")
    assert said(project, "list") == ""
    assert stat.S_IMODE((project / "refused.csv").stat().st_mode) == 0o600
    with (project / "refused.csv").open(encoding="utf-8", newline="") as file:
        head, row = csv.reader(file)
    assert (head, row[:2]) == (["line", "address", "reason"], ["4", "bad"])
    assert said(project, *words, "--go").endswith("done\n")
    assert said(project, "list").splitlines() == [
        "ana@example.org  active  fr",
        "+bea@example.org  active  en",
    ]
    assert said(project, "list", "--lang", "fr", "--status", "active") == "ana@example.org  active  fr\n"
    figures = json.loads(said(project, *words, "--go", "--json"))
    assert (figures["known"], figures["new"], figures["refused_rows"]) == (2, 0, 1)


def test_a_reader_is_added_removed_and_erased(project: Path) -> None:
    """Each step of a list that is kept by hand, and what is refused on the way."""
    ana = ("add", "ana@example.org", "--lang", "fr-CH", "--kinds", "news", "--topics", "health")
    assert typed(project, *ana).returncode == 2
    assert said(project, *ana, "--consent", "a letter of 1 March") == "ana@example.org  active  fr\n"
    again = typed(project, *ana, "--consent", "once more")
    assert (again.returncode, again.stdout) == (1, "")
    assert "known-subscriber" in again.stderr
    everything = json.loads(said(project, "export", "ANA@example.org"))
    assert (everything["kinds"], everything["topics"]) == (["news"], ["health"])
    assert everything["history"][0]["proof"] == {"consent": "a letter of 1 March"}
    assert said(project, "remove", "ana@example.org") == "ana@example.org  unsubscribed  fr\n"
    asked = typed(project, "erase", "ana@example.org")
    assert (asked.returncode, "not-confirmed" in asked.stderr) == (2, True)
    assert said(project, "erase", "ana@example.org", "--yes") == "erased\n"
    gone = typed(project, "export", "ana@example.org")
    assert (gone.returncode, "only a hash tells that she left" in gone.stderr) == (1, True)
    back = typed(project, *ana, "--consent", "she wants it")
    assert (back.returncode, "has-left" in back.stderr) == (1, True)
    assert b"ana@example.org" not in (project / "subscribers.db").read_bytes()


@pytest.mark.parametrize(
    ("answer", "code", "gone"),
    [("y\n", 0, True), ("n\n", 130, False), ("\n", 130, False), ("\x04", 130, False)],
)
def test_erasing_asks_on_a_terminal(project: Path, answer: str, code: int, *, gone: bool) -> None:
    """Only a clear yes erases; no, an empty line and the end of the input leave her as she is."""
    said(project, "add", "ana@example.org", "--consent", "a letter")
    words = ("subscribers", "erase", "ana@example.org")
    ended, shown = on_a_terminal(project, *words, typed=answer, PUBLISHER_SUBSCRIBERS__KEY=KEY)
    assert "Erase ana@example.org, her choices and her history? [y/N]:" in shown
    assert (ended, shown.endswith("erased\r\n")) == (code, gone)
    assert (said(project, "list") == "") is gone


def test_an_import_on_a_terminal_shows_how_far_it_is(project: Path) -> None:
    """A bar tells of reading and writing, and is wiped before the figures are told."""
    lines = "".join(f"r{number}@example.org\n" for number in range(80_000))
    (project / "long.csv").write_text(f"email\n{lines}", encoding="utf-8")
    words = ("subscribers", "import", "long.csv", "--consent", "x", "--go")
    code, shown = on_a_terminal(project, *words, PUBLISHER_SUBSCRIBERS__KEY=KEY)
    bar, wiped, figures = shown.rpartition("\r\x1b[K")
    assert (code, wiped) == (0, "\r\x1b[K")
    assert re.findall(r"\r(\w+) +\[#+-*\] \d+/\d+ ", bar)[-1] == "writing"
    assert "\rreading  [" in bar
    assert figures.splitlines() == [
        "80000 rows from csv, utf-8",
        "  80000  new: get mail from now on",
        "done",
    ]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("add", "ana@example", "--consent", "x"), "no-address"),
        (("add", "a\nb@example.org", "--consent", "x"), "no-address"),
        (("add", "ana@example.org", "--consent", " "), "no-consent"),
        (("add", "ana@example.org", "--consent", "x", "--lang", "xx"), "unknown-language"),
        (("add", "ana@example.org", "--consent", "x", "--kinds", "gossip"), "invalid-choice"),
        (("add", "ana@example.org", "--consent", "x", "--topics", "a b"), "invalid-choice"),
        (("add", "ana@example.org", "--consent", "x", "--topics", "health,wealth"), "invalid-choice"),
        (("import", "other.csv"), "no-file"),
        (("import", "list.csv"), "no-consent"),
        (("import", "list.csv", "--consent", "x", "--map", "address=Mail"), "missing-column"),
        (("export", "-o", "no/such/folder.csv"), "no-folder"),
    ],
)
def test_wrong_words_are_told_with_a_way_out(
    project: Path,
    words: tuple[str, ...],
    code: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """An error has its code and a hint, and the list stays empty."""
    monkeypatch.setenv("PUBLISHER_SUBSCRIBERS__KEY", KEY)
    monkeypatch.chdir(project)
    ends = []
    for typed_words in (words, ("list", "--json")):
        with pytest.raises(SystemExit) as end:
            main(["subscribers", *typed_words])
        ends.append(end.value.code)
    told = capsys.readouterr()
    assert ends[0] in {1, 2}
    assert code in told.err
    assert "hint:" in told.err
    assert (ends[1], told.out) == (0, "[]\n")


@pytest.mark.parametrize(
    ("words", "said", "there"),
    [
        (("--topics", "health,wealth"), "the newsletter has no topic 'wealth'", "it has health, pensions"),
        (("--kinds", "gossip"), "the newsletter has no kind 'gossip'", "it has news, press-release, event"),
        (("--lang", "de"), "the newsletter has no language 'de'", "it has en, fr, es, ar"),
    ],
)
def test_what_the_newsletter_has_not_is_told_with_what_it_has(
    project: Path, words: tuple[str, str], said: str, there: str
) -> None:
    """An unknown topic, kind or language is refused by name, beside those there are."""
    done = typed(project, "add", "ana@example.org", "--consent", "x", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert f"hint: {there}" in done.stderr


def test_topics_that_nothing_names_are_told(project: Path) -> None:
    """Without names for topics there is none to choose, as in the form; the file with the names is told."""
    (project / "entries/names.yml").unlink()
    done = typed(project, "add", "ana@example.org", "--consent", "x", "--topics", "health")
    assert (done.returncode, "hint: entries/names.yml names no topics" in done.stderr) == (2, True)


def test_without_the_key_the_line_to_paste_is_told(project: Path) -> None:
    """`no-key` says how to make one."""
    done = run(project, "subscribers", "list")
    assert done.returncode == 2
    assert "no-key" in done.stderr
    assert "export PUBLISHER_SUBSCRIBERS__KEY=$(python3 -c" in done.stderr


def test_an_export_is_safe_for_spreadsheets_and_private(project: Path) -> None:
    """All subscribers as CSV and JSON; no cell is a formula; a file is for its owner alone."""
    said(project, "import", "list.csv", "--consent", "x", "--go")
    rows = list(csv.DictReader(said(project, "export").splitlines()))
    assert [row["address"] for row in rows] == ["ana@example.org", "'+bea@example.org"]
    (project / "all.json").write_text("old", encoding="utf-8")
    (project / "all.json").chmod(0o644)
    assert said(project, "export", "--format", "json", "-o", "all.json") == ""
    assert stat.S_IMODE((project / "all.json").stat().st_mode) == 0o600
    listed = json.loads((project / "all.json").read_text(encoding="utf-8"))
    assert [one["address"] for one in listed] == ["ana@example.org", "+bea@example.org"]
    assert said(project, "export", "ana@example.org", "--format", "csv").count("\n") == 2


def test_figures_are_a_table_json_and_a_page(project: Path) -> None:
    """`stats` counts by status, language and month; the page has its plots and tables, and no script."""
    said(project, "import", "list.csv", "--consent", "x", "--go")
    said(project, "remove", "ana@example.org")
    table = said(project, "stats", "--html", "figures.html")
    assert "active                  1\n" in table
    assert "unsubscribed            1\n" in table
    figures = json.loads(said(project, "stats", "--json"))
    (month,) = figures["months"]
    assert (month["joined"], month["left"], month["growth"], month["active"]) == (2, 1, 1, 1)
    assert figures["languages"] == {"en": 1}
    page = html.fromstring((project / "figures.html").read_text(encoding="utf-8"))
    assert page.get("lang") == "en"
    assert len(page.findall(".//svg[@role='img'][@aria-label]")) == 2
    assert len(page.findall(".//table")) == 3
    assert page.findall(".//script") == []
    for drawing in page.findall(".//svg"):
        etree.fromstring(etree.tostring(drawing))


def test_figures_of_nobody(project: Path) -> None:
    """An empty list has a page too."""
    assert said(project, "stats", "--html", "figures.html") == "status  subscribers\n"
    assert "0 active" in (project / "figures.html").read_text(encoding="utf-8")
