"""Failures that are told in a form of a server's own; the door to flufl.bounce."""

import logging
from email.message import Message
from typing import Any

from flufl.bounce import all_failures

logging.getLogger("flufl.bounce").addHandler(
    logging.NullHandler()
)  # it tells of each mail that it cannot read
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon", "mailer_daemon", "mdaemon", "bounce")


def is_from_a_server(mail: "Message[Any, Any]") -> bool:
    """Tell whether *mail* says that a server wrote it: only then its words may be taken for a failure."""
    path = str(mail.get("Return-Path", "")).strip()
    sender = str(mail.get("From", "")).lower()
    return path == "<>" or any(name in sender for name in _DAEMONS)


def failure(mail: "Message[Any, Any]") -> bool | None:
    """Return whether *mail* tells of a lasting failure (True) or one for now (False); None if of neither."""
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # noqa: BLE001 - what it raises on broken mails is nowhere told
        return None
    if permanent:
        return True
    return False if temporary else None
