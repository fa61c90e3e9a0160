"""Stylesheets as lists of rules: enough of CSS for what mails may say."""

import re
from dataclasses import dataclass
from functools import lru_cache

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_TOKEN = re.compile(r"\"[^\"]*\"|'[^']*'|[{};]")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*((?:[^;\"'(]|\"[^\"]*\"|'[^']*'|\([^)]*\))*)")
_IMPORTANT = re.compile(r"\s*!\s*important\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Declaration:
    """`name: value`, the name in lower case, and whether `!important` stands behind."""

    name: str
    value: str
    important: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its selectors, its declarations, and the at-rules around it from the outside in."""

    selectors: tuple[str, ...]
    declarations: tuple[Declaration, ...]
    around: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A stylesheet: its rules, and its at-rules, each with those around it."""

    rules: tuple[Rule, ...]
    at_rules: tuple[tuple[str, tuple[str, ...]], ...]


def without_comments(css: str) -> str:
    """Return *css* with a space for each comment."""
    return _COMMENT.sub(" ", css)


@lru_cache(maxsize=16)
def parse_sheet(css: str) -> Sheet:
    """Return the rules of *css*; what is no rule is passed over."""
    css = without_comments(css)
    rules: list[Rule] = []
    at_rules: list[tuple[str, tuple[str, ...]]] = []
    around: list[str] = []
    start = 0
    for token in _TOKEN.finditer(css):
        words = css[start : token.start()].strip()
        match token.group():
            case "{":
                if words.startswith("@"):
                    at_rules.append((words, tuple(around)))
                around.append(words)
            case "}" if around:
                prelude = around.pop()
                if words:
                    rules.append(_rule(prelude, words, around))
            case ";" if words.startswith("@"):
                at_rules.append((words, tuple(around)))
            case "}":
                pass  # it closes nothing
            case _:
                continue  # a string, or the end of a declaration
        start = token.end()
    return Sheet(tuple(rules), tuple(at_rules))


def _rule(prelude: str, body: str, around: list[str]) -> Rule:
    if prelude.startswith("@"):  # @font-face and its like: declarations without a selector
        return Rule((), declarations(body), (*around, prelude))
    selectors = tuple(part.strip() for part in prelude.split(","))
    return Rule(selectors, declarations(body), tuple(around))


@lru_cache(maxsize=4096)
def declarations(text: str) -> tuple[Declaration, ...]:
    """Return the declarations of a rule or of a style attribute."""
    found = []
    for match in _DECLARATION.finditer(text):
        name, value = match.group(1).lower(), match.group(2).strip()
        bare = _IMPORTANT.sub("", value)
        found.append(Declaration(name, bare, bare != value))
    return tuple(found)
