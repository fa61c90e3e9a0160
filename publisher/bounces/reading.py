"""From the bytes of a mail to what it says. Pure, by Python's own parser with limits; run it by `isolated`.

A mail is hostile until it is read: its size, lines, parts and depth are bounded before anything walks them,
and addresses in its header are scanned, not parsed, which takes seconds for twenty thousand of them.
"""

from collections.abc import Iterator
from email import message_from_bytes, message_from_string
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.policy import compat32
from typing import Any, TypeAlias

from publisher.bounces import odd
from publisher.bounces.classes import status_in
from publisher.bounces.returned import Returned, Sort

LARGEST = 1_000_000
_LINES, _PARTS, _DEPTH = 50_000, 60, 20
_HEADER, _TEXT, _SHOWN, _PATHS, _IDS = 65_536, 16_384, 500, 50, 10
Mail: TypeAlias = "Message[Any, Any]"

# Where a server writes to whom a mail that came back was sent.
_ENVELOPE = (
    "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Rcpt-To", "To", "Cc", "Resent-To",
)  # fmt: skip
_ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Autoresponse", "X-Auto-Reply", "X-Mail-Autoreply")
_AWAY = (
    "automatic reply", "auto-reply", "autoreply", "auto reply", "out of office", "auto:",
    "réponse automatique", "absence du bureau", "respuesta automática", "fuera de la oficina", "رد تلقائي",
    "automatische antwort",
    "abwesenheit", "risposta automatica", "resposta automática", "自动回复",
)  # fmt: skip
_COMPLAINTS = ("abuse", "fraud", "other", "opt-out", "opt-out-list", "unsubscribe")
_ACTIONS = {
    "failed": Sort.FAILURE, "error": Sort.FAILURE, "delayed": Sort.DELAY,
    "delivered": Sort.DELIVERED, "relayed": Sort.DELIVERED, "expanded": Sort.DELIVERED,
}  # fmt: skip
_BELOW = ("---", "return-path:", "received:", "message-id:")  # here what was sent begins


def read(data: bytes) -> Returned:
    """Return what the mail *data* says; one that breaks a limit is unreadable, and the reason is its text."""
    if len(data) > LARGEST:
        return unreadable("it is larger than 1 MB")
    lowered = data.lower()
    if data.count(b"\n") > _LINES or lowered.count(b"boundary") + lowered.count(b"message/") > _PARTS:
        return unreadable("it has too many parts or lines")
    try:
        mail = message_from_bytes(data, policy=compat32)
        parts = list(_parts(mail))
        if any(depth > _DEPTH for depth, _ in parts):
            return unreadable("its parts are nested too deep")
        return _said(mail, [part for _, part in parts])
    except Exception:  # noqa: BLE001 - Python's parser raises anything for broken mails: TypeError, CharsetError…
        return unreadable("it is broken")


def unreadable(reason: str) -> Returned:
    """Return what stands for a mail that cannot be read."""
    return Returned(Sort.UNREADABLE, text=reason)


def _parts(mail: Mail) -> Iterator[tuple[int, Mail]]:
    """Yield *mail* and all its parts in order, each with its depth."""
    waiting = [(0, mail)]
    while waiting:
        depth, part = waiting.pop()
        yield depth, part
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting += [(depth + 1, child) for child in reversed(inner) if isinstance(child, Message)]


def _said(mail: Mail, parts: list[Mail]) -> Returned:
    """Return what *mail* says: by its form first, then by its header, last by its words."""
    by_type: dict[str, list[Mail]] = {}
    for part in parts:
        by_type.setdefault(part.get_content_type(), []).append(part)
    sort, status, text = _report(mail, by_type)
    token = ""
    if sort is Sort.OTHER:
        token = _token(mail)
        if token:
            sort = Sort.UNSUBSCRIBE
        elif "message/delivery-status" not in by_type:  # a report that nobody understands is for people
            sort, status, text = _automatic(mail, by_type)
    headers = _returned_headers(parts, by_type)
    paths = [path for name in _ENVELOPE for path in _paths(_header(mail, name))]
    for fields in headers:
        for name in ("Return-Path", "Original-Mail-From", "X-Postfix-Sender"):
            paths += _paths(_header(fields, name))
    ids = [found for fields in headers if (found := _header(fields, "Message-ID").strip())]
    if sort is Sort.FAILURE and not ids:
        ids = list(_ids_in(_text(by_type, _TEXT * 4)))
    if sort is Sort.AUTOMATIC:
        ids += _header(mail, "In-Reply-To").split()
    return Returned(
        sort,
        status,
        text[:_SHOWN],
        tuple(dict.fromkeys(paths))[:_PATHS],
        tuple(dict.fromkeys(ids))[:_IDS],
        token,
        _header(mail, "Date").strip()[:80],
    )


def _report(mail: Mail, by_type: dict[str, list[Mail]]) -> tuple[Sort, str, str]:
    """Return what a report in a standard form says: sort, status and text; else `Sort.OTHER`."""
    for part in by_type.get("message/feedback-report", ()):
        kind = next((_header(fields, "Feedback-Type") for fields in _blocks(part)), "")
        sort = Sort.COMPLAINT if kind.strip().lower() in _COMPLAINTS else Sort.AUTOMATIC
        return sort, "", kind.strip()
    for part in by_type.get(
        "message/rfc822", ()
    ):  # Outlook.com's junk mail reports have no form but this line
        if any("X-HmXmrOriginalRecipient" in inner for inner in _blocks(part)):
            return Sort.COMPLAINT, "", "junk mail report"
    statuses = [
        *by_type.get("message/delivery-status", ()),
        *by_type.get("message/global-delivery-status", ()),
    ]
    found = [said for part in statuses for fields in _blocks(part) if (said := _recipient(fields))]
    for wanted in (Sort.FAILURE, Sort.DELAY, Sort.DELIVERED):
        for said in found:
            if said[0] is wanted:
                return said
    if "X-Failed-Recipients" in mail:  # Exim's older form
        words = _above(_text(by_type, _TEXT))
        return Sort.FAILURE, status_in(words), words
    return Sort.OTHER, "", ""


