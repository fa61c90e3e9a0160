"""Settings: found here or above, read with their places, and overridden by the environment."""

from pathlib import Path

import pytest
from folders import unreadable

from publisher.cache import Cache
from publisher.errors import ContentError, Problem, UsageError
from publisher.model.localised import Localised
from publisher.project import find_root, load

NEWSLETTER = '[newsletter]\ntitle = "News"\nurl = "https://example.org/"\ntag = "example.org,2020"\n'


def a_project(folder: Path, text: str = "", newsletter: str = NEWSLETTER) -> Path:
    """Write settings into *folder*: those of *newsletter*, which has lines 1 to 4, then *text*."""
    (folder / "publisher.toml").write_text(newsletter + text, encoding="utf-8", newline="")
    return folder


def problems(folder: Path, environ: dict[str, str] | None = None) -> list[Problem]:
    """Return the problems of the settings in *folder*; fails the test if there are none."""
    with pytest.raises(ContentError) as caught:
        load(folder, environ or {})
    assert (caught.value.exit_code, caught.value.looked_at) == (2, 1)
    return caught.value.problems


def told(problem: Problem) -> tuple[str, str]:
    """Return the place and the code of *problem*."""
    return str(problem.place), problem.code


def test_publisher_toml_is_loaded(tmp_path: Path) -> None:
    """Settings come from publisher.toml, and the folders lie below the project's."""
    project = load(a_project(tmp_path, '[paths]\nentries = "content/news"\noutput = "public"\n'), {})
    assert project.settings.newsletter.title.for_language("en") == "News"
    assert project.settings_file == "publisher.toml"
    assert (tmp_path, tmp_path / "content/news", tmp_path / "templates", tmp_path / "public") == (
        project.root,
        project.entries,
        project.templates,
        project.output,
    )


def test_a_table_of_pyproject_is_loaded(tmp_path: Path) -> None:
    """[tool.publisher] in pyproject.toml does as well, with the places there."""
    text = (
        "[project]\nname = 'x'\n\n"
        + NEWSLETTER.replace("[", "[tool.publisher.")
        + "[tool.other]\nfeeds = 1\n"
    )
    (tmp_path / "pyproject.toml").write_text(text)
    project = load(find_root(tmp_path), {})
    assert project.settings_file == "pyproject.toml"
    assert project.origin("newsletter.url") == "pyproject.toml:6"
    (tmp_path / "pyproject.toml").write_text(text.replace("https:", "ftp:"))
    assert [told(problem) for problem in problems(tmp_path)] == [("pyproject.toml:6:1", "invalid-url")]


def test_publisher_toml_wins(tmp_path: Path) -> None:
    """Where both files have settings, those of publisher.toml count, and no others."""
    (tmp_path / "pyproject.toml").write_text(
        '[tool.publisher.newsletter]\ntitle = "Other"\nzone = "Europe/Rome"\n'
    )
    newsletter = load(a_project(tmp_path), {}).settings.newsletter
    assert (newsletter.title.for_language("en"), newsletter.zone) == ("News", "UTC")


@pytest.mark.parametrize("below", ["", "entries", "entries/2023/05"])
def test_a_project_is_found_from_below(tmp_path: Path, below: str) -> None:
    """The nearest folder with settings is the project's; a pyproject.toml without our table is none."""
    home = tmp_path / "outer" / "inner"
    (home / below).mkdir(parents=True)
    a_project(tmp_path / "outer")
    a_project(home)
    (home / "entries").mkdir(exist_ok=True)
    (home / "entries" / "pyproject.toml").write_text("[project]\n[tool.publisherish]\n# [tool.publisher]\n")
    assert home == find_root(home / below)
    assert tmp_path / "outer" == find_root(tmp_path / "outer")


@pytest.mark.parametrize(
    "text", ["[tool.publisher]\n", "  [tool.publisher.newsletter]\nbroken", "[tool.publisher.a"]
)
def test_our_table_makes_a_project_even_if_broken(tmp_path: Path, text: str) -> None:
    """A pyproject.toml that names our table is a project, so that its faults are told."""
    (tmp_path / "pyproject.toml").write_text(text)
    assert tmp_path == find_root(tmp_path)
    assert problems(tmp_path)


