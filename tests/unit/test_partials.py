"""Parts that are the same on many pages: rendered once, and yet right on each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from builders import an_entry
from editions import an_edition, site_of
from folders import put
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import ContentError
from publisher.model import address
from publisher.render.partials import Partials
from publisher.render.templating import Templates

NAME = "site/header.html"
_ADDRESSES = st.lists(st.sampled_from(["2023", "06", "fr", "a", "ab"]), max_size=4).map(
    lambda parts: "".join(f"{part}/" for part in parts)
)


class _Newsroom:
    """Partials whose template goes to *targets*, and how often it was rendered."""

    def __init__(self, folder: Path, *targets: str) -> None:
        put(folder, {NAME: "".join(f"{{{{ to({target!r}) }}}} " for target in targets)})
        self.rendered = 0
        self.partials = Partials(Templates(folder), self._context)

    def _context(self, to: Callable[[str], str]) -> dict[str, Any]:
        self.rendered += 1
        return {"to": to}

    def ways(self, here: str) -> list[str]:
        return self.partials.render(NAME, here).split()


@given(targets=st.lists(_ADDRESSES, max_size=4), pages=st.lists(_ADDRESSES, max_size=8))
def test_each_page_has_its_own_ways(
    tmp_path_factory: pytest.TempPathFactory, targets: list[str], pages: list[str]
) -> None:
    """Whatever pages were made before, each address leads to its target from the page that shows it."""
    room = _Newsroom(tmp_path_factory.mktemp("own"), *targets)
    for here in pages:
        assert room.ways(here) == [address.relative(target, here) for target in targets]


def test_the_pages_of_a_folder_share_it(tmp_path: Path) -> None:
    """A month of entries takes one rendering, and a page that it leads to one of its own."""
    room = _Newsroom(tmp_path, "archive/", "2023/06/talk/")
    for slug in ("note", "report", "paper"):
        assert room.ways(f"2023/06/{slug}/") == ["../../../archive/", "../talk/"]
    assert room.rendered == 1
    assert room.ways("2023/06/talk/") == ["../../../archive/", "./"]
    assert room.ways("2023/06/other/") == ["../../../archive/", "../talk/"]
    assert room.rendered == 2


def test_own_partials_are_used(tmp_path: Path) -> None:
    """A project changes its header in a file of that name, and its footer may include a file of its own."""
    put(
        tmp_path,
        {
            "site/header.html": '<p class="mine">{{ newsletter.title }}</p>\n',
            "site/footer.html": '{% include "site/mine.html" %}\n',
            "site/mine.html": '<p><a href="{{ url.archive() }}">{{ _("Archive") }}</a></p>\n',
        },
    )
    site = site_of(an_edition(an_entry("a.md")), Templates(tmp_path))
    assert '<div class="wrap">\n<p class="mine">Example News</p>\n' in site["2023/06/a/index.html"]
    assert '</main>\n<p><a href="../../../archive/">Archive</a></p>\n</body>' in site["2023/06/a/index.html"]
    assert '</main>\n<p><a href="archive/">Archive</a></p>\n</body>' in site["index.html"]


def test_a_partial_knows_nothing_of_its_page(tmp_path: Path) -> None:
    """What differs from page to page is an error with its line, not what another page said."""
    put(tmp_path, {NAME: "\n{{ entry.title }}\n"})
    with pytest.raises(ContentError) as caught:
        site_of(an_edition(an_entry("a.md")), Templates(tmp_path))
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.message) == (f"templates/{NAME}:2:1", "'entry' is undefined")


def test_a_frame_without_partials_goes_on_working(tmp_path: Path) -> None:
    """A project's own `site/base.html` from before there were partials has all that it asks for."""
    base = (
        "<title>{% block title %}{{ newsletter.title }}{% endblock %}</title>{{ url.stylesheet() }} "
        "{{ has_months }} {{ has_feeds }} {{ has_events }} {{ menu | length }} {{ newsletter.organisation }}"
        "{% block head %}{% endblock %}{% block main %}{% endblock %}"
    )
    put(tmp_path, {"site/base.html": base})
    page = site_of(an_edition(an_entry("a.md")), Templates(tmp_path))["2023/06/a/index.html"]
    start = "<title>A title – Example News</title>../../../style.css True True False 0 Example News"
    assert page.startswith(start)
