"""Rows of the tables, as values and back."""

from typing import Any

from sqlalchemy import Connection, Select

from publisher.model.subscription import Choice, Subscription


def one(connection: Connection, wanted: Select[Any]) -> Subscription | None:
    """Return the one row of *wanted*, which nobody else may change meanwhile; None if there is none."""
    row = connection.execute(wanted.with_for_update()).mappings().one_or_none()
    return subscription_of(row) if row else None


def subscription_of(row: Any) -> Subscription:
    """Return a row as a value."""
    return Subscription(
        id=row["id"],
        public=row["public"],
        address=row["address"] or "",
        key=row["key"] or "",
        status=row["status"],
        language=row["language"],
        topics=tuple(row["topics"]),
        kinds=tuple(row["kinds"]),
        created=row["created"],
        changed=row["changed"],
        asked=row["asked"],
        asked_last=row["asked_last"],
        nonce=row["nonce"],
    )


def chosen(choice: Choice) -> dict[str, Any]:
    """Return *choice* as columns."""
    return {"language": choice.language, "topics": list(choice.topics), "kinds": list(choice.kinds)}