def test_without_settings_there_is_no_project(tmp_path: Path) -> None:
    """Where no folder above has settings, the error says where it looked and how to begin."""
    (tmp_path / "pyproject.toml").mkdir()
    with pytest.raises(UsageError) as caught:
        find_root(tmp_path)
    assert caught.value.code == "no-project"
    assert str(tmp_path) in caught.value.message
    assert "publisher init" in caught.value.hint


@pytest.mark.parametrize(
    ("variable", "value", "setting", "expected"),
    [
        ("PUBLISHER_NEWSLETTER__TITLE", "Other", "title", Localised({"*": "Other"})),
        ("PUBLISHER_NEWSLETTER__TITLE__FR", "Autre", "title", Localised({"fr": "Autre"})),
        ("PUBLISHER_NEWSLETTER__TITLE", '{"fr": "Autre"}', "title", Localised({"fr": "Autre"})),
        ("PUBLISHER_NEWSLETTER__TITLE", "[draft] News", "title", Localised({"*": "[draft] News"})),
        ("PUBLISHER_NEWSLETTER__LANGUAGES", '["fr", "ar"]', "languages", ("fr", "ar")),
        ("PUBLISHER_NEWSLETTER__ZONE", "Europe/Zurich", "zone", "Europe/Zurich"),
        ("PUBLISHER_NEWSLETTER__MENU", "[]", "menu", ()),
    ],
)
def test_the_environment_wins(
    tmp_path: Path, variable: str, value: str, setting: str, expected: object
) -> None:
    """A variable overrides the file's value; lists and tables are written as JSON."""
    project = load(a_project(tmp_path, 'languages = ["en", "fr"]\n'), {variable: value})
    assert expected == getattr(project.settings.newsletter, setting)
    assert any(name.startswith(f"newsletter.{setting}") for name in project.origins)
    assert variable in project.origins.values()


def test_settings_without_a_table_can_be_set_outside(tmp_path: Path) -> None:
    """A variable without `__` sets what stands in no table, and nothing else."""
    environ = {"PUBLISHER_OUTPUTS": '["feeds"]', "PUBLISHER_DEFAULT_KIND": "event", "PUBLISHER_LOOK": "dark"}
    project = load(a_project(tmp_path), environ)
    assert (project.settings.outputs, project.settings.default_kind) == (("feeds",), "event")
    assert project.origin("default_kind") == "PUBLISHER_DEFAULT_KIND"


def test_numbers_come_from_the_environment_too(tmp_path: Path) -> None:
    """A number is read from a variable's text, also for a table that the file has not."""
    assert load(a_project(tmp_path), {"PUBLISHER_FEEDS__SIZE": "7"}).settings.feeds.size == 7


@pytest.mark.parametrize(
    "variable", ["PUBLISHER_EXTRAS", "PUBLISHER_TEST__X", "PUBLISHER_FEEDS", "FEEDS__SIZE"]
)
def test_variables_of_others_are_left_alone(tmp_path: Path, variable: str) -> None:
    """A variable that names no section and setting is none of ours."""
    assert load(a_project(tmp_path), {variable: "x"}).settings.feeds.size == 50


def test_a_variable_may_name_a_file(tmp_path: Path) -> None:
    """..._FILE names a file with the value, whose last line end does not count."""
    (tmp_path / "value").write_bytes("Été \r\n".encode())
    project = load(a_project(tmp_path), {"PUBLISHER_NEWSLETTER__TITLE_FILE": str(tmp_path / "value")})
    assert project.settings.newsletter.title.for_language("en") == "Été"
    assert project.origin("newsletter.title.*") == "PUBLISHER_NEWSLETTER__TITLE_FILE"


@pytest.mark.parametrize("name", ["gone", ".", "latin-1"])
def test_a_file_of_a_variable_must_be_readable(tmp_path: Path, name: str) -> None:
    """A file that is not there, or is no text, is told with the variable's name."""
    (tmp_path / "latin-1").write_bytes(b"\xe9")
    with pytest.raises(UsageError) as caught:
        load(a_project(tmp_path), {"PUBLISHER_NEWSLETTER__TITLE_FILE": str(tmp_path / name)})
    assert caught.value.code == "unreadable-file"
    assert "PUBLISHER_NEWSLETTER__TITLE_FILE" in caught.value.message


