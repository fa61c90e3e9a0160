"""Mails that came back, written by us after the forms in which servers write them."""

from typing import NamedTuple

VERP = "bounces+1-1-aaaaaaaaaaaaaaaa@example.org"
ID = "<2026-11.en.0123456789abcdef.AbCdEfGhIjKlMnOpQrStUv@news.example.org>"
DATE = "Mon, 30 Nov 2026 10:00:00 +0000"
READER = "ana@example.com"
_ORIGINAL = f"""\
Return-Path: <{VERP}>
From: Example News <news@example.org>
To: {READER}
Subject: November in news
Date: Tue, 01 Dec 2026 00:00:00 +0100
Message-ID: {ID}
List-Id: Example News <digest.news.example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

A quota, a user unknown, spam and the mailbox full: words of an issue that mean nothing.
"""


class Sample(NamedTuple):
    """A mail, and what it should be taken for."""

    name: str
    data: bytes
    sort: str
    verdict: str
    status: str = ""


def _sample(name: str, text: str, sort: str, verdict: str, status: str = "") -> Sample:
    return Sample(name, text.encode(), sort, verdict, status)


def dsn(
    status: str,
    diagnostic: str = "",
    *,
    action: str = "failed",
    sender: str = "MAILER-DAEMON@mx.example.org (Mail Delivery System)",
    subject: str = "Undelivered Mail Returned to Sender",
    words: str = "This is the mail system. I'm sorry to have to inform you.",
    returned: str = "text/rfc822-headers",
    fields: str = "",
    group: str = "",
    date: str = DATE,
    to: str = VERP,
) -> str:
    """Return a report in the form of RFC 3464; *fields* and *group* are further lines of its two groups."""
    lines = [f"Final-Recipient: rfc822; {READER}", *filter(None, [group]), f"Action: {action}"]
    lines += [f"Status: {status}"] if status else []
    lines += [f"Diagnostic-Code: smtp; {diagnostic}"] if diagnostic else []
    enclosed = _ORIGINAL if returned == "message/rfc822" else _ORIGINAL.partition("\n\n")[0] + "\n"
    return f"""\
Return-Path: <>
Delivered-To: {to}
Date: {date}
From: {sender}
Subject: {subject}
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

This is a MIME-encapsulated message.

--=_report
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

{words}

--=_report
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
{fields or "Arrival-Date: Mon, 30 Nov 2026 09:59:58 +0000"}

{chr(10).join(lines)}

--=_report
Content-Description: Undelivered Message
Content-Type: {returned}

{enclosed}
--=_report--
"""


def plain(
    words: str,
    *,
    sender: str = "MAILER-DAEMON@mx.example.org",
    subject: str = "failure notice",
    headers: str = "",
    to: str = VERP,
) -> str:
    """Return a mail of plain text."""
    more = f"{headers}\n" if headers else ""
    return f"From: {sender}\nTo: {to}\nDate: {DATE}\nSubject: {subject}\n{more}\n{words}"


def arf(kind: str, *, sender: str = "feedback@arf.example.com", to: str = "fbl@example.org") -> str:
    """Return a complaint in the form of RFC 5965."""
    return f"""\
From: <{sender}>
To: {to}
Date: {DATE}
Subject: FW: November in news
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="=_arf"

--=_arf
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report for an email message received from IP 192.0.2.1.

--=_arf
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{VERP}>
Arrival-Date: {DATE}
Source-IP: 192.0.2.1

--=_arf
Content-Type: message/rfc822
Content-Disposition: inline

{_ORIGINAL}
--=_arf--
"""


