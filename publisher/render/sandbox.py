"""Jinja2's sandbox, with a short way for what templates do most: to look up, to call, to put out.

Whatever a template tries, it comes to what it comes to in Jinja2's own.
"""

import types
from collections import abc, deque
from typing import Any

import jinja2
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]

# What jinja2.sandbox.is_internal_attribute and modifies_known_mutable look at.
_WATCHED = (
    *(types.FunctionType, types.MethodType, type, types.CodeType, types.TracebackType, types.FrameType),
    *(types.GeneratorType, types.CoroutineType, types.AsyncGeneratorType),
    *(abc.MutableSet, abc.MutableMapping, abc.MutableSequence, deque),
)
_ENDED = "value was undefined because a callable raised a StopIteration exception"
_METHODS = (types.MethodType, types.BuiltinMethodType)


class _Compiler(CodeGenerator):
    """Jinja2's compiler; what a template puts out is escaped by `Sandbox.escape`.

    All of it is joined to one text in the end, so no piece needs be marked as escaped.
    """

    def _output_child_pre(self, node: jinja2.nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escape(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, with a short way for what it has nothing to say about.

    Of an object that is no function, class, frame, generator or mutable collection it refuses what
    begins with an underscore, and puts a safe one in the place of a text's own `format`; each type is
    looked at once. What is called it asks for marks, and a function without attributes bears none.
    """

    code_generator_class = _Compiler

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._harmless: dict[type, bool] = {}
        self._found: dict[str, jinja2.Template] = {}

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Tell whether a template may see *attr* of *obj*."""
        kind = type(obj)
        if kind not in self._harmless:
            self._harmless[kind] = not issubclass(kind, _WATCHED)
        if self._harmless[kind]:
            return not attr.startswith("_")
        return super().is_safe_attribute(obj, attr, value)

    @staticmethod
    def escape(value: Any) -> str:
        """Return *value* as HTML; what is marked as such stays as it is."""
        kind = type(value)
        if kind is str:
            return _escape_inner(value)
        return value if kind is Markup else escape(value)

    @staticmethod
    def html(text: str) -> str:
        """Return *text*, which is HTML, marked as such."""
        return Markup(text)  # noqa: S704 - the caller knows

    def get_template(
        self,
        name: Any,
        parent: str | None = None,
        globals: Any = None,  # noqa: A002 - Jinja2's own name
    ) -> jinja2.Template:
        """Return the template *name*; a page asks for two or three, a digest for a hundred."""
        if type(name) is not str or globals:
            return super().get_template(name, parent, globals)
        if name not in self._found:
            self._found[name] = super().get_template(name, parent)
        return self._found[name]

    def make_globals(self, d: abc.MutableMapping[str, Any] | None) -> dict[str, Any]:
        """Return what a template knows beside its context: a plain dict, which is quick to copy."""
        return {**self.globals, **(d or {})}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return what a template sees as *attribute* of *obj*."""
        if self._harmless.get(type(obj)) and attribute[0] != "_":
            value = getattr(obj, attribute, missing)
            if value is not missing:
                is_of_text = type(value) in _METHODS and isinstance(value.__self__, str)
                return super().getattr(obj, attribute) if is_of_text else value
        return super().getattr(obj, attribute)

    def call(
        self,
        context: Context,
        obj: Any,
        /,
        *arguments: Any,
        _block_vars: dict[str, Any] | None = None,
        _loop_vars: dict[str, Any] | None = None,
        **named: Any,
    ) -> Any:
        """Return what *obj* gives for the arguments that a template calls it with.

        *_block_vars* and *_loop_vars* are for functions that ask for the context.
        """
        kind = type(obj)
        if kind is Macro:
            return self._expanded(context, obj, arguments, named)
        function = obj.__func__ if kind is types.MethodType else obj
        if type(function) is not types.FunctionType or function.__dict__:
            named |= {"_block_vars": _block_vars, "_loop_vars": _loop_vars}
            return super().call(context, obj, *arguments, **named)
        try:
            return obj(*arguments, **named)
        except StopIteration:
            return self.undefined(_ENDED)

    def _expanded(
        self, context: Context, macro: Any, arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Any:
        """Return what *macro* comes to, as Jinja2's `Macro` does it; calls by place alone need less care."""
        spare = macro._argument_count - len(arguments)  # noqa: SLF001 - there is no other door
        try:
            if named or spare < 0 or macro.caller or macro.catch_kwargs or macro.catch_varargs:
                return macro(context.eval_ctx, *arguments, **named)
            text = macro._func(*arguments, *[missing] * spare) if spare else macro._func(*arguments)  # noqa: SLF001
        except StopIteration:
            return self.undefined(_ENDED)
        return str.__new__(Markup, text) if context.eval_ctx.autoescape else text
