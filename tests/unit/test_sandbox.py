"""The sandbox of templates: quicker than Jinja2's own, and of the same opinion."""

import types
from collections import OrderedDict, deque
from typing import Any

import pytest
from builders import an_entry, some_settings
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.render.sandbox import Sandbox


def _generator() -> Any:
    yield 1


class _Plain:
    def method(self) -> None:
        """Do nothing."""


_TRACE: types.TracebackType | None = None
try:
    int("no number")
except ValueError as _error:
    _TRACE = _error.__traceback__

OBJECTS = {
    "entry": an_entry(),
    "settings": some_settings(),
    "text": "words",
    "number": 1,
    "nothing": None,
    "tuple": (1,),
    "list": [1],
    "dict": {"a": 1},
    "ordered": OrderedDict(),
    "set": {1},
    "deque": deque([1]),
    "function": _generator,
    "method": _Plain().method,
    "class": _Plain,
    "object": _Plain(),
    "code": _generator.__code__,
    "frame": _TRACE.tb_frame if _TRACE else None,
    "trace": _TRACE,
    "generator": _generator(),
    "module": types,
}
NAMES = (
    *(
        "title",
        "format",
        "_private",
        "__class__",
        "__globals__",
        "__subclasses__",
        "mro",
        "append",
        "clear",
        "pop",
    ),
    *("update", "add", "keys", "gi_frame", "f_globals", "tb_frame", "co_code", "func_globals", "im_func", ""),
)


@pytest.mark.parametrize("name", OBJECTS)
def test_it_is_of_the_same_opinion(name: str) -> None:
    """What Jinja2's sandbox hides of an object, ours hides, and nothing else; asked once or twice."""
    ours, theirs = Sandbox(), ImmutableSandboxedEnvironment()
    obj = OBJECTS[name]
    expected = {attribute: theirs.is_safe_attribute(obj, attribute, None) for attribute in NAMES}
    for _ in range(2):
        assert expected == {attribute: ours.is_safe_attribute(obj, attribute, None) for attribute in NAMES}


def test_each_type_is_judged_by_itself() -> None:
    """An object of one type says nothing of another, or of a type that was made from it."""

    class Pages(list[int]):
        """A list of one's own."""

    sandbox = Sandbox()
    assert sandbox.is_safe_attribute((), "append", None)
    assert not sandbox.is_safe_attribute(Pages(), "append", None)
    assert not sandbox.is_safe_attribute([], "append", None)