_POSTFIX = {
    "unknown": ("5.1.1", "550 5.1.1 <ana@example.com>: Recipient address rejected: User unknown", "hard"),
    "no host": ("5.1.2", "", "hard"),
    "null mx": ("5.1.10", "550 5.1.10 Domain example.com does not accept mail (nullMX)", "hard"),
    "closed": ("5.2.1", "550 5.2.1 The email account that you tried to reach is disabled.", "hard"),
    "full": ("5.2.2", "552 5.2.2 <ana@example.com>: user is over quota", "soft"),
    "full for days": ("4.2.2", "452 4.2.2 Mailbox full", "soft"),
    "too large": ("5.3.4", "552 5.3.4 Message size exceeds fixed limit", "policy"),
    "loop": ("5.4.6", "", "soft"),
    "no dns": ("5.4.4", "Host or domain name not found. Name service error for name=example.com", "soft"),
    "timeout": ("4.4.1", "connect to mx.example.com[192.0.2.9]:25: Connection timed out", "soft"),
    "greylisted": ("4.7.1", "450 4.7.1 Greylisted, come back later", "policy"),
    "spamhaus": (
        "5.7.1",
        "554 5.7.1 Service unavailable; Client host blocked using zen.spamhaus.org",
        "policy",
    ),
    "spamhaus as unknown": ("5.1.1", "550 5.1.1 rejected: listed at zen.spamhaus.org", "policy"),
    "spf": ("5.7.23", "550 5.7.23 SPF validation failed", "policy"),
    "dmarc": ("5.7.1", "550 5.7.1 Unauthenticated email from example.org is not accepted: DMARC", "policy"),
    "no status": ("5.0.0", "550 no such user here", "hard"),
    "no status, full": ("5.0.0", "552 mailbox is full", "soft"),
    "no status, spam": ("5.0.0", "554 rejected as unsolicited", "policy"),
    "no words": ("5.0.0", "", "soft"),
    "sender": ("5.1.8", "553 5.1.8 <news@example.org>: Sender address rejected: Domain not found", "policy"),
    "content": ("5.6.0", "554 5.6.0 Message contains invalid header", "policy"),
    "system": ("5.3.0", "554 5.3.0 unable to create temporary file", "soft"),
    "better in the answer": ("5.0.0", "550-5.1.1 The email account does not exist.", "hard"),
}

