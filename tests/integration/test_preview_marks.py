"""Marks in the preview on what is not public yet, wherever an entry stands."""

import re
from pathlib import Path

import pytest
from newsroom import NOW, SETTINGS, Newsroom

from publisher.preview.desk import Desk
from publisher.preview.site import site

_LINK = re.compile(r'<a href="([^"]*)"[^>]*>(?:<span [^>]*>(Draft|Future)</span>)?(Open|Held|Later|It)</a>')


def links(desk: Desk, path: str) -> list[tuple[str, str, str]]:
    """Return address, mark and words of each link to an entry on the page at *path*."""
    return _LINK.findall(site(desk, path).body.decode())


@pytest.mark.parametrize(
    ("outputs", "held", "later"),
    [("", "held/", "later/"), ("outputs = []\n", "#entry-held", "#entry-later")],
    ids=["own pages", "months' pages"],
)
def test_links_to_what_is_not_public_are_marked(tmp_path: Path, outputs: str, held: str, later: str) -> None:
    """A link to a draft or to a later entry has a mark, also where entries stand on their month's page."""
    room = Newsroom(tmp_path, outputs + SETTINGS)
    room.write("2023/06/open.md", title="Open")
    room.write("2023/06/held.md", title="Held", draft="true")
    room.write("2099/01/later.md", "[It](../../2023/06/held.md)", title="Later", date="2099-01-01")
    desk = Desk(tmp_path, {}, lambda: NOW)
    desk.refresh()
    month = links(desk, "2023/06/")
    assert (held, "Draft", "Held") in month
    assert [mark for _, mark, words in month if words == "Open"] == [""]
    assert (later, "Future", "Later") in links(desk, "2099/01/")
    assert {(f"2023/06/{held}", "Draft", "Held"), (f"2099/01/{later}", "Future", "Later")} <= set(
        links(desk, "")
    )
    whole, up = ("2099/01/", "../..") if outputs else ("2099/01/later/", "../../..")
    assert (f"{up}/2023/06/{held}", "Draft", "It") in links(desk, whole)
