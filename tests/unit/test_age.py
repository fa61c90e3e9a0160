"""When the times of a file tell."""

import pytest

from publisher.age import COARSE, FINE, is_young

SECOND = 1_000_000_000
NOW = 1_700_000_000 * SECOND


@pytest.mark.parametrize(
    ("modified", "changed", "expected"),
    [
        (NOW - FINE - 1, 5, False),
        (NOW - FINE + 1, 5, True),
        (5, NOW - FINE - 1, False),
        (5, NOW - FINE + 1, True),
        (NOW + 1, 5, True),
        (5, NOW + SECOND, True),
        (NOW - COARSE - SECOND, 0, False),
        (NOW - COARSE, 0, True),
        (NOW - SECOND, NOW - SECOND, True),
        (NOW - SECOND, NOW - SECOND - 1, False),
        (NOW - SECOND + 1, NOW - SECOND, False),
        (NOW + SECOND, 0, True),
    ],
)
def test_a_young_file_is_not_trusted(modified: int, changed: int, expected: bool) -> None:  # noqa: FBT001
    """A time of whole seconds tells after two of them, any other after a tenth; one to come tells nothing."""
    assert is_young(modified, changed, NOW) is expected