SAMPLES = [
    *(
        _sample(f"postfix: {name}", dsn(status, text), "failure", verdict, status)
        for name, (status, text, verdict) in _POSTFIX.items()
    ),
    _sample("postfix: still trying", dsn("4.4.1", action="delayed"), "delay", "nothing", "4.4.1"),
    _sample("postfix: delivered", dsn("2.0.0", action="delivered"), "delivered", "nothing", "2.0.0"),
    _sample("postfix: relayed", dsn("2.0.0", action="relayed (to a host without DSN)"), "delivered", "nothing", "2.0.0"),
    _sample(
        "postfix: whole mail returned",
        dsn("5.1.1", "550 5.1.1 User unknown", returned="message/rfc822"),
        "failure", "hard", "5.1.1",
    ),
    _sample("postfix: in UTF-8", dsn("5.1.1").replace("message/delivery-status", "message/global-delivery-status"), "failure", "hard", "5.1.1"),
    _sample("postfix: CRLF", dsn("5.1.1").replace("\n", "\r\n"), "failure", "hard", "5.1.1"),
    _sample("opensmtpd: error", dsn("5.1.1", action="error"), "failure", "hard", "5.1.1"),
    _sample("no action", dsn("5.1.1").replace("Action: failed\n", ""), "failure", "hard", "5.1.1"),
    _sample("in multipart/mixed", dsn("5.1.1").replace("multipart/report; report-type=delivery-status", "multipart/mixed"), "failure", "hard", "5.1.1"),
    _sample(
        "sendmail: unknown",
        dsn(
            "5.1.1", "550 5.1.1 <ana@example.com>... User unknown",
            sender="Mail Delivery Subsystem <MAILER-DAEMON@mx.example.org>",
            subject="Returned mail: see transcript for details",
            words="   ----- The following addresses had permanent fatal errors -----\n<ana@example.com>",
        ),
        "failure", "hard", "5.1.1",
    ),
    _sample(
        "sendmail: cannot send for five days",
        dsn("4.4.7", subject="Returned mail: Cannot send message for 5 days"), "failure", "soft", "4.4.7",
    ),
    _sample(
        "sendmail: warning",
        dsn("4.4.2", action="delayed", subject="Warning: could not send message for past 4 hours"),
        "delay", "nothing", "4.4.2",
    ),
    _sample(
        "exchange: not found",
        dsn(
            "5.1.1", "550 5.1.1 RESOLVER.ADR.RecipNotFound; not found",
            sender="Microsoft Outlook <postmaster@example.com>", subject="Undeliverable: November in news",
            returned="message/rfc822", group="X-Display-Name: ana@example.com",
        ),
        "failure", "hard", "5.1.1",
    ),
    _sample(
        "exchange online: not found",
        dsn("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient ana@example.com not found by SMTP address lookup"),
        "failure", "hard", "5.1.10",
    ),
    _sample(
        "exchange online: edge", dsn("5.4.1", "550 5.4.1 Recipient address rejected: Access denied. [AS(201806281)]"),
        "failure", "soft", "5.4.1",
    ),
    _sample("exchange: full", dsn("5.2.2", "554 5.2.2 mailbox full; STOREDRV.Deliver"), "failure", "soft", "5.2.2"),
    _sample("exchange: restricted", dsn("5.7.1", "550 5.7.1 RESOLVER.RST.AuthRequired; authentication required"), "failure", "policy", "5.7.1"),
    _sample("outlook.com: unknown", dsn("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable (S2017062302)."), "failure", "hard", "5.5.0"),
    _sample("outlook.com: blocked", dsn("5.7.1", "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent. Please contact your ISP (S3140)."), "failure", "policy", "5.7.1"),
    _sample("outlook.com: DMARC", dsn("5.7.515", "550 5.7.515 Access denied, sending domain EXAMPLE.ORG doesn't meet the required authentication level."), "failure", "policy", "5.7.515"),
    _sample("gmail: unknown", dsn("5.1.1", "550-5.1.1 The email account that you tried to reach does not exist. Please try double-checking\n    550 5.1.1 gsmtp", sender="Mail Delivery Subsystem <mailer-daemon@googlemail.com>", subject="Delivery Status Notification (Failure)"), "failure", "hard", "5.1.1"),
    _sample("gmail: full", dsn("5.2.2", "552-5.2.2 The recipient's inbox is out of storage space."), "failure", "soft", "5.2.2"),
    _sample("gmail: rate", dsn("4.2.1", "450-4.2.1 The user you are trying to contact is receiving mail too quickly."), "failure", "soft", "4.2.1"),
    _sample("gmail: unauthenticated", dsn("5.7.26", "550-5.7.26 Your email has been blocked because the sender is unauthenticated."), "failure", "policy", "5.7.26"),
    _sample("gmail: delay", dsn("4.0.0", action="delayed", subject="Delivery Status Notification (Delay)"), "delay", "nothing", "4.0.0"),
    _sample("yahoo: unknown", dsn("5.0.0", "554 delivery error: dd This user doesn't have a yahoo.com account (ana@yahoo.com) [0]"), "failure", "hard", "5.0.0"),
    _sample("yahoo: deferred", dsn("4.7.0", "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to user complaints"), "failure", "policy", "4.7.0"),
    _sample(
        "yahoo: old form",
        plain("Sorry, we were unable to deliver your message to the following address.\n\n<ana@yahoo.com>:\nRemote host said:\n550 5.1.1 unknown or illegal alias\n\n--- Below this line is a copy of the message.\n\n" + _ORIGINAL, sender="MAILER-DAEMON@yahoo.com", subject="Failure Notice"),
        "failure", "hard", "5.1.1",
    ),
    _sample("ses: unknown", dsn("5.1.1", "550 5.1.1 user unknown", sender="MAILER-DAEMON@eu-west-1.amazonses.com", subject="Delivery Status Notification (Failure)", fields="X-SES: yes"), "failure", "hard", "5.1.1"),
    _sample("ses: suppressed", dsn("5.1.1", "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.", sender="MAILER-DAEMON@amazonses.com"), "failure", "hard", "5.1.1"),
    _sample(
        "qmail: unknown",
        plain("Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n<ana@example.com>:\n192.0.2.9 does not like recipient.\nRemote host said: 550 5.1.1 unknown\nGiving up on 192.0.2.9.\n\n--- Below this line is a copy of the message.\n\n" + _ORIGINAL),
        "failure", "hard", "5.1.1",
    ),
    _sample(
        "qmail: no mailbox",
        plain("Hi. This is the qmail-send program at mx.example.org.\n\n<ana@example.com>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n" + _ORIGINAL),
        "failure", "hard", "5.1.1",
    ),
    _sample(
        "qmail: quota",
        plain("Hi. This is the qmail-send program at mx.example.org.\n\n<ana@example.com>:\nuser is over quota\n\n--- Below this line is a copy of the message.\n\n" + _ORIGINAL),
        "failure", "soft",
    ),
    _sample(
        "exim: old form",
        plain("This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n  ana@example.com\n    SMTP error from remote mail server after RCPT TO:<ana@example.com>:\n    host mx.example.com [192.0.2.9]: 550 Unrouteable address\n\n------ This is a copy of the message, including all the headers. ------\n\n" + _ORIGINAL, sender="Mail Delivery System <Mailer-Daemon@mx.example.org>", subject="Mail delivery failed: returning message to sender", headers=f"X-Failed-Recipients: {READER}\nAuto-Submitted: auto-replied"),
        "failure", "hard", "5.0.0",
    ),
    _sample("exim: new form", dsn("5.0.0", "550 Unrouteable address", sender="Mail Delivery System <Mailer-Daemon@mx.example.org>", subject="Mail delivery failed: returning message to sender"), "failure", "hard", "5.0.0"),
    _sample(
        "exim: timeout",
        plain("A message that you sent could not be delivered.\n\n  ana@example.com\n    retry timeout exceeded\n\n------ This is a copy of the message ------\n\n" + _ORIGINAL, headers=f"X-Failed-Recipients: {READER}"),
        "failure", "soft",
    ),
    _sample("yahoo: complaint", arf("abuse", sender="complaints@fbl.example.com"), "complaint", "complaint"),
    _sample("aol: complaint", arf("abuse", sender="scomp@aol.example"), "complaint", "complaint"),
    _sample("complaint: fraud", arf("fraud"), "complaint", "complaint"),
    _sample("complaint: wants out", arf("opt-out"), "complaint", "complaint"),
    _sample("no complaint: not spam", arf("not-spam"), "automatic", "nothing"),
    _sample("no complaint: DMARC's report of a failure", arf("auth-failure"), "automatic", "nothing"),
    _sample(
        "outlook.com: junk mail report",
        f'From: staff@hotmail.com\nTo: {VERP}\nDate: {DATE}\nSubject: complaint about message from 192.0.2.1\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="=_j"\n\n--=_j\nContent-Type: message/rfc822\n\nX-HmXmrOriginalRecipient: {READER}\n{_ORIGINAL}\n--=_j--\n',
        "complaint", "complaint",
    ),
    _sample("away: English", plain("I am away until Monday.", sender=READER, subject="Automatic reply: November in news", headers=f"Auto-Submitted: auto-generated\nIn-Reply-To: {ID}"), "automatic", "nothing"),
    _sample("away: RFC 3834", plain("Back on Monday. My mailbox is full, user unknown.", sender=READER, subject="Re: November in news", headers="Auto-Submitted: auto-replied (vacation)"), "automatic", "nothing"),
    _sample("away: French", plain("Je suis absente.", sender=READER, subject="=?utf-8?q?R=C3=A9ponse_automatique_=3A_November?="), "automatic", "nothing"),
    _sample("away: Spanish", plain("Estoy de vacaciones.", sender=READER, subject="=?utf-8?q?Respuesta_autom=C3=A1tica=3A_November?="), "automatic", "nothing"),
    _sample("away: Arabic", plain("أنا في إجازة.", sender=READER, subject="=?utf-8?b?2LHYryDYqtmE2YLYp9im2Yo6?= November"), "automatic", "nothing"),
    _sample("away: German", plain("Ich bin nicht da.", sender=READER, subject="Automatische Antwort: November"), "automatic", "nothing"),
    _sample("away: an old program", plain("Gone.", sender=READER, subject="Re: November", headers="Precedence: auto_reply"), "automatic", "nothing"),
    _sample("away: from a server", plain("I am away.", sender="postmaster@example.com", headers="X-Autoreply: yes"), "automatic", "nothing"),
    _sample(
        "receipt",
        f'From: {READER}\nTo: {VERP}\nDate: {DATE}\nSubject: Read: November\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=disposition-notification; boundary="=_m"\n\n--=_m\nContent-Type: text/plain\n\nIt was read.\n\n--=_m\nContent-Type: message/disposition-notification\n\nFinal-Recipient: rfc822; {READER}\nDisposition: manual-action/MDN-sent-manually; displayed\n\n--=_m--\n',
        "automatic", "nothing",
    ),
    _sample("a person", plain("I like your news. My mailbox is full.", sender=READER, subject="Re: November in news"), "other", "nothing"),
    _sample("a person tells of a bounce", plain("I got this: 550 5.1.1 user unknown", sender=READER, subject="Fwd: failure notice"), "other", "nothing"),
    _sample("unsubscribe", plain("", sender=READER, subject="unsubscribe TOKEN.x-y_z"), "unsubscribe", "unsubscribe"),
    _sample("unsubscribe, folded", plain("", sender=READER, subject="unsubscribe\n TOKEN.x-y_z"), "unsubscribe", "unsubscribe"),
    _sample("unsubscribe, by a program", plain("", sender=READER, subject="Unsubscribe TOKEN.x-y_z", headers="Auto-Submitted: auto-generated"), "unsubscribe", "unsubscribe"),
    _sample("unsubscribe in words", plain("Please take me off.", sender=READER, subject="please unsubscribe me"), "other", "nothing"),
]  # fmt: skip