@pytest.mark.parametrize(
    ("variable", "value", "setting"),
    [
        ("PUBLISHER_FEEDS__SIZE", "0", "feeds.size"),
        ("PUBLISHER_FEEDS__SIZE", '{"a": 1}', "feeds.size"),
        ("PUBLISHER_FEEDS__SIZE__MORE", "1", "feeds.size"),
        ("PUBLISHER_FEEDS__SIZ", "1", "feeds.siz"),
        ("PUBLISHER_NEWSLETTER__LANGUAGES", "[" * 100_000, "newsletter.languages"),
        ("PUBLISHER_NEWSLETTER__TITLE", "\udcff", "newsletter.title.*"),
        ("PUBLISHER_KINDS__X", "[]", "kinds.x"),
    ],
    ids=lambda text: text[:30].encode("ascii", "replace").decode(),
)
def test_a_wrong_variable_is_named(tmp_path: Path, variable: str, value: str, setting: str) -> None:
    """A wrong value from the environment is told with the variable and the setting."""
    (problem,) = problems(a_project(tmp_path, "[feeds]\nsize = 9\n"), {variable: value})
    assert f"environment variable {variable}" == problem.place.path
    assert problem.message.startswith(f"{setting}: ")


def test_each_setting_knows_where_it_comes_from(tmp_path: Path) -> None:
    """The origin of a setting is its line, or that of its table, a variable, or the default."""
    text = (
        'languages = ["en", "fr"]\n[feeds]\nsize = 3\n[kinds.news]\nname = { en = "A", fr = "B" }\n'
        '[email]\nfrom = "a@example.org"\n'
    )
    project = load(a_project(tmp_path, text), {"PUBLISHER_NEWSLETTER__URL": "https://other.example/"})
    expected = {
        "newsletter.title.*": "publisher.toml:2",
        "newsletter.url": "PUBLISHER_NEWSLETTER__URL",
        "newsletter.zone": "default",
        "feeds.size": "publisher.toml:7",
        "kinds.news.name.fr": "publisher.toml:9",
        "email.from": "publisher.toml:11",
        "email.postal_address": "default",
    }
    assert expected == {name: project.origin(name) for name in expected}


def test_a_project_is_a_value(tmp_path: Path) -> None:
    """Loaded twice, a project is equal; it cannot be changed."""
    one, two = (load(a_project(tmp_path), {}) for _ in range(2))
    assert one == two
    with pytest.raises(AttributeError):
        one.root = Path()  # type: ignore[misc]


def test_settings_that_cannot_be_read_are_an_error(tmp_path: Path) -> None:
    """A file that the disk does not give is told by its name."""
    unreadable(tmp_path / "publisher.toml")
    with pytest.raises(UsageError) as caught:
        load(find_root(tmp_path), {})
    assert caught.value.code == "unreadable-file"
    assert caught.value.message.startswith("publisher.toml cannot be read (")


def test_a_pyproject_that_cannot_be_read_makes_no_project(tmp_path: Path) -> None:
    """Somebody else's pyproject.toml on the way up does not stop the search."""
    (tmp_path / "below").mkdir()
    unreadable(tmp_path / "below" / "pyproject.toml")
    assert tmp_path == find_root(a_project(tmp_path) / "below")


def test_kept_settings_are_those_of_the_file_and_the_environment(tmp_path: Path) -> None:
    """What is kept is taken for the same words alone, and is what a fresh look gives."""
    root, variables = a_project(tmp_path), {"PUBLISHER_NEWSLETTER__TITLE": "Other"}
    for environ in ({}, {}, variables, variables, {}):
        assert load(root, environ, keep=True) == load(root, environ)
    file = root / "publisher.toml"
    file.write_text(file.read_text(encoding="utf-8") + "[feeds]\nsize = 7\n", encoding="utf-8")
    assert load(root, {}, keep=True).settings.feeds.size == 7
    assert load(root, {}, keep=True).settings.feeds.size == 7
    kept = root / ".publisher/cache/settings"
    assert sum(path.is_file() for path in kept.glob("??/*")) == 1


@pytest.mark.parametrize("data", [b"", b"\xc0", b"\x93\x80\xa0\x80"])
def test_kept_settings_that_are_none_are_read_again(tmp_path: Path, data: bytes) -> None:
    """Whatever stands under the key, the settings are those of the file."""
    root = a_project(tmp_path)
    expected = load(root, {}, keep=True)
    (file,) = (root / ".publisher/cache/settings").glob("??/*")
    Cache(root / ".publisher/cache/settings").put(file.parent.name + file.name, data)
    assert load(root, {}, keep=True) == expected
