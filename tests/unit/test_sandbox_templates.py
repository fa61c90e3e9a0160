"""What templates come to in our sandbox: the same as in Jinja2's own, whatever they try."""

import functools
import re
import types
from typing import Any

import pytest
from builders import an_entry
from jinja2 import StrictUndefined, pass_context, pass_environment, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment, unsafe
from markupsafe import Markup

from publisher.render.sandbox import Sandbox

_AT = re.compile(" at 0x[0-9a-f]+")  # where an object lies


def _generator() -> Any:
    yield 1


_TRACE: types.TracebackType | None = None
try:
    int("no number")
except ValueError as _error:
    _TRACE = _error.__traceback__


class _Guarded:
    """What a template may meet: methods with marks, and attributes that are not what they seem."""

    title = "words"
    shape = "{0.__class__.__mro__}".format
    _hidden = "hidden"

    def __call__(self, *words: str) -> str:
        return f"called with {words}"

    def __getitem__(self, name: str) -> str:
        return {"item": "an item"}[name]

    @property
    def broken(self) -> str:
        """Fail as an attribute that is not there does."""
        raise AttributeError("broken")

    @unsafe
    def delete(self) -> str:
        """Do what no template may."""
        return "deleted"

    def save(self) -> str:
        """Do what no template may, in Django's way of saying so."""
        return "saved"

    save.alters_data = True  # type: ignore[attr-defined]

    @pass_context
    def within(self, context: Any, name: str) -> str:
        """Return what the template knows as *name*."""
        return str(context.get(name))

    def plain(self, *words: str, **named: str) -> str:
        """Return what it was called with."""
        return f"{words} {sorted(named.items())}"

    def ended(self) -> str:
        """End as an iterator does."""
        raise StopIteration


@pass_environment
def _of_environment(environment: Any) -> str:
    return str(environment.sandboxed)


@pass_eval_context
def _of_evaluation(evaluation: Any) -> str:
    return str(evaluation.autoescape)


def _function(*words: str, **named: str) -> str:
    return f"{words} {sorted(named.items())}"


def _known() -> dict[str, Any]:
    """Return what templates know, fresh for each."""
    frame = _TRACE.tb_frame if _TRACE else None
    return {
        "entry": an_entry(),
        "guarded": _Guarded(),
        "kind": _Guarded,
        "function": _function,
        "frame": frame,
        "items": [1],
        "table": {"a": 1},
        "set": {1},
        "generator": _generator(),
        "module": types,
        "environment_of": _of_environment,
        "evaluation_of": _of_evaluation,
        "text": Markup("<{}>"),
        "partial": functools.partial(_function, "first"),
        "remembered": functools.lru_cache(_function),
    }


