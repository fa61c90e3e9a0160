"""The door to feedgen and lxml: what they write around the words of a feed.

feedgen's gaps, each held by a test: links of entries lose their attributes in Atom
(lkiesow/python-feedgen#135), RSS gets one self link and no other (#122), dates of RSS go through
setlocale, and there is no stylesheet, no language of an entry, no RFC 5005 and no Media RSS beside
the entry. `_FeedHook` and `_EntryHook` write these; feedgen writes the rest. Where no time is given
it takes the clock, so every time is given. Both take long to load, so only who needs a new form does.
"""

import re
from datetime import UTC, datetime
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.model import address
from publisher.render.feeds.forms import labels_in, numeric

_ATOM = "http://www.w3.org/2005/Atom"
_DC = "http://purl.org/dc/elements/1.1/"
_FH = "http://purl.org/syndication/history/1.0"
_MEDIA = "http://search.yahoo.com/mrss/"
_XHTML = "http://www.w3.org/1999/xhtml"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_TITLE = re.compile(rb"<title>[^<]*</title>")
_TYPES = {address.ATOM: "application/atom+xml", address.RSS: "application/rss+xml"}
_SOME_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_HOOK = "publisher"


def written(name: str, head: dict[str, str], ttl: int, values: dict[str, str] | None = None) -> bytes:
    """Return a feed that says *head*, with one entry that says *values*, or with none.

    It is in the format of the file *name*, atom.xml or rss.xml. *ttl* is how many minutes RSS says that it
    stays the same.
    """
    made = generator(name, head, ttl)
    if values:
        made.add_entry(entry(values))
    return as_bytes(made, name)


def as_bytes(made: FeedGenerator, name: str) -> bytes:
    """Return the feed that was *made* in the format of the file *name*."""
    if name == address.ATOM:
        return bytes(made.atom_str())
    return _TITLE.sub(lambda found: numeric(found[0]), bytes(made.rss_str()))


def generator(name: str, head: dict[str, str], ttl: int) -> FeedGenerator:
    """Return what makes a feed; feedgen wants a time, so the hook writes the one to tell."""
    made = FeedGenerator()
    made.id(head["id"])
    made.title(head["title"])
    made.description(head["description"])
    made.language(head["lang"])
    made.author({"name": head["author"]})
    made.generator("publisher")
    made.updated(_SOME_TIME)
    made.lastBuildDate(_SOME_TIME)
    made.ttl(ttl)
    made.docs("https://www.rssboard.org/rss-specification")
    if "rights" in head:
        made.rights(head["rights"])
    links = [{"rel": "self", "href": head["here"], "type": _TYPES[name]}]
    if "hub" in head:
        links.append({"rel": "hub", "href": head["hub"]})
    links += [
        {"rel": rel, "href": head[rel], "type": _TYPES[name]}
        for rel in ("prev-archive", "current")
        if rel in head
    ]
    made.link(href=head["here"], rel="self", type=_TYPES[name])
    made.link(href=head["home"], rel="alternate", type="text/html")  # last: RSS takes the last one
    made.register_extension(_HOOK, _FeedHook, None)
    made.publisher.head, made.publisher.links = head, links
    return made


def _invite(head: dict[str, str], subtitle: Any) -> None:
    """Say in a browser what this is, with a link to the site; readers show it as the feed's subtitle."""
    subtitle.attrib["type"] = "xhtml"
    words, subtitle.text = subtitle.text, None
    division = etree.SubElement(subtitle, f"{{{_XHTML}}}div", nsmap={None: _XHTML})
    _element(division, f"{{{_XHTML}}}p", words)
    note = _element(division, f"{{{_XHTML}}}p", head["invitation"])
    link = _element(note, f"{{{_XHTML}}}a", head["way"])
    link.attrib["href"] = head["home"]


