"""Short ways from the text of entries, in hand or in a folder, to their problems."""

from pathlib import Path
from typing import Any

from builders import entry_text, some_settings

from publisher.entries import reader
from publisher.entries.crosscheck import Surroundings, crosscheck, settle_translations
from publisher.entries.parser import Parsed, parse_entry
from publisher.entries.reader import Reading
from publisher.errors import Problem, in_order
from publisher.model.frontmatter import Names

Row = tuple[str, str, int]


def parse(path: str, body: str = "Words.", **fields: str) -> Parsed:
    """Parse an entry; its id is its name, if *fields* say nothing else."""
    name = path.rsplit("/", 1)[-1].split(".", maxsplit=1)[0]
    return parse_entry(path, entry_text(body, **({"id": name} | fields)).encode(), some_settings())


def check(
    *parsed: Parsed,
    files: tuple[str, ...] = (),
    names: dict[str, Any] | None = None,
    menu: tuple[str, ...] = (),
) -> list[Problem]:
    """Return the problems between *parsed*, with *files* lying about; LB and FR are the countries."""
    settle_translations(list(parsed))
    paths = {item.source.path.removeprefix("entries/") for item in parsed} | set(files)
    around = Surroundings(
        frozenset(paths), Names.model_validate(names or {}).value(), frozenset({"LB", "FR"})
    )
    return crosscheck(list(parsed), around, some_settings(newsletter={"menu": list(menu)}))


def rows(problems: list[Problem]) -> list[Row]:
    """Return the code, path and line of each problem, sorted."""
    return sorted(
        (problem.code, problem.place.path.removeprefix("entries/"), problem.place.line)
        for problem in problems
    )


def put(folder: Path, files: dict[str, str | bytes]) -> None:
    """Write *files* below *folder*."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content.encode() if isinstance(content, str) else content)


def read(folder: Path) -> Reading:
    """Read *folder* as the entries folder of a small newsletter; LB is the one country."""
    return reader.read(folder, some_settings(), frozenset({"LB"}))


def shown(reading: Reading) -> list[tuple[str, str]]:
    """Return the code and the path of each problem, in their order."""
    return [(problem.code, problem.place.path) for problem in in_order(reading.problems)]


def named(name: str, body: str = "Words.", **fields: str) -> str:
    """Return the text of an entry whose id is *name*."""
    return entry_text(body, **({"id": name} | fields))