# Lets the sandbox judge each type before the attack, as a page does that begins harmlessly.
_SEEN = "{{ 'a'.upper() }} {{ text.upper() }} {{ guarded.title }} {{ entry.title }}"
TEMPLATES = (
    # what formats a text
    "{{ '{0.__class__.__mro__}'.format(1) }}",
    "{{ '{x.__class__}'.format_map({'x': 1}) }}",
    "{{ '{}'.format(1) }}",
    "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    "{{ text.format('<b>') }}",
    "{{ text.format_map({}) }}",
    "{{ guarded.shape(1) }}",
    "{{ guarded['shape'](1) }}",
    "{{ (guarded | attr('shape'))(1) }}",
    "{{ ('{0.__globals__}' | safe).format(function) }}",
    "{{ '{0._hidden}'.format(guarded) }}",
    # what begins with an underscore, by each way to an attribute
    "{{ guarded._hidden }}",
    "{{ guarded['_hidden'] }}",
    "{{ guarded | attr('_hidden') }}",
    "{{ guarded['__class__'] }}",
    "{{ entry.__class__ }}",
    "{{ [entry] | map(attribute='__class__') | list }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ [guarded] | groupby('_hidden') }}",
    "{{ [guarded] | sum(attribute='__class__') }}",
    "{{ entry | attr('') }}",
    # functions, classes, frames, generators
    "{{ function.__globals__ }}",
    "{{ function.__code__ }}",
    "{{ function.__defaults__ }}",
    "{{ guarded.plain.__func__ }}",
    "{{ guarded.plain.__self__ }}",
    "{{ kind.mro() }}",
    "{{ kind.__subclasses__() }}",
    "{{ frame.f_globals }}",
    "{{ frame.f_back }}",
    "{{ generator.gi_frame }}",
    "{{ generator.gi_code }}",
    "{{ generator.send(none) }}",
    "{{ module.sys }}",
    # what changes
    "{{ items.append(2) }}",
    "{{ items.clear }}",
    "{{ items.sort() }}",
    "{{ table.update({}) }}",
    "{{ table.pop('a') }}",
    "{{ set.add(2) }}",
    "{{ set.discard(1) }}",
    "{{ table.items() | list }}",
    "{{ items | attr('append') }}",
    # marks of what is called
    "{{ guarded.delete() }}",
    "{{ guarded.save() }}",
    "{{ kind.save(guarded) }}",
    "{{ guarded.within('lang') }}",
    "{% set a = guarded.save %}{{ a() }}",
    "{{ environment_of() }}",
    "{{ evaluation_of() }}",
    "{{ guarded('a') }}",
    "{% for n in items %}{% set m = n %}{{ guarded.within('m') }}{{ function(m, x=1) }}{% endfor %}",
    "{% block b scoped %}{% set q = 1 %}{{ guarded.within('q') }}{{ function(x='y') }}{% endblock %}",
    "{{ partial('a', b='c') }}",
    "{{ remembered('a') }}",
    "{{ 'a'.upper() }}",
    "{{ kind().title }}",
    "{{ guarded.ended() }}",
    "{{ function(self='a', context='b', obj='c') }}",
    "{{ guarded.plain(*['a'], **{'_block_vars': 1, 'd': 2}) }}",
    # macros
    "{% macro m(a, b='<c>') %}{{ [a, b, kwargs, varargs] }}{% endmacro %}{{ m('<x>', 2, 3, k=1) }}{{ m() }}",
    "{% macro m(a) %}{{ caller('<x>') }}{{ a }}{% endmacro %}{% call(y) m('b') %}{{ y }}{% endcall %}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m('<x>') }}{{ m('a', 'b') }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{% autoescape 0 %}{{ m('<x>') }}<y>{% endautoescape %}",
    (
        "{% macro m(a) %}{{ a }}{% endmacro %}{% set n = namespace(x='') %}"
        "{% autoescape 0 %}{% set n.x = m('<x>') %}{% endautoescape %}{{ n.x }}"
    ),
    "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m('<x>') }}{{ m('<x>', '<y>') }}{{ m(b=1, a=2) }}",
    "{% macro m(a, b=2) %}{{ b }}{{ a }}{% endmacro %}{{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ [m('<x>')] }}{{ m('<x>') ~ '<y>' }}{{ m(m('<x>')) }}",
    "{% macro m(caller=1) %}{{ caller }}{% endmacro %}{{ m() }}{{ m('<x>') }}",
    "{% macro m(a) %}{{ guarded.ended() }}{{ varargs }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ kwargs }}{% endmacro %}{{ m(1) }}{{ m(1, b='<c>') }}",
    "{% autoescape 0 %}{% macro m(a) %}{{ a }}{% endmacro %}{{ [m('<x>')] }}{% endautoescape %}{{ m(1) }}",
    # what is put out
    "{{ '<a> & \"b\"' }}{{ text }}{{ none }}{{ 1 }}{{ 1.5 }}{{ items }}{{ table }}{{ '<b>' | safe }}{{ '' }}",
    "{{ '<' ~ text }}{{ text ~ '<' }}{{ ['<', text] | join('>') }}{{ text | safe | upper }}{{ text | e }}",
    "{% set x %}<b>{{ '<i>' }}</b>{% endset %}{{ x }}{{ [x] }}{{ x | upper }}",
    "{% filter upper %}<b>{{ '<i>' }}</b>{% endfilter %}{% filter e %}{{ '<' }}{% endfilter %}",
    "{% block a %}{{ '<' }}{{ text }}{% endblock %}{{ self.a() }}{{ [self.a()] }}",
    "{% autoescape false %}{{ '<a>' }}{{ text }}{% endautoescape %}{{ '<a>' }}",
    "{% autoescape items[0] > 0 %}{{ '<a>' }}{{ text }}{% endautoescape %}",
    "{% for n in ['<', text] recursive %}{{ n }}{{ loop.cycle('<', '>') }}{% endfor %}",
    "{{ nothing }}",
    "{{ guarded.title }}{{ guarded.missing }}",
    # the rest
    "{{ range(10 ** 10) }}",
    "{{ range(3) | list }}",
    "{{ guarded.broken }}",
    "{{ guarded.item }}",
    "{{ guarded.missing }}",
    "{{ entry.titel }}",
    "{{ table.a }}",
    "{{ table.items }}",
    "{{ nothing.x }}",
    "{{ none.x }}",
    "{{ entry['title'] }}",
)


@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_come_to_the_same(template: str) -> None:
    """A template gives with ours what it gives with Jinja2's, or fails in the same words, also again."""

    def outcome(sandbox: ImmutableSandboxedEnvironment) -> list[str]:
        found = []
        sandbox.from_string(_SEEN).render(_known())
        for _ in range(2):
            known = _known()
            try:
                found.append(sandbox.from_string(template, globals={"lang": "en"}).render(known))
            except Exception as error:  # noqa: BLE001 - whatever comes, both must raise it
                found.append(f"{type(error).__name__}: {error}")
            found.append(f"{known['items']} {known['table']} {known['set']}")
        return [_AT.sub("", text) for text in found]

    options: dict[str, Any] = {"autoescape": True, "undefined": StrictUndefined, "extensions": []}
    theirs = outcome(ImmutableSandboxedEnvironment(**options))
    assert outcome(Sandbox(**options)) == theirs
    assert "[1] {'a': 1} {1}" in theirs


@pytest.mark.parametrize(
    "template",
    [
        *("{{ '{0.__class__}'.format(1) }}", "{{ guarded.shape(1) }}", "{{ function.__globals__ }}"),
        *("{{ generator.gi_frame }}", "{{ items.append(2) }}", "{{ table.update({}) }}", "{{ set.add(2) }}"),
        *("{{ guarded.delete() }}", "{{ guarded.save() }}", "{{ guarded | attr('_hidden') }}"),
    ],
)
def test_what_is_unsafe_is_refused(template: str) -> None:
    """No template comes to classes, globals and frames, or changes what it was given."""
    sandbox = Sandbox(undefined=StrictUndefined)
    sandbox.from_string(_SEEN).render(_known())
    with pytest.raises(SecurityError):
        sandbox.from_string(template).render(_known())
