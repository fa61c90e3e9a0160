"""Subscriptions as others read them: CSV for spreadsheets, JSON for the person herself. Pure."""

from typing import Any

from publisher.model.subscription import Change, Subscription
from publisher.subscribers.csvfile import safe_cell

COLUMNS = ("address", "status", "language", "topics", "kinds", "created", "changed")


def cells(subscription: Subscription) -> list[str]:
    """Return the cells of *subscription*, under `COLUMNS`."""
    return [
        safe_cell(subscription.address),
        subscription.status,
        subscription.language,
        ";".join(subscription.topics),
        ";".join(subscription.kinds),
        subscription.created.isoformat(timespec="seconds"),
        subscription.changed.isoformat(timespec="seconds"),
    ]


def document(subscription: Subscription) -> dict[str, Any]:
    """Return what is kept of a reader, but for what signs her links."""
    return {
        "address": subscription.address,
        "status": subscription.status,
        "language": subscription.language,
        "topics": list(subscription.topics),
        "kinds": list(subscription.kinds),
        "created": subscription.created.isoformat(),
        "changed": subscription.changed.isoformat(),
        "confirmation_mails": subscription.asked,
        "last_confirmation_mail": subscription.asked_last.isoformat() if subscription.asked_last else None,
    }


def history(steps: list[Change]) -> list[dict[str, Any]]:
    """Return what happened to her, with the proof of each step."""
    return [
        {
            "at": step.at.isoformat(),
            "was": step.was,
            "became": step.became,
            "cause": step.cause,
            "proof": step.proof,
        }
        for step in steps
    ]
