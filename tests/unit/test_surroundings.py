"""What an entry refers to around it: the site, its folder, files and names."""

from typing import Any

import pytest
from checking import Row, check, parse, rows


@pytest.mark.parametrize(
    ("path", "evergreen", "expected"),
    [
        ("archive.md", "true", True),
        ("pages/media.md", "true", True),
        ("fr.md", "true", True),
        ("2023.md", "true", True),
        ("archive.fr.md", "true", True),
        ("archive.md", "false", False),
        ("archives.md", "true", False),
        ("20230.md", "true", False),
    ],
)
def test_addresses_of_the_site_itself_are_kept_free(path: str, evergreen: str, expected: bool) -> None:  # noqa: FBT001
    """A lasting page cannot take the place of the archive, of pictures, of a language or of a year."""
    problems = check(parse(path, evergreen=evergreen))
    assert expected == (
        [(problem.code, problem.place.line) for problem in problems] == [("reserved-address", 0)]
    )
    assert len(problems) == expected


@pytest.mark.parametrize(
    ("path", "fields", "expected"),
    [
        ("2023/06/a.md", {}, []),
        ("news/2023/06/a.md", {}, []),
        ("2023/05/a.md", {}, [("folder-differs", "2023/05/a.md", 3)]),
        ("2022/06/a.md", {}, [("folder-differs", "2022/06/a.md", 3)]),
        ("2023/06/a.md", {"date": "2023-06-30T22:30Z"}, [("folder-differs", "2023/06/a.md", 3)]),
        ("2023/05/a.md", {"evergreen": "true"}, []),
        ("june/a.md", {}, []),
        ("12023/05/a.md", {}, []),
    ],
)
def test_a_folder_that_names_a_month_names_the_right_one(
    path: str, fields: dict[str, str], expected: list[Row]
) -> None:
    """The date decides, and a folder of another month is a warning."""
    assert expected == rows(check(parse(path, **fields)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("[a](b.md) [c](../7/d.md#e) ![f](g.png) ![h](h%20i.png)", None),
        ("[a](summary.md)", ("dead-link", "put the file there, or mend its name")),
        ("[a](report-2022.md)", ("dead-link", "did you mean report-2023.md?")),
        ("![a](portrait-of-somebody.png)", ("missing-picture", "put the file there, or mend its name")),
        ("![a](two%20words.png)", ("missing-picture", "put the file there, or mend its name")),
        ("![a](chrat.png)", ("missing-picture", "did you mean chart.png?")),
        ("[a](g.png)", ("dead-link", "write a whole address, https://...")),
        ("[a](../names.yml)", ("dead-link", "write a whole address, https://...")),
        ("[a](../quotes/q.md)", ("dead-link", "write a whole address, https://...")),
        ("[a](README.md)", ("dead-link", "write a whole address, https://...")),
        ("[a](b.md?x)", ("dead-link", "put the file there, or mend its name")),
        ("[a](../../b.md)", ("path-outside", "refer to files beside the entry")),
        ("[a](../..)", ("path-outside", "refer to files beside the entry")),
        ("[a](%2e%2e/%2e%2e/b.md)", ("path-outside", "refer to files beside the entry")),
        ("[a](/6/b.md)", ("path-outside", "refer to files beside the entry")),
        ("![a](../../b.png)", ("path-outside", "refer to files beside the entry")),
    ],
)
def test_files_that_a_text_refers_to_are_there(body: str, expected: tuple[str, str] | None) -> None:
    """A link leads to an entry, a picture to a file, neither out of the folder; the nearest is offered."""
    others = [parse("6/b.md"), parse("6/report-2023.md"), parse("7/d.md")]
    files = ("6/g.png", "6/h i.png", "6/chart.png", "6/README.md", "quotes/q.md", "names.yml")
    problems = check(parse("6/a.md", f"Words.\n\n{body}"), *others, files=files)
    assert ([expected] if expected else []) == [(problem.code, problem.hint) for problem in problems]
    assert all((problem.place.line, problem.place.column) == (9, 1) for problem in problems)


def test_the_picture_of_an_entry_is_there() -> None:
    """A picture of the front matter that lies elsewhere is shown at its line."""
    parsed = parse("6/a.md", image="\n  src: chrat.png\n  alt: A chart")
    (problem,) = check(parsed, files=("6/chart.png", "7/chrat.png"))
    assert (problem.code, problem.hint, problem.place.line) == (
        "missing-picture",
        "did you mean chart.png?",
        7,
    )
    assert check(parse("6/a.md", image="{src: b/c.png, alt: d}"), files=("6/b/c.png",)) == []


@pytest.mark.parametrize(
    ("field", "names", "expected"),
    [
        ("topics: [pensions, anything]", {}, []),
        ("topics: [pensions]", {"topics": {"pensions": "Pensions"}}, []),
        (
            "topics: [pensions, pension]",
            {"topics": {"pensions": "Pensions"}},
            [(20, "did you mean pensions?")],
        ),
        ("topics: [LB]", {"topics": {"pensions": "Pensions"}}, [(10, "add it to names.yml")]),
        ("partners: [anything]", {"topics": {"pensions": "Pensions"}}, []),
        ("places: [LB, FR]", {}, []),
        ("places: [LB, QX, Geneva]", {}, [(14, "add it to names.yml"), (18, "add it to names.yml")]),
        ("places: [LB, geneva]", {"places": {"geneva": "Geneva"}}, []),
        ("places: [lb]", {"places": {"geneva": "Geneva"}}, [(10, "add it to names.yml")]),
        ("programmes: [spf]", {"programmes": {"usp2030": "USP2030"}}, [(14, "add it to names.yml")]),
    ],
)
def test_keys_have_names(field: str, names: dict[str, Any], expected: list[tuple[int, str]]) -> None:
    """A field with a table of names takes its keys alone; places are countries too."""
    name, _, value = field.partition(": ")
    problems = check(parse("6/a.md", **{name: value}), names=names)
    assert [("unknown-name", 6)] * len(expected) == [
        (problem.code, problem.place.line) for problem in problems
    ]
    for problem, (column, hint) in zip(problems, expected, strict=True):
        assert column == problem.place.column
        assert problem.hint.startswith(hint)
