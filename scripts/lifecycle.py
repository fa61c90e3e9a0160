"""Write docs/lifecycle.md from the table in publisher/subscribers: `python scripts/lifecycle.py`."""

from pathlib import Path

from publisher.subscribers.lifecycle import TABLE, Cause, Status

FILE = Path(__file__).resolve().parent.parent / "docs" / "lifecycle.md"
HEAD = """# The life of a subscription

What may become of a subscription, and through what. Nothing else changes a status; each change is kept with
its time, its cause and its proof. `scripts/lifecycle.py` writes this page from the table that decides.

"""
TAIL = """
`subscribe` is the form, `confirm` the button behind the link of the confirmation mail. A reader who left, or
whose mail came back, or who complained, stays out until she fills in the form again and confirms it:
neither `add` nor `import` brings her back. Of one who is `erased` nothing is left but a keyed hash of her
address, which tells that she had left.
"""
WORDS = {
    Status.NONE: "not known",
    Status.PENDING: "has not confirmed yet; gets nothing but the confirmation mail",
    Status.ACTIVE: "gets the digests",
    Status.PAUSED: "gets nothing until she resumes",
    Status.UNSUBSCRIBED: "left",
    Status.BOUNCED: "mail came back for good",
    Status.COMPLAINED: "told her provider that it is unwanted",
    Status.ERASED: "her address is forgotten",
}


def page() -> str:
    """Return the page: a picture that GitHub draws, and tables for everybody else."""
    return HEAD + _picture() + "\n" + _statuses() + "\n" + _steps() + TAIL


def _picture() -> str:
    arrows: dict[tuple[Status, Status], list[Cause]] = {}
    for (status, cause), step in TABLE.items():
        if step.status != status:
            arrows.setdefault((status, step.status), []).append(cause)
    lines = ["```mermaid", "stateDiagram-v2"]
    for (start, end), causes in arrows.items():
        first = "[*]" if start is Status.NONE else start
        lines.append(f"    {first} --> {end}: {', '.join(causes)}")
    return "\n".join([*lines, "    erased --> [*]", "```", ""])


def _statuses() -> str:
    rows = [f"| `{status}` | {words} |" for status, words in WORDS.items()]
    return "\n".join(["| status | a reader who |", "|---|---|", *rows, ""])


def _steps() -> str:
    causes = list(Cause)
    head = "| | " + " | ".join(f"`{cause}`" for cause in causes) + " |"
    rows = []
    for status in Status:
        cells = []
        for cause in causes:
            step = TABLE.get((status, cause))
            words = "" if step is None else "·" if step.status == status else str(step.status)
            cells.append(f"{words} ✉" if step and step.asks else words)
        rows.append(f"| `{status}` | {' | '.join(cells)} |")
    note = "A dot: nothing changes. No word: it may not happen. ✉: a confirmation mail is due.\n"
    return "\n".join([head, "|---" * (len(causes) + 1) + "|", *rows, "", note])


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
