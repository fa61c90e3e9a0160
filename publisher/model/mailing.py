"""The settings of mail as people write them: who sends, by which server, how fast, and what comes back."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from publisher.model.rules import fault
from publisher.model.text import PlainText, Text, Words

_LOOK = ConfigDict(frozen=True, extra="forbid")
_ATOM, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*"
_MAILBOX = re.compile(rf"[^<>\"]+?\s*<{_ADDRESS}>|{_ADDRESS}")


def _mailbox(text: str) -> str:
    if not _MAILBOX.fullmatch(text):
        raise fault("invalid-mailbox", f"{text[:60]!r} is no sender", "write Name <news@example.org>")
    return text


def address(text: str) -> str:
    """Return *text*, a bare mail address; refuse anything else."""
    if not re.fullmatch(_ADDRESS, text):
        raise fault("invalid-mailbox", f"{text[:60]!r} is no mail address", "write news@example.org")
    return text


def _return_address(text: str) -> str:
    if len(address(text).partition("@")[0]) > 30:  # noqa: PLR2004 - 64 (RFC 5321) without +ISSUE-READER-MARK
        raise fault("invalid-mailbox", f"{text[:60]!r} is too long", "write at most 30 letters before the @")
    return text


class Email(BaseModel):
    """The sender of the digests, and where readers can write to."""

    model_config = _LOOK
    sender: Annotated[Words, AfterValidator(_mailbox)] = Field(
        default="News <news@example.org>", alias="from"
    )
    postal_address: PlainText | None = None
    contact: Annotated[Words, AfterValidator(address)] | None = None


class Smtp(BaseModel):
    """The server that takes mails; without a host they are written to a folder."""

    model_config = _LOOK
    host: Text | None = None
    port: int = Field(default=587, ge=1, le=65_535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = None


class Sending(BaseModel):
    """When issues are sent, and how fast."""

    model_config = _LOOK
    rate: float = Field(default=10, gt=0, le=10_000)
    connections: int = Field(default=4, ge=1, le=100)
    day: int = Field(default=0, ge=0, le=31)
    time: Annotated[str, Field(pattern=r"^(?:[01][0-9]|2[0-3]):[0-5][0-9]$")] = "09:00"
    late_days: int = Field(default=5, ge=1, le=365)
    give_up_hours: int = Field(default=48, ge=1, le=240)


class Bounces(BaseModel):
    """Where mails come back to, and how many soft ones count as a hard one."""

    model_config = _LOOK
    address: Annotated[Words, AfterValidator(_return_address)] | None = None
    soft_limit: int = Field(default=3, ge=1, le=100)
    soft_days: int = Field(default=120, ge=1, le=3650)
    imap: Text | None = None
    user: Text | None = None


class Dkim(BaseModel):
    """By which domain mails are signed here, rather than by the server."""

    model_config = _LOOK
    domain: Annotated[str, Field(pattern=rf"^{_LABEL}(?:\.{_LABEL})+$")] | None = None
    selector: Annotated[str, Field(pattern=rf"^{_LABEL}(?:\.{_LABEL})*$")] = "publisher"
