"""A mail, or a page of the site, as the preview shows it: in one look, with ways into the preview. Pure."""

import html
import re
from collections.abc import Iterable, Mapping
from typing import Literal

from publisher.model.output import Span

Look = Literal["light", "dark", "inverted"]
LOOKS: tuple[Look, ...] = ("light", "dark", "inverted")
_DARK = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)", re.IGNORECASE)
_LIGHT = re.compile(r"\(\s*prefers-color-scheme\s*:\s*light\s*\)", re.IGNORECASE)
_ALWAYS, _NEVER = "(min-width: 0)", "(max-width: 0)"
_LINK = re.compile(r"<a\b[^>]*>")
# What apps do that know no dark colours of ours: all colours turned, pictures turned back.
_TURN = "filter: invert(1) hue-rotate(180deg);"
_TURNED = f"html {{ background: #fff; {_TURN} }} img {{ {_TURN} }}"
_MARK = (
    '<span style="display:inline-block;margin:0 .4em 0 0;padding:0 .4em;border-radius:3px;background:#7a4b00;'
    'color:#fff;font:bold 12px/18px sans-serif;text-transform:none">{words}</span>'
)


def mail_frame(mail: str, url: str, look: Look) -> str:
    """Return the HTML *mail* in *look*; addresses of the newsletter at *url* lead into the preview.

    Links open in a new window, since a mail stands in a frame.
    """
    scheme = "dark" if look == "dark" else "light"
    mail = _DARK.sub(_ALWAYS if look == "dark" else _NEVER, mail)
    mail = _LIGHT.sub(_NEVER if look == "dark" else _ALWAYS, mail)
    style = f":root {{ color-scheme: {scheme} !important; }}" + (_TURNED if look == "inverted" else "")
    head = f'<base target="_blank"><style>{style}</style></head>'
    return mail.replace("</head>", head, 1).replace(f'="{html.escape(url)}', '="/')


def marked_mail(mail: str, spans: Iterable[Span], marks: Mapping[str, str]) -> str:
    """Return the HTML *mail* with a mark in the first link of each entry whose file *marks* names."""
    for span in sorted(spans, key=lambda span: -span.start):
        words = marks.get(span.path)
        link = _LINK.search(mail, span.start, span.end) if words else None
        if words and link:
            mail = mail[: link.end()] + _MARK.format(words=words) + mail[link.end() :]
    return mail


def marked_page(page: str, marks: Mapping[str, str]) -> str:
    """Return the HTML *page* with a mark in each link to an address that *marks* names."""
    if not marks:
        return page
    wanted = {html.escape(address): words for address, words in marks.items()}

    def mark(found: re.Match[str]) -> str:
        words = wanted.get(found[1])
        return found[0] + _MARK.format(words=words) if words else found[0]

    return re.sub(r'<a\b[^>]*\bhref="([^"]*)"[^>]*>', mark, page)


def with_notice(page: str, notice: str, tail: str) -> str:
    """Return the HTML *page* with *notice* at the top of its body and *tail* at its end."""
    page = re.sub(r"<body\b[^>]*>", lambda found: found[0] + notice, page, count=1)
    head, end, rest = page.rpartition("</body>")
    return head + tail + end + rest if end else page + tail
