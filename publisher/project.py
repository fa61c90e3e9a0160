"""The one door to a project's settings: finds its folder, reads the file, lays the environment over it."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from publisher import program
from publisher.cache import Cache, key
from publisher.errors import ContentError, Place, Problem, UsageError
from publisher.model.secret import SECRETS, Secret
from publisher.model.settings import Settings
from publisher.root import OWN_FILE, SHARED_FILE, nearest
from publisher.variables import PREFIX, Override, SettingPath, overrides, texts_of, variable_for

_LINE_END = re.compile(r"\r?\n")
_TABLE = re.compile(r"\s*\[{1,2}([^\[\]]+)\]{1,2}\s*(?:#.*)?")
_KEY = re.compile(r"(\s*)([\w.\"-]+)\s*=")
_AT = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)")

_Checked = tuple[Settings, str, dict[str, str]]
_Words = tuple[str, bytes, list[Override]]
"""The name of the settings file, its bytes, and what variables say."""


class Project(Struct, frozen=True):
    """A project: its folder, its settings, and from where each setting came.

    *origins* maps a dotted name to `publisher.toml:LINE` or to the name of an environment variable.
    """

    root: Path
    settings: Settings
    settings_file: str
    origins: Mapping[str, str]

    @property
    def entries(self) -> Path:
        """Return the folder of the entries."""
        return self.root / self.settings.paths.entries

    @property
    def templates(self) -> Path:
        """Return the folder of the project's own templates; it need not exist."""
        return self.root / self.settings.paths.templates

    @property
    def output(self) -> Path:
        """Return the folder that a build writes."""
        return self.root / self.settings.paths.output

    @property
    def cache(self) -> Path:
        """Return the folder of what earlier runs made; it may be deleted at any time."""
        return self.root / ".publisher" / "cache"

    def origin(self, name: str) -> str:
        """Return where the setting with the dotted *name* comes from."""
        parts = name.split(".")
        for length in range(len(parts), 0, -1):
            if found := self.origins.get(".".join(parts[:length])):
                return found
        return "default"


def find_root(start: Path) -> Path:
    """Return *start* or the nearest folder above it that holds settings; raise `UsageError` if none does."""
    if found := nearest(str(start)):
        return Path(found)
    raise UsageError(
        f"there is no project here: {OWN_FILE} is missing in {start} and above",
        "go to your project's folder, or make a new project: publisher init my-news",
        "no-project",
    )


def load(root: Path, environ: Mapping[str, str], *, keep: bool = False, beside: bytes = b"") -> Project:
    """Load the project at *root*; variables of *environ* such as PUBLISHER_NEWSLETTER__URL win over the file.

    *keep* lets the next run that finds the same words take the settings as they are, from the cache;
    *beside* is what another process `checked` meanwhile.
    Raises `ContentError` (exit code 2) with a problem for each wrong setting.
    """
    words = _words(root, environ)
    if not keep:
        return Project(root, *_validated(*words))
    cache = Cache(root / ".publisher" / "cache" / "settings")
    name = key(program.digest(), *_told(words))
    if found := _kept(cache.get(name)):
        return Project(root, *found)
    found = _kept(beside.removeprefix(_mark(words))) if beside.startswith(_mark(words)) else None
    fresh = found or _validated(*words)
    cache.put(name, msgspec.msgpack.encode(fresh))
    cache.drop_others({name})
    return Project(root, *fresh)


def checked(root: Path, environ: Mapping[str, str]) -> bytes:
    """Return the settings for the `load` of another process, behind a mark of the words they were read from.

    Raises as `load` does.
    """
    words = _words(root, environ)
    return _mark(words) + msgspec.msgpack.encode(_validated(*words))


def _words(root: Path, environ: Mapping[str, str]) -> _Words:
    is_shared = (root / SHARED_FILE).is_file() and not (root / OWN_FILE).is_file()
    name = SHARED_FILE if is_shared else OWN_FILE
    return name, _bytes(root / name), list(overrides(environ))


def _told(words: _Words) -> tuple[str, bytes, str]:
    name, data, overrides = words
    return name, data, ascii(overrides)


def _mark(words: _Words) -> bytes:
    return key(*_told(words)).encode()


def secret(environ: Mapping[str, str], *path: str) -> Secret | None:
    """Return the secret at *path*, such as smtp, password: from its variable of *environ*, or its file."""
    found = [value for _, where, value in texts_of(environ) if where == path]
    return Secret(found[-1]) if found else None


def _kept(data: bytes | None) -> _Checked | None:
    """Return what an earlier run found in the same words."""
    try:
        return msgspec.msgpack.decode(data, type=_Checked) if data else None
    except (msgspec.MsgspecError, ValueError, RecursionError):  # of another version of the program
        return None


