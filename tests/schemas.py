"""What consumers of structured data need, as a table, and what of it a document does not keep.

Sources: schema.org/NewsArticle, /Event, /BreadcrumbList, /ImageObject, /Organization, /WebSite and
/CollectionPage for the types of values; for what is needed the pages `article`, `event`, `breadcrumb` and
`organization` of developers.google.com/search/docs/appearance/structured-data. True is what consumers ask
for, and what every page of ours has; False is what it has where the entry does.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

Leads = Callable[[str], bool]
"""Tells whether there is something at a whole address of the newsletter."""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]+)*")
# (property, type, required): `|` parts types of which one is enough, `*` marks a list of one or more.
TABLE: dict[str, list[tuple[str, str, bool]]] = {
    "Organization": [("name", "text", True), ("url", "url", True), ("logo", "ImageObject", False)],
    "WebSite": [
        ("url", "url", True),
        ("name", "text", True),
        ("description", "text", False),
        ("inLanguage", "language", False),
        ("publisher", "Organization", False),
    ],
    "NewsArticle": [
        ("headline", "headline", True),
        ("datePublished", "time", True),
        ("dateModified", "time", True),
        ("author", "Organization", True),
        ("publisher", "Organization", True),
        ("mainEntityOfPage", "WebPage", True),
        ("inLanguage", "language", True),
        ("isPartOf", "WebSite", True),
        ("description", "text", True),
        ("image", "ImageObject*", False),
    ],
    "Event": [
        ("name", "text", True),
        ("startDate", "time|day", True),
        ("location", "Place|VirtualLocation|Place+VirtualLocation", True),
        ("endDate", "time|day", False),
        ("eventStatus", "eventStatus", True),
        ("eventAttendanceMode", "eventAttendanceMode", True),
        ("organizer", "Organization", True),
        ("description", "text", True),
        ("inLanguage", "language", True),
        ("url", "url", True),
        ("image", "ImageObject*", False),
    ],
    "Place": [("name", "text", True), ("address", "text", True)],
    "VirtualLocation": [("url", "url", True)],
    "BreadcrumbList": [("itemListElement", "ListItem*", True)],
    "ListItem": [("position", "number", True), ("name", "text", True), ("item", "url", True)],
    "ImageObject": [
        ("url", "url", True),
        ("width", "number", True),
        ("height", "number", True),
        ("caption", "text", False),
    ],
    "WebPage": [
        ("url", "url", False),
        ("name", "text", False),
        ("description", "text", False),
        ("inLanguage", "language", False),
        ("isPartOf", "WebSite", False),
    ],
}
TABLE["CollectionPage"] = [(name, kind, True) for name, kind, _ in TABLE["WebPage"]]
_ELSEWHERE = {"WebSite"}  # what a page may name without telling of it: its home page does
_NEEDS_ID = {"Organization", "WebSite", "NewsArticle", "Event", "BreadcrumbList", "WebPage", "CollectionPage"}


def faults(document: Any, top: str, leads: Leads) -> list[str]:
    """Return what is wrong with *document*, the structured data of a page of the newsletter at *top*."""
    return list(_Graph(document, top, leads).faults())


class _Graph:
    """The nodes of one *document*."""

    def __init__(self, document: Any, top: str, leads: Leads) -> None:
        self.document, self.top, self.leads = document, top, leads
        self.nodes = document["@graph"]
        self.by_name = {node.get("@id", ""): node for node in self.nodes}

    def faults(self) -> Iterator[str]:
        if set(self.document) != {"@context", "@graph"} or self.document["@context"] != "https://schema.org":
            yield f"not one graph of schema.org: {sorted(self.document)}"
        if len(self.by_name) < len(self.nodes):
            yield "two nodes have one @id"
        for node in self.nodes:
            yield from self.node(node, "")
            if node.get("@type") == "BreadcrumbList":
                steps = [step.get("position") for step in node["itemListElement"]]
                if len(steps) < 2 or steps != list(range(1, len(steps) + 1)):  # Google: at least two
                    yield f"steps {steps}"

    def node(self, node: dict[str, Any], place: str) -> Iterator[str]:
        kind = node.get("@type", "")
        if kind not in TABLE:
            yield f"{place}no type {kind!r}"
            return
        if kind in _NEEDS_ID and not is_url(node.get("@id")):
            yield f"{place}{kind} without an absolute @id"
        is_link = kind == "WebPage" and set(node) == {"@type", "@id"}
        for name, types, is_required in TABLE[kind]:
            if name in node:
                yield from self.value(node[name], types, f"{place}{kind}.{name}")
            elif is_required and not is_link:
                yield f"{place}{kind}.{name} is missing"
        known = {"@type", "@id", *(name for name, _, _ in TABLE[kind])}
        yield from (f"{place}{kind}.{name} is not in the table" for name in set(node) - known)

    def value(self, value: Any, types: str, where: str) -> Iterator[str]:
        """Yield what is wrong with *value* by the one of *types* that it comes nearest to."""
        found = [list(self.one(value, kind, where)) for kind in types.split("|")]
        yield from min(found, key=len)

    def one(self, value: Any, kind: str, where: str) -> Iterator[str]:
        if kind.endswith("*") or "+" in kind:
            yield from self.several(value, kind, where)
        elif kind in PLAIN:
            if not PLAIN[kind](value):
                yield f"{where}: {value!r} is no {kind}"
            elif kind == "url" and value.startswith(self.top) and not self.leads(value):
                yield f"{where}: there is nothing at {value}"
        elif isinstance(value, dict) and set(value) == {"@id"}:
            yield from self.reference(value["@id"], kind, where)
        elif not isinstance(value, dict) or value.get("@type") != kind:
            yield f"{where}: {value!r} is no {kind}"
        else:
            yield from self.node(value, f"{where} > ")

    def several(self, value: Any, kind: str, where: str) -> Iterator[str]:
        if not isinstance(value, list) or not value:
            yield f"{where}: no list of {kind}"
            return
        kinds = kind.split("+") if "+" in kind else [kind[:-1]] * len(value)
        if len(value) != len(kinds):
            yield f"{where}: not {kind}"
        for part, one in zip(value, kinds, strict=False):
            yield from self.one(part, one, where)

    def reference(self, name: str, kind: str, where: str) -> Iterator[str]:
        target = self.by_name.get(name)
        if target is None and not (kind in _ELSEWHERE and is_url(name)):
            yield f"{where}: nobody tells of {name}"
        elif target is not None and target["@type"] != kind:
            yield f"{where}: {target['@type']} is no {kind}"


def is_url(value: Any) -> bool:
    """Tell whether *value* is a whole web address."""
    return isinstance(value, str) and re.fullmatch(r"https?://[^/\s\"<>]+/[^\s\"<>]*", value) is not None


def is_time(value: Any) -> bool:
    """Tell whether *value* is a moment with its offset from UTC, to the second."""
    try:
        return len(value) in {20, 25} and datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def is_day(value: Any) -> bool:
    """Tell whether *value* is a day."""
    try:
        return _DAY.fullmatch(value) is not None and bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def is_text(value: Any) -> bool:
    """Tell whether *value* says something."""
    return isinstance(value, str) and value.strip() != ""


PLAIN: dict[str, Callable[[Any], bool]] = {
    "text": is_text,
    "headline": lambda value: is_text(value) and len(value) <= 110,
    "url": is_url,
    "time": is_time,
    "day": is_day,
    "number": lambda value: isinstance(value, int) and value > 0,
    "language": lambda value: is_text(value) and _LANGUAGE.fullmatch(value) is not None,
    "eventStatus": lambda value: value == "https://schema.org/EventScheduled",
    "eventAttendanceMode": lambda value: (
        value in {f"https://schema.org/{mode}EventAttendanceMode" for mode in ("Online", "Offline", "Mixed")}
    ),
}