def _blocks(part: Mail) -> list[Mail]:
    """Return the groups of fields in a report."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        return []
    groups = [group for group in inner if isinstance(group, Message)]
    for group in list(groups):  # those of which Python's parser knows no form keep later groups as text
        rest = group.get_payload()
        if isinstance(rest, str) and rest.strip() and ":" in rest:
            groups.append(message_from_string(rest.lstrip()[:_TEXT], policy=compat32))
    return groups


def _recipient(fields: Mail) -> tuple[Sort, str, str] | None:
    """Return what a report says of one recipient; None if the group of *fields* is of none."""
    action = _header(fields, "Action").strip().lower()
    status = status_in(_header(fields, "Status"))
    text = " ".join(_header(fields, "Diagnostic-Code").split())
    if not action and not status:
        return None
    word = "".join(sign if sign.isalpha() else " " for sign in action).partition(" ")[0]
    by_status = {"5": Sort.FAILURE, "4": Sort.DELAY, "2": Sort.DELIVERED}
    sort = _ACTIONS.get(word) or by_status.get(status[:1])
    return (sort, status, text.partition(";")[2].strip() or text) if sort else None


def _token(mail: Mail) -> str:
    """Return what stands behind `unsubscribe` in the subject, else ""."""
    words = _words(_header(mail, "Subject")).split()
    return words[1] if len(words) == 2 and words[0].lower() == "unsubscribe" else ""  # noqa: PLR2004


def _automatic(mail: Mail, by_type: dict[str, list[Mail]]) -> tuple[Sort, str, str]:
    """Return what a mail without a standard form says: a note (RFC 3834, RFC 8098), or a failure."""
    submitted = _header(mail, "Auto-Submitted").strip().lower()
    is_note = submitted.startswith("auto-replied") or "message/disposition-notification" in by_type
    is_note = is_note or any(name in mail for name in _ROBOTS)
    is_note = is_note or "auto" in _header(mail, "Precedence").lower()
    is_note = is_note or _words(_header(mail, "Subject")).lower().strip().startswith(_AWAY)
    if is_note:
        return Sort.AUTOMATIC, "", ""
    said = _odd(mail, by_type)
    if said[0] is Sort.OTHER and submitted.startswith("auto-"):
        return Sort.AUTOMATIC, "", ""
    return said


def _odd(mail: Mail, by_type: dict[str, list[Mail]]) -> tuple[Sort, str, str]:
    """Return what a server says in a form of its own."""
    if not odd.is_from_a_server(mail):
        return Sort.OTHER, "", ""
    lasts = odd.failure(mail)
    if lasts is None:
        return Sort.OTHER, "", ""
    words = _above(_text(by_type, _TEXT))
    return (Sort.FAILURE if lasts else Sort.DELAY), status_in(words), words


# ---------------------------------------------------------------------- what was returned
def _returned_headers(parts: list[Mail], by_type: dict[str, list[Mail]]) -> list[Mail]:
    """Return the headers of the mails that a report encloses, and the fields of the report itself."""
    found: list[Mail] = []
    for kind in ("message/rfc822", "message/global", "message/feedback-report", "message/delivery-status"):
        for part in by_type.get(kind, ()):
            found += _blocks(part)[:2]
    for kind in ("text/rfc822-headers", "message/global-headers"):
        for part in by_type.get(kind, ()):
            found.append(message_from_string(_decoded(part, _HEADER), policy=compat32))
    return [fields for fields in found if fields is not parts[0]][:_IDS]


def _ids_in(text: str) -> Iterator[str]:
    """Yield the Message-IDs that stand in *text*, as servers quote a header."""
    for line in text.splitlines():
        name, colon, value = line.strip().lstrip("> ").partition(":")
        if colon and name.lower() == "message-id":
            yield value.strip()


def _paths(text: str) -> list[str]:
    """Return the addresses in *text* with a `+` in their name: only these may be return paths of ours."""
    if "+" not in text:
        return []
    for sign in '<>,;:"()[]\t\r\n':
        text = text.replace(sign, " ")
    found = (word for word in text.split(" ") if "+" in word and "@" in word and len(word) <= 320)  # noqa: PLR2004
    return [word for _, word in zip(range(_PATHS), found, strict=False)]


# ---------------------------------------------------------------------- words
def _text(by_type: dict[str, list[Mail]], limit: int) -> str:
    """Return the words for people, up to *limit* characters."""
    parts = by_type.get("text/plain", ())
    return "\n".join(_decoded(part, limit) for part in list(parts)[:3])[:limit]


def _above(text: str) -> str:
    """Return what a server says above the mail that it returns: words of our own issue mean nothing."""
    lines = list[str]()
    for line in text.splitlines():
        if lines and line.strip().lower().startswith(_BELOW):
            break
        lines.append(line.strip())
    return " ".join(" ".join(lines).split())[:4000]


def _decoded(part: Mail, limit: int) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    try:
        return data[:limit].decode(part.get_content_charset("utf-8"), "replace")
    except (LookupError, ValueError):
        return data[:limit].decode("latin-1")


def _header(mail: Mail, name: str) -> str:
    return str(mail.get(name, ""))[:_HEADER]


def _words(text: str) -> str:
    """Return the words of a header that may be encoded (RFC 2047)."""
    if "=?" not in text:
        return text
    try:
        return str(make_header(decode_header(text[:2000])))
    except (MessageError, LookupError, ValueError):
        return text
