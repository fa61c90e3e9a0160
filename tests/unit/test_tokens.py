"""What links in mails carry: good for one purpose and one subscription, and not to be forged."""

from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import URLSafeSerializer

from publisher.subscribers.tokens import CONFIRM_WITHIN, Claim, Purpose, Tokens

OLD, NEW = "o" * 32, "n" * 32
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CLAIM = Claim("abcdefghij", "nonce", int(NOW.timestamp()))
ANY = Tokens([NEW])


@pytest.mark.parametrize("purpose", Purpose)
def test_a_token_tells_what_was_signed(purpose: Purpose) -> None:
    """A token is read for its purpose, and is made of letters that mails and addresses leave alone."""
    token = ANY.sign(purpose, CLAIM)
    found = ANY.read(purpose, token, NOW)
    assert found == (CLAIM if purpose is Purpose.CONFIRM else Claim(CLAIM.public))
    assert token.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert token.isascii()
    assert len(token) < 120


@pytest.mark.parametrize("purpose", [Purpose.UNSUBSCRIBE, Purpose.PREFERENCES])
def test_a_token_is_what_the_library_writes(purpose: Purpose) -> None:
    """Links in mails are signed as itsdangerous does it, by the last key; what was sent stays good."""
    library = URLSafeSerializer([OLD, NEW], salt=f"publisher.subscribers.{purpose}")
    assert Tokens([OLD, NEW]).sign(purpose, CLAIM) == library.dumps(CLAIM.public)


@pytest.mark.parametrize(("made", "read"), list(permutations(Purpose, 2)))
def test_a_token_is_good_for_one_purpose(made: Purpose, read: Purpose) -> None:
    """Whoever can leave cannot confirm with the same link, nor the other way round."""
    assert ANY.read(read, ANY.sign(made, CLAIM), NOW) is None


@pytest.mark.parametrize(
    ("late", "is_good"),
    [(timedelta(0), True), (CONFIRM_WITHIN, True), (CONFIRM_WITHIN + timedelta(seconds=1), False)],
)
def test_confirming_has_a_week(late: timedelta, is_good: bool) -> None:  # noqa: FBT001
    """A link to confirm ends after seven days; links to leave and to choose never end."""
    assert (ANY.read(Purpose.CONFIRM, ANY.sign(Purpose.CONFIRM, CLAIM), NOW + late) is not None) is is_good
    for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES):
        assert ANY.read(purpose, ANY.sign(purpose, CLAIM), NOW + timedelta(days=20_000)) is not None


@pytest.mark.parametrize("purpose", Purpose)
def test_keys_can_be_changed(purpose: Purpose) -> None:
    """The newest key signs, older ones are still taken, and one that was taken away no more."""
    old = Tokens([OLD]).sign(purpose, CLAIM)
    assert Tokens([OLD, NEW]).read(purpose, old, NOW)
    assert Tokens([NEW]).read(purpose, old, NOW) is None
    assert Tokens([NEW]).read(purpose, Tokens([OLD, NEW]).sign(purpose, CLAIM), NOW)


@pytest.mark.parametrize("keys", [[], ["short"], [NEW, "short"], [""]])
def test_weak_keys_are_refused(keys: list[str]) -> None:
    """A key that could be guessed is none."""
    with pytest.raises(ValueError, match="32 characters"):
        Tokens(keys)


@given(st.sampled_from(list(Purpose)), st.integers(0, 60), st.characters(codec="utf-8"))
def test_a_changed_token_is_none(purpose: Purpose, place: int, letter: str) -> None:
    """Whatever character of a token is another one, it names nobody."""
    token = ANY.sign(purpose, CLAIM)
    place %= len(token)
    forged = token[:place] + letter + token[place + 1 :]
    found = ANY.read(purpose, forged, NOW)
    # The last character of a signature has bits that say nothing.
    assert found is None or forged == token or place == len(token) - 1


@given(st.sampled_from(list(Purpose)), st.text(max_size=600))
def test_anything_is_no_token(purpose: Purpose, text: str) -> None:
    """Any text is read as no token, and never breaks."""
    assert ANY.read(purpose, text, NOW) is None
