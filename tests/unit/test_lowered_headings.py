"""Headings of a body below the heading of its entry."""

import pytest

from publisher.render.links import lowered


@pytest.mark.parametrize(
    ("text", "steps", "expected"),
    [
        ("<h2>A</h2><p>B</p>", 0, "<h2>A</h2><p>B</p>"),
        ("<h2>A</h2><p>B</p><h3>C</h3>", 2, "<h4>A</h4><p>B</p><h5>C</h5>"),
        ("<h4>A</h4><h5>B</h5><h6>C</h6>", 2, "<h6>A</h6><h6>B</h6><h6>C</h6>"),
        ('<h2 lang="fr">A <em>b</em></h2>', 1, '<h3 lang="fr">A <em>b</em></h3>'),
        ("<p>&lt;h2> h2</p><hr><header>A</header>", 2, "<p>&lt;h2> h2</p><hr><header>A</header>"),
        ("", 2, ""),
    ],
)
def test_headings_stand_so_many_steps_lower(text: str, steps: int, expected: str) -> None:
    """Each heading goes down by the same steps, none below h6; words and other tags stay."""
    assert expected == lowered(text, steps)