HOSTILE = {
    "nested": b"".join(b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(1200)),
    "nested a little too deep": b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (n, n) for n in range(25)
    ),
    "mails within mails": b"Content-Type: message/rfc822\n\n" * 1500,
    "many addresses": b"To: " + b", ".join(b"a+%d@example.org" % n for n in range(20_000)) + b"\n\nHello",
    "a long header": b"Subject: " + b"=?utf-8?b?" * 60_000 + b"\n\n",
    "many headers": b"".join(b"X-%d: y\n" % n for n in range(45_000)) + b"\n",
    "too many lines": b"\n" * 60_000,
    "too large": b"a" * 1_000_001,
    "no bytes": b"",
    "no text": bytes(range(256)) * 100,
    "charset": b"From: MAILER-DAEMON\nContent-Type: text/plain; charset=\x00\xff\n\nHi. This is the\n\n<a@b>:\nx",
    "rfc 2231": b"Content-Type: multipart/report; boundary*0*=utf-8''%ff; boundary*99999999999=x\n\n--x\n",
    "transfer encoding": b"From: mailer-daemon\nContent-Transfer-Encoding: base64\n\n!!!!",
    "charset of nothing": b'Content-Type: text/plain; charset="a\0b"\nSubject: x\n\n\xff',
    "charset that cannot be": b"From: mailer-daemon\nSubject: =?\xff\xfeutf?q?x?=\n\nwords",
    "numbers that cannot be sorted": b"Content-Type: text/plain; charset*0=x; charset*=y; charset*1=z\n\nwords",
    "header of nothing": b"Content-Type:\nDate:\nSubject:\nTo:\n\n",
    "status of nothing": dsn("5.1.1").replace("Status: 5.1.1", "Status:").replace("Action: failed", "Action:").encode(),
}  # fmt: skip
