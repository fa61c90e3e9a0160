"""A newsletter that can be searched, in three languages."""

from importlib.util import find_spec
from pathlib import Path

from conftest import missing
from newsroom import SETTINGS, Newsroom


def need_pagefind() -> None:
    """Skip the test if Pagefind is not there, or fail it where it is required."""
    if not find_spec("pagefind_bin"):
        missing("pagefind", "run: .venv/bin/pip install 'pagefind-bin>=1.5.2,<1.6'")


def a_searchable(root: Path, outputs: str = '"entries", "search"') -> Newsroom:
    """Return a newsletter with one event in three languages, an older report, and an evergreen page."""
    need_pagefind()
    room = Newsroom(root, f"outputs = [{outputs}]\n{SETTINGS}")
    event = "{start: 2023-06-27, place: Geneva}"
    body = "Domestic workers & coverage: `<img src=x onerror=alert(1)>` in Kenya.\n\n## Pensions\n\nMore."
    room.write("2023/06/talks.md", title="The talks", body=body, kind="event", event=event)
    body = "Les élections à l’école ; la protection sociale d'abord."
    room.write(
        "2023/06/talks.fr.md", title="L’égalité", body=body, translation_of="talks", kind="event", event=event
    )
    body = "توسيع الحماية الاجتماعية للعمال المنزليين في كينيا. مدرسة كبيرة."
    room.write(
        "2023/06/talks.ar.md", title="الحوار", body=body, translation_of="talks", kind="event", event=event
    )
    room.write(
        "2022/05/report.md", title="The report", date="2022-05-03", kind="report", body="Pension reform."
    )
    room.write("pages/about.md", title="About us", date="", evergreen="true", body="Who writes this.")
    return room
