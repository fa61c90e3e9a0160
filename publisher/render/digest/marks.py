"""The comments that the templates of a digest leave: where an entry stands, and what only the mail shows.

They pass the inliner as they are, and are taken out behind it.
"""

import re

from publisher.errors import ContentError, Place, Problem
from publisher.model.output import Span

_MARK = re.compile(r"<!--(/?)(mail|web|entry)(?: (\d+))?-->")
_MAIL = re.compile(r"<!--mail-->.*?<!--/mail-->", re.DOTALL)
_WEB = re.compile(r"<!--web-->.*?<!--/web-->", re.DOTALL)
_EDGE = re.compile(r"<!--/?(?:mail|web)-->\n?")


def check(html: str, entries: int) -> None:
    """Raise `ContentError` if a mark is not closed, or names an entry that did not begin.

    *entries* began. What only the mail or only the web shows may hold entries, but not each other.
    """
    open_: str | None = None
    for mark in _MARK.finditer(html):
        is_end, what, number = mark[1] == "/", mark[2], mark[3]
        if what == "entry":
            if not is_end and (number is None or int(number) >= entries):
                raise _error(f"{mark[0]} stands for no entry", "write begin(entry) and end")
        elif is_end == (open_ is None) or (is_end and what != open_):
            raise _error(
                f"{mark[0]} does not belong to what stands before it", f"close <!--{open_ or what}-->"
            )
        else:
            open_ = None if is_end else what
    if open_:
        raise _error(f"<!--{open_}--> is not closed", f"write <!--/{open_}--> behind it")


def for_web(html: str) -> str:
    """Return what the web page shows, without marks."""
    return _MARK.sub("", _MAIL.sub("", html))


def for_mail(html: str, paths: list[str]) -> tuple[str, tuple[Span, ...]]:
    """Return what the mail shows, without marks, and where each entry stands in it.

    *paths* are the files of the entries by the number in their marks.
    """
    html = _EDGE.sub("", _WEB.sub("", html))
    pieces: list[str] = []
    spans: list[Span] = []
    length, end, path, start = 0, 0, "", 0
    for mark in _MARK.finditer(html):
        piece = html[end : mark.start()]
        pieces.append(piece)
        length, end = length + len(piece), mark.end()
        if mark[3]:
            path, start = paths[int(mark[3])], length
        elif path:
            spans.append(Span(path, start, length))
    return "".join([*pieces, html[end:]]), tuple(spans)


def _error(message: str, hint: str) -> ContentError:
    return ContentError([Problem("template-error", Place("templates/email/digest.html"), message, hint)], 0)
