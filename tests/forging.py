"""Tokens that nobody signed, or that were signed for something else: the same ones each time."""

import random
import string
from collections.abc import Iterator, Sequence
from datetime import datetime

from publisher.subscribers.tokens import Claim, Purpose, Tokens

_LETTERS = string.ascii_letters + string.digits + "-_."


def forged(tokens: Tokens, names: Sequence[str], now: datetime, number: int) -> Iterator[tuple[str, Purpose]]:
    """Yield *number* forged tokens, each with what it is to be good for.

    They are made up, changed in one sign, cut off, put together of two, or good for another purpose;
    *names* are the subscriptions of those that *tokens* signs *now*, which they are made of.
    """
    chance = random.Random(7)  # noqa: S311 - the same forgeries each time
    claims = [Claim(name, "nonce", int(now.timestamp())) for name in names]
    good = {tokens.sign(purpose, claim): purpose for purpose in Purpose for claim in claims}
    signed, purposes = list(good), list(Purpose)
    for count in range(number):
        token, purpose = _forgery(chance, signed, count % 5), chance.choice(purposes)
        if token in good:
            purpose = chance.choice([other for other in purposes if other is not good[token]])
        yield token, purpose


def _forgery(chance: random.Random, signed: list[str], way: int) -> str:
    token = chance.choice(signed)
    place = chance.randrange(len(token))
    if way == 0:
        return "".join(chance.choice(_LETTERS) for _ in range(chance.randrange(1, 120)))
    if way == 1:
        return token[:place] + chance.choice(_LETTERS.replace(token[place], "")) + token[place + 1 :]
    if way == 2:
        return token[:place]
    if way == 3:
        return token.rpartition(".")[0] + "." + chance.choice(signed).rpartition(".")[2]
    return token