class _FeedHook(BaseExtension):  # type: ignore[misc]
    """What feedgen does not write about a feed."""

    head: dict[str, str]
    links: list[dict[str, str]]

    def extend_ns(self) -> dict[str, str]:
        """Return the prefixes to declare once, at the top."""
        return {"dc": _DC, "media": _MEDIA} | ({"fh": _FH} if "current" in self.head else {})

    def extend_atom(self, feed: Any) -> Any:
        """Replace the links, mark an archive, name the stylesheet."""
        for link in feed.findall("link"):
            if link.get("rel") == "self":
                feed.remove(link)
        place = feed.index(feed.find("link"))
        for number, link in enumerate(self.links):
            feed.insert(place + number, etree.Element("link", link))
        if "current" in self.head:
            feed.insert(0, etree.Element(f"{{{_FH}}}archive"))
        feed.find("updated").text = self.head["updated"]
        _invite(self.head, feed.find("subtitle"))
        self._name_stylesheet(feed)
        return feed

    def extend_rss(self, rss: Any) -> Any:
        """Add the links that feedgen drops, and name the stylesheet."""
        channel = rss.find("channel")
        channel.find("lastBuildDate").text = self.head["updated"]
        for link in self.links:
            if link["rel"] != "self":
                etree.SubElement(channel, f"{{{_ATOM}}}link", link)
        self._name_stylesheet(rss)
        return rss

    def _name_stylesheet(self, root: Any) -> None:
        style = self.head["stylesheet"]
        root.addprevious(etree.ProcessingInstruction("xml-stylesheet", f'type="text/css" href="{style}"'))


class _EntryHook(BaseEntryExtension):  # type: ignore[misc]
    """What feedgen does not write about an entry."""

    values: dict[str, str]

    def extend_atom(self, entry: Any) -> Any:
        """Write language, times, links with all their attributes, and the picture."""
        values = self.values
        entry.attrib[_LANG] = values["lang"]
        entry.find("updated").text = values["updated"]
        page = {"rel": "alternate", "href": values["url"], "type": "text/html", "hreflang": values["lang"]}
        etree.SubElement(entry, "link", page)
        if "recording-url" in values:
            file = {"type": values["recording-type"], "length": values["recording-length"]}
            etree.SubElement(entry, "link", {"rel": "enclosure", "href": values["recording-url"]} | file)
        _element(entry, "published", values["published"])
        _add_picture(entry, values)
        return entry

    def extend_rss(self, entry: Any) -> Any:
        """Write summary, link, author, times, recording and picture."""
        values = self.values
        if "rss-summary" in values:
            entry.find("description").text = values["rss-summary"]
        _element(entry, "link", values["url"])
        _element(entry, f"{{{_DC}}}creator", values["author"])
        _element(entry, "pubDate", values["rss-date"])
        if "rss-updated" in values:
            _element(entry, f"{{{_ATOM}}}updated", values["rss-updated"])
        if "recording-url" in values:
            file = {"length": values["recording-length"], "type": values["recording-type"]}
            etree.SubElement(entry, "enclosure", {"url": values["recording-url"]} | file)
        _add_picture(entry, values)
        return entry


def entry(values: dict[str, str]) -> FeedEntry:
    """Return an entry that says *values*; feedgen wants a time, so the hook writes the one to tell."""
    entry = FeedEntry()
    entry.id(values["id"])  # for RSS: a guid with isPermaLink="false"
    entry.title(values["title"])
    entry.updated(_SOME_TIME)
    entry.author({"name": values["author"]})
    if "summary" in values:
        entry.summary(values["summary"])
    entry.content(values["html"], type="html")
    entry.category([{"term": term, "label": words} for term, words in labels_in(values)])
    entry.register_extension(_HOOK, _EntryHook)
    entry.publisher.values = values
    return entry


def _element(parent: Any, name: str, text: str) -> Any:
    made = etree.SubElement(parent, name)
    made.text = text
    return made


def _add_picture(entry: Any, values: dict[str, str]) -> None:
    """Write the picture as Media RSS (rssboard.org/media-rss), which also Atom readers know."""
    if "picture-url" not in values:
        return
    file = {
        "url": values["picture-url"],
        "medium": "image",
        "type": values["picture-type"],
        "fileSize": values["picture-length"],
        "width": values["picture-width"],
        "height": values["picture-height"],
    }
    content = etree.SubElement(entry, f"{{{_MEDIA}}}content", file, nsmap={"media": _MEDIA})
    _element(content, f"{{{_MEDIA}}}description", values["picture-description"]).attrib["type"] = "plain"
    if "picture-credit" in values:
        _element(content, f"{{{_MEDIA}}}credit", values["picture-credit"])
