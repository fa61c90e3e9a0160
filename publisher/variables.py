"""What the variables of the environment say of settings: PUBLISHER_A__B wins over what the file says."""

import json
from collections.abc import Iterator, Mapping
from operator import eq
from pathlib import Path
from typing import Any

from publisher.errors import UsageError
from publisher.model.secret import SECRETS
from publisher.model.settings import Settings
from publisher.root import ALONE

PREFIX = "PUBLISHER_"
SettingPath = tuple[str | int, ...]
"""The names of a setting and of the tables that it lies in; numbers within a list."""
Override = tuple[str, SettingPath, Any]
"""A variable, the setting that it sets, and the value."""


def overrides(environ: Mapping[str, str]) -> Iterator[Override]:
    """Yield what the variables of *environ* set, but for secrets."""
    for variable, path, text in texts_of(environ):
        if path not in SECRETS:
            yield variable, path, _value(text)


def texts_of(environ: Mapping[str, str]) -> Iterator[tuple[str, SettingPath, str]]:
    """Yield variable, path and value of each `PUBLISHER_A__B`; `PUBLISHER_A__B_FILE` names a file with it."""
    for variable in sorted(environ):
        name, text = variable.removeprefix(PREFIX).lower(), environ[variable]
        path = tuple(name.removesuffix("_file").split("__"))
        known = Settings.__struct_encode_fields__ if len(path) > 1 else ALONE
        if not variable.startswith(PREFIX) or path[0] not in known:
            continue
        if name.endswith("_file"):
            try:
                text = Path(text).read_text(encoding="utf-8").rstrip("\r\n")
            except (OSError, UnicodeDecodeError):
                hint = "write the path of a text file that can be read"
                raise UsageError(
                    f"{variable} names {text}, which cannot be read", hint, "unreadable-file"
                ) from None
        yield variable, path, text


def _value(text: str) -> Any:
    """Return a list or table written as JSON as such, else the text."""
    if text.startswith(("[", "{")):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text


def variable_for(path: SettingPath, variables: Mapping[SettingPath, str]) -> str:
    """Return the variable that set the value at *path*, or something in it."""
    found = (name for known, name in variables.items() if all(map(eq, known, path)))
    return next(found, "") if path else ""
