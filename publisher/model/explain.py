"""Pydantic's errors in our own words: code, cause and way out."""

from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ValidationError

from publisher.model.alike import closest


class Fault(NamedTuple):
    """One thing that validation found: where in the values, what, and what to do."""

    path: tuple[str | int, ...]
    code: str
    message: str
    hint: str


# Pydantic's error type -> (code, message, hint); both are filled from the error's context and input.
_WORDS = {
    "bool_parsing": ("invalid-value", "{input} is neither true nor false", "write true or false"),
    "bool_type": ("invalid-value", "it is neither true nor false", "write true or false"),
    "date_type": ("invalid-date", "it is no date", "write YYYY-MM-DD, for example 2026-05-14"),
    "dict_type": ("invalid-value", "a table of names and values is wanted here", "see docs/settings.md"),
    "greater_than_equal": ("out-of-range", "{input} is less than {ge}", "write {ge} or more"),
    "int_parsing": ("invalid-value", "{input} is no whole number", "write digits only"),
    "int_type": ("invalid-value", "a whole number is wanted here", "write digits only"),
    "less_than_equal": ("out-of-range", "{input} is more than {le}", "write {le} or less"),
    "literal_error": ("invalid-value", "{input} is not one of {expected}", "write one of these"),
    "model_type": (
        "invalid-value",
        "it needs fields of its own, not one value",
        "write it as a table of field: value",
    ),
    "string_pattern_mismatch": (
        "invalid-value",
        "{input} does not look as it should",
        "see the documentation of the field",
    ),
    "string_type": (
        "invalid-value",
        "text is wanted here, not a list or a table",
        "write one text, in quotation marks if need be",
    ),
    "too_short": ("empty-list", "at least {min_length} is wanted here", "write one"),
    "tuple_type": ("invalid-value", "a list is wanted here", "write it in brackets: [{value}]"),
}


# What other programs call a field of ours.
_ELSEWHERE = {
    "categories": "topics",
    "category": "kind",
    "description": "summary",
    "excerpt": "summary",
    "language": "lang",
    "lastmod": "updated",
    "published": "date",
    "subtitle": "kicker",
    "tags": "topics",
    "type": "kind",
}


def explain(error: ValidationError, model: type[BaseModel]) -> list[Fault]:
    """Return each fault of *error*, raised by *model*, once and in the order of the values."""
    faults = [_fault(detail, model) for detail in error.errors(include_url=False)]
    # A required field that is there under a misspelt name is one fault, not two.
    meant = {(fault.path[:-1], fault.hint) for fault in faults if fault.code == "unknown-field"}
    return [
        fault
        for fault in faults
        if fault.code != "missing-field" or (fault.path[:-1], f"did you mean {fault.path[-1]}?") not in meant
    ]


def _fault(detail: Any, model: type[BaseModel]) -> Fault:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    kind, context = detail["type"], detail.get("ctx") or {}
    if "hint" in context:
        return Fault(path, kind, context["message"], context["hint"])
    if kind == "missing":
        where = f" below {path[-2]}" if len(path) > 1 else ""
        return Fault(path, "missing-field", f"the field {path[-1]} is missing", f"add {path[-1]}: ...{where}")
    if kind == "extra_forbidden":
        known = _fields_at(model, path[:-1])
        name = _ELSEWHERE.get(str(path[-1]), "")
        meant = f"did you mean {name}?" if name in known else closest(str(path[-1]), known)
        hint = meant or f"the fields here are {', '.join(known)}"
        return Fault(path, "unknown-field", f"there is no field {str(path[-1])[:60]}", hint)
    code, message, hint = _WORDS.get(
        kind, ("invalid-value", detail["msg"], "see the documentation of the field")
    )
    value = detail["input"]
    words = {**context, "input": repr(value)[:60], "value": value[:60] if isinstance(value, str) else "..."}
    return Fault(path, code, message.format(**words), hint.format(**words))


def _fields_at(model: type[BaseModel], path: tuple[str | int, ...]) -> list[str]:
    """Return the names that the model at *path* knows."""
    schema = _schema(model)
    here: dict[str, Any] = schema
    for part in path:
        here = _resolve(here, schema)
        others = here.get("items", {}) if isinstance(part, int) else here.get("additionalProperties", {})
        here = here.get("properties", {}).get(part) or (others if isinstance(others, dict) else {})
    return [name for name in _resolve(here, schema).get("properties", {}) if not name.startswith("$")]


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema()


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow `$ref`, also where it is one of several types."""
    for choice in (node, *node.get("anyOf", ())):
        if "$ref" in choice:
            found: dict[str, Any] = schema["$defs"][choice["$ref"].rsplit("/", 1)[1]]
            return found
    return node
