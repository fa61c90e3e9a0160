"""Markdown to HTML that is safe anywhere, and what the text refers to.

pyromark (pulldown-cmark) renders and tells the place of each element; it passes raw HTML and
`javascript:` on, so nh3 cleans what it gives. What nh3 would drop in silence is reported with its line.
"""

import html as entities
import re
from functools import lru_cache

import nh3
import pyromark
from msgspec.structs import replace

from publisher.entries.source import Mark, Source
from publisher.entries.walker import ATTRIBUTES, DEPTH_LIMIT, INLINE_TAGS, TAGS, Reference, Rendered, Walker
from publisher.model.rules import one_line

__all__ = [
    "TAGS",
    "Reference",
    "Rendered",
    "escape",
    "first_paragraph",
    "look_inline",
    "may_refer",
    "plain",
    "render",
    "render_inline",
]

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_DEFINITION_LIST
)
_CLASSES = {"div": {"footnote-definition"}, "sup": {"footnote-reference", "footnote-definition-label"}}
_CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={tag: names - {"class"} for tag, names in ATTRIBUTES.items()},
    allowed_classes=_CLASSES,
    clean_content_tags={"script", "style"},
    filter_style_properties={"text-align"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    strip_comments=True,
)
_INLINE_CLEANER = nh3.Cleaner(
    tags=INLINE_TAGS,
    attributes={"*": {"dir", "lang", "title"}, "a": {"href"}},
    clean_content_tags={"script", "style"},
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
)
_TEXT_CLEANER = nh3.Cleaner(tags=set(), clean_content_tags={"script", "style"})
_BETWEEN = re.compile(r"<(?:br|/p|/li|/h[2-6]|/t[dhr]|/d[dt])>")
_FIRST_PARAGRAPH = re.compile(r"<p>(.*?)</p>", re.DOTALL)
# What Markdown or HTML may give a meaning within a line, and what pyromark writes otherwise.
_MEANING = re.compile(r"[\\`*_~\[\]<>&\0\r]")
_MARK = "\ufeff"  # a byte order mark, which a parser of HTML takes out
# What a walk might note, in the HTML of Markdown without tags: pictures, headings with one #, and links,
# but for those to a whole address whose signs all stand for themselves.
_NOTABLE = re.compile(
    r"<(?:img|h1|a href=\""
    r"(?!https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[A-Za-z0-9/._~+,;=-]*)?\"))"
)
# HTML that the cleaner gives back as it is, but for the styles of cells, if pyromark made it of a text
# without tags: then < and > stand in nothing but tags. These tags pass and no others, so one that is not
# thought of is cleaned. Of those that may nest there are but a few, so that none nests too deep.
_TEXT = r"[^<]*+"
_ADDRESS = r"https?://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:/[A-Za-z0-9/._~+,;=-]*)?"
_FLAT = (
    r"<(?:/(?:p|li|a|em|strong|t(?:[dhr]|able|head|body)|h[2-6]|code|blockquote|[uo]l|del|pre)|p(?:re)?|li"
    rf"|a href=\"{_ADDRESS}\"|h[2-6]|code|t(?:[dhr]|able|head|body)"
    r"|t[hd] style=\"text-align: (?:left|center|right)\")>"
)
_NESTED = r"<(?:em|strong|[uo]l|blockquote|del|ol start=\"[0-9]+\")>"
_FEW = (DEPTH_LIMIT - 8) // 2  # each of these may nest by two, and what else there is by eight
_LINES = rf"{_TEXT}(?:{_FLAT}{_TEXT})*+"
_CLEAN = re.compile(rf"{_LINES}(?:{_NESTED}{_LINES}){{0,{_FEW}}}+")
_OTHER_ENTITY = re.compile(r"&(?!(?:lt|gt|amp);)")
# The same of one line, behind its first word.
_CLEAN_SENTENCE = re.compile(
    r"<p>x((?:[^<>&\r\0\xa0\ufeff]++|</?(?:em|strong|code|del)>|&(?:lt|gt|amp);)*+)</p>\n"
)
_CLEAN_TEXT = re.compile(r"(?:[^<>&\r\0\xa0\ufeff]++|&(?:lt|gt|amp);)*+")
_LIKE_TAG = re.compile(r"<[^ ]")
_NESTING = re.compile(r"<(?:blockquote|[uod]l|em|strong|del|div)\b")


