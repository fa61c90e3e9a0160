"""Fixes an issue and its audience: messages, choices and a delivery for each reader, in one transaction."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Text, cast, func, insert, select, text
from sqlalchemy.exc import IntegrityError

from publisher.database.tables import choices, issues, messages, subscriptions
from publisher.delivery.statements import ACTIVE, stamp
from publisher.errors import PublisherError
from publisher.model.delivery import Audience, IssueState, Message, Segment

_ERASED = "erased"
Chosen = tuple[str, str, str]
"""What a reader chose, as it stands in her row: language, topics and kinds; the latter as JSON."""

# Rows come in the order of the ledger's key, so that it grows at its end: without NOT INDEXED, SQLite takes
# the index of the audience and writes all over the file.
_FREEZE = """
INSERT INTO delivery (issue, subscription, segment, state, attempt, at, code, status, reply)
SELECT :issue, s.id,
    CASE WHEN s.status = 'active' THEN c.segment ELSE -1 END,
    CASE WHEN s.status = 'active' AND c.segment >= 0 THEN 0 ELSE 8 END,
    0, :now, 0, CASE WHEN s.status = 'active' THEN c.reason ELSE s.status END, ''
FROM subscription AS s {alone}
LEFT JOIN choice AS c ON c.issue = :issue AND c.language = s.language
    AND c.topics = CAST(s.topics AS TEXT) AND c.kinds = CAST(s.kinds AS TEXT)
WHERE s.newsletter = :newsletter AND s.status <> 'erased'
ORDER BY s.id
"""
_INSERT = {
    "sqlite": text(_FREEZE.replace("{alone}", "NOT INDEXED")),
    "postgresql": text(_FREEZE.replace("{alone}", "")),
}


def audience(connection: Connection, newsletter: str) -> Audience:
    """Return who would get an issue now."""
    active: Counter[Segment] = Counter()
    for chosen, count in _chosen(connection, newsletter):
        active[segment_of(chosen)] += count
    others = (
        select(subscriptions.c.status, func.count())
        .where(subscriptions.c.newsletter == newsletter, subscriptions.c.status.not_in((ACTIVE, _ERASED)))
        .group_by(subscriptions.c.status)
        .order_by(subscriptions.c.status)
    )
    return Audience(dict(active), {row[0]: row[1] for row in connection.execute(others)})


def segment_of(chosen: Chosen) -> Segment:
    """Return what a reader chose in the one way in which it is compared: each key once, in order."""
    language, topics, kinds = chosen
    return Segment(language, _keys(topics), _keys(kinds))


def freeze(
    connection: Connection,
    newsletter: str,
    period: str,
    issue_hash: str,
    mails: Sequence[Message],
    wanted: Mapping[Segment, int | str],
    now: datetime,
) -> int:
    """Write all that the issue of *period* is, and return its number.

    *wanted* tells for each choice of active readers the place of its mail in *mails*, or why there is none.
    Raises `PublisherError` if that issue is there already, or a reader chose what *wanted* does not know.
    """
    if connection.dialect.name == "postgresql":  # readers may choose meanwhile: all is seen as of one moment
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    head = {
        "newsletter": newsletter,
        "period": period,
        "hash": issue_hash,
        "state": IssueState.SENDING.value,
        "candidates": 0,
        "frozen": now,
    }
    try:
        number = int(connection.execute(insert(issues).values(head).returning(issues.c.id)).scalar_one())
    except IntegrityError:
        hint = "publisher send status tells how far it is; what was sent is not sent again"
        raise PublisherError(f"the issue {period} was sent before", hint, "already-frozen") from None
    if mails:
        connection.execute(insert(messages), [_row(number, place, mail) for place, mail in enumerate(mails)])
    rows = [_choice(number, chosen, wanted, len(mails)) for chosen, _ in _chosen(connection, newsletter)]
    if rows:
        connection.execute(insert(choices), rows)
    said = {"issue": number, "newsletter": newsletter, "now": stamp(now)}
    candidates = connection.execute(_INSERT[connection.dialect.name], said).rowcount
    connection.execute(issues.update().where(issues.c.id == number).values(candidates=candidates))
    return number


def _chosen(connection: Connection, newsletter: str) -> Iterator[tuple[Chosen, int]]:
    """Yield what active readers chose, and how many chose it. As text: PostgreSQL cannot compare JSON."""
    columns = (
        subscriptions.c.language,
        cast(subscriptions.c.topics, Text).label("topics_text"),
        cast(subscriptions.c.kinds, Text).label("kinds_text"),
    )
    ours = (subscriptions.c.newsletter == newsletter, subscriptions.c.status == ACTIVE)
    wanted = select(*columns, func.count()).where(*ours).group_by(*columns)
    # Nearly all rows are read anyway: SQLite is a third faster without going through the index.
    for row in connection.execute(wanted.with_hint(subscriptions, "NOT INDEXED", "sqlite")):
        yield (row[0], row[1], row[2]), row[3]


def _choice(
    number: int, chosen: Chosen, wanted: Mapping[Segment, int | str], mails: int
) -> dict[str, int | str]:
    found = wanted.get(segment_of(chosen))
    if found is None:
        hint = "do it again: the plan is made anew"
        message = "a reader chose something else while the issue was being planned"
        raise PublisherError(message, hint, "audience-changed")
    segment, reason = (-1, found) if isinstance(found, str) else (found, "")
    if not reason and not 0 <= segment < mails:
        raise ValueError(f"no mail {segment}")
    language, topics, kinds = chosen
    said: dict[str, int | str] = {"language": language, "topics": topics, "kinds": kinds}
    return {"issue": number, **said, "segment": segment, "reason": reason}


def _row(number: int, place: int, mail: Message) -> dict[str, object]:
    return {
        "issue": number,
        "segment": place,
        "language": mail.segment.lang,
        "topics": list(mail.segment.topics),
        "kinds": list(mail.segment.kinds),
        "subject": mail.subject,
        "hash": mail.hash,
        "content": mail.content,
    }


def _keys(written: str) -> tuple[str, ...]:
    return tuple(sorted(set(json.loads(written))))