def _validated(name: str, data: bytes, overrides: list[Override]) -> _Checked:
    """Return the settings in the file *name* with *overrides*, the file's name, and where each comes from."""
    # Pydantic takes longer to load than all settings to read, and only new ones need it.
    from pydantic import ValidationError

    from publisher.model import written
    from publisher.model.explain import explain

    prefix: SettingPath = () if name == OWN_FILE else ("tool", "publisher")
    text, values = _read(name, data, prefix)
    lines = _named_lines(text, name)
    _refuse_secrets(values, lambda path: _place(lines, name, (*prefix, *path)))
    variables: dict[SettingPath, str] = {}
    for variable, path, value in overrides:
        _put(values, path, value)
        variables[path] = variable
    try:
        settings = written.Settings.model_validate(values)
    except ValidationError as error:
        problems = []
        for fault in explain(error, written.Settings):
            variable = variable_for(fault.path, variables)
            place = (
                Place(f"environment variable {variable}")
                if variable
                else _place(lines, name, (*prefix, *fault.path))
            )
            message = ": ".join(filter(None, (_dotted(fault.path), fault.message)))
            problems.append(Problem(fault.code, place, message, fault.hint))
        raise ContentError(problems, 1, exit_code=2) from None
    origins = {
        _dotted(path): f"{name}:{_place(lines, name, (*prefix, *path)).line}" for path in _leaves(values)
    }
    origins |= {_dotted(path): variable for path, variable in variables.items()}
    return settings.value(), name, origins


def _refuse_secrets(values: Mapping[str, Any], place: Callable[[SettingPath], Place]) -> None:
    """Raise `ContentError` for each secret that stands in the file, where it would be kept in git."""
    problems = []
    for path in _leaves(values):
        if path in SECRETS:
            variable = PREFIX + "__".join(map(str, path)).upper()
            hint = f"set {variable}, or {variable}_FILE to the path of a file with it; then change it"
            where = place(path)._replace(text="")  # the line would show it
            problems.append(Problem("secret-in-file", where, f"{_dotted(path)} is a secret", hint))
    if problems:
        raise ContentError(problems, 1, exit_code=2)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError)
        hint = "bring it back" if is_gone else "mend its permissions"
        raise UsageError(f"{path.name} cannot be read ({error.strerror})", hint, "unreadable-file") from None


def _read(name: str, data: bytes, prefix: SettingPath) -> tuple[str, dict[str, Any]]:
    """Return the text of the settings file *name*, and our table in it."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = Problem("not-utf8", Place(name), "the file is not UTF-8", "save it as UTF-8")
        raise ContentError([problem], 1, 2) from None
    import tomllib

    try:
        values: Any = tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError:
        raise ContentError([_toml_problem("it is nested too deep", name, text)], 1, 2) from None
    except tomllib.TOMLDecodeError as error:
        raise ContentError([_toml_problem(str(error), name, text)], 1, 2) from None
    except ValueError:  # int() says so
        raise ContentError([_toml_problem("a number has too many digits", name, text)], 1, 2) from None
    for part in prefix:
        values = values.get(part) if isinstance(values, dict) else None
    return text, values if isinstance(values, dict) else {}


def _toml_problem(message: str, name: str, text: str) -> Problem:
    found = _AT.fullmatch(message)
    lines = _LINE_END.split(text.rstrip("\r\n"))
    line = int(found[2]) if found and found[2] else len(lines)
    column = int(found[3]) if found and found[3] else len(lines[-1]) + 1
    shown = lines[min(line, len(lines)) - 1]
    cause = found[1][:1].lower() + found[1][1:] if found else message
    return Problem(
        "invalid-toml",
        Place(name, line, column, shown),
        cause,
        "texts need quotation marks; see docs/settings.md",
    )


def _put(values: dict[str, Any], path: SettingPath, value: Any) -> None:
    here: Any = values
    for part in path[:-1]:
        if not isinstance(here.get(part), dict):
            here[part] = {}
        here = here[part]
    here[path[-1]] = value


def _leaves(values: Any, path: SettingPath = ()) -> Iterator[SettingPath]:
    """Yield the path of each value that is no table."""
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name)


def _dotted(path: SettingPath) -> str:
    return ".".join(str(part) for part in path)


def _named_lines(text: str, name: str) -> dict[tuple[str, ...], Place]:
    """Return, for each table and key of the TOML *text*, the first place where it is named."""
    found: dict[tuple[str, ...], Place] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(_LINE_END.split(text), start=1):
        if match := _TABLE.fullmatch(line):
            table = _parts(match[1])
            found.setdefault(table, Place(name, number, 1, line))
        elif match := _KEY.match(line):
            found.setdefault((*table, *_parts(match[2])), Place(name, number, len(match[1]) + 1, line))
    return found


def _place(lines: Mapping[tuple[str, ...], Place], name: str, wanted: SettingPath) -> Place:
    """Return where the setting at *wanted*, or the nearest table above it, stands."""
    path = tuple(str(part) for part in wanted)
    above = (path[:length] for length in range(len(path), 0, -1))
    return next((lines[part] for part in above if part in lines), Place(name))


def _parts(name: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in name.split("."))