def render(body: str, source: Source, first_line: int) -> Rendered:
    """Render *body*, whose first line is line *first_line* of *source*."""
    done = Rendered()
    if not body or body.isspace():
        return done
    html = pyromark.html(body, options=_OPTIONS)
    if not _may_hold_tags(body):
        if _is_clean(html):
            done.html = (_aligned(html) if "|" in body else html).strip()
            return done
        if not (_may_be_deep(html) or _NOTABLE.search(html)):
            done.html = _CLEANER.clean(html).strip()
            return done
    walker = Walker(body.encode(), source, first_line, done)
    if walker.walk(pyromark.events_with_range(body, options=_OPTIONS)):
        done.html = _CLEANER.clean(html).strip()
        walker.look_for_characters(done.html)
    return done


def _may_hold_tags(text: str) -> bool:
    """Tell whether Markdown may hold raw HTML, or an entity that gives a character that no text holds."""
    # Single signs are found many times as fast as two.
    return ("<" in text and _LIKE_TAG.search(text) is not None) or ("&" in text and "&#" in text)


def _is_clean(html: str) -> bool:
    """Tell whether the cleaner gives *html* back as it is, and it does not nest too deep."""
    return (
        _CLEAN.fullmatch(html) is not None
        and not ("\r" in html or "\0" in html or "\xa0" in html or _MARK in html)
        and not ("&" in html and _OTHER_ENTITY.search(html))
    )


def _may_be_deep(html: str) -> bool:
    """Tell whether *html* might nest too deep."""
    return len(_NESTING.findall(html)) > _FEW


def _aligned(html: str) -> str:
    """Write the styles of *html*'s cells as the cleaner does; `<` begins nothing but tags there."""
    return html.replace('<th style="text-align: ', '<th style="text-align:').replace(
        '<td style="text-align: ', '<td style="text-align:'
    )


@lru_cache(maxsize=1)  # what a summary refers to and what it says are asked one after the other
def render_inline(text: str) -> str:
    """Return one line of Markdown as HTML without blocks, for summaries."""
    if _is_plain(text):
        return one_line(text)
    html = pyromark.html(_as_sentence(text), options=pyromark.Options.ENABLE_STRIKETHROUGH)
    if not _may_hold_tags(text) and (found := _CLEAN_SENTENCE.fullmatch(html)):
        return found[1].strip()
    return _INLINE_CLEANER.clean(html).strip().removeprefix("x").strip()


def may_refer(text: str) -> bool:
    """Tell whether there may be anything in a summary for `look_inline` to note."""
    return not _is_plain(text) and ("[" in text or _may_hold_tags(text) or _may_be_deep(render_inline(text)))


def look_inline(text: str, source: Source, mark: Mark) -> Rendered:
    """Return what `render` notes of a summary, each once and at *mark*; its HTML is made elsewhere."""
    seen = Rendered()
    if not may_refer(text):
        return seen
    sentence = _as_sentence(text)
    walker = Walker(sentence.encode(), source, 1, seen)
    walker.walk(pyromark.events_with_range(sentence, options=_OPTIONS))
    walker.look_for_characters(render_inline(text))
    problems = [problem._replace(place=source.place(mark)) for problem in seen.problems]
    if any(reference.is_image for reference in seen.references):
        message = "a picture cannot stand in a summary"
        problems.append(source.error("html-not-allowed", mark, message, "put it into the text"))
    links = [replace(reference, mark=mark) for reference in seen.references if not reference.is_image]
    return Rendered("", list(dict.fromkeys(links)), list(dict.fromkeys(problems)))


@lru_cache(maxsize=2)  # asked three times of each summary
def _is_plain(text: str) -> bool:
    """Tell whether a line of Markdown is its own HTML, but for white space."""
    return not _MEANING.search(text) and _MARK not in text


def plain(html: str) -> str:
    """Return the words of *html*: no tags, no entities, white space folded."""
    if not ("<" in html or "&" in html or "\0" in html or _MARK in html):
        return one_line(html)
    text = html
    if not _CLEAN_TEXT.fullmatch(html):
        text = _TEXT_CLEANER.clean(_BETWEEN.sub(r"\g<0> ", html))
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&quot;", '"'), ("&amp;", "&")):
        text = text.replace(entity, character)
    return one_line(text)


def escape(text: str) -> str:
    """Return *text* as HTML."""
    return entities.escape(text, quote=False)


def first_paragraph(html: str) -> str:
    """Return the content of the first `<p>` of *html*, without pictures; "" if there is none."""
    for found in _FIRST_PARAGRAPH.finditer(html):
        if plain(words := found[1]):
            is_clean = _is_plain(words) and "\xa0" not in words
            return (words if is_clean else _INLINE_CLEANER.clean(words)).strip()
    return ""


def _as_sentence(text: str) -> str:
    """Put a word before *text*, so that nothing in it starts a list, a heading or a block of code."""
    return f"x {one_line(text)}"
