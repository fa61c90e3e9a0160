"""The one door to a WebSub hub (W3C WebSub, section 7): one POST for each feed that changed."""

import time
from collections.abc import Callable, Iterable, Iterator

TRIES = 3
_TIMEOUT = 10.0
_GIVE_UP_BELOW = 500
_TOO_MANY = 429


def publish(
    hub: str, topics: Iterable[str], wait: Callable[[float], None] = time.sleep
) -> Iterator[tuple[str, str]]:
    """Tell *hub* of each address of *topics*, and yield it with "" or with what went wrong.

    A hub that fails (5xx), is busy (429) or cannot be reached is asked at most 3 times, after 1 and
    2 seconds; any other refusal is final. Redirects are not followed. Once a hub could not be reached
    3 times, it is not asked for the other addresses: each would take half a minute to fail.
    """
    import httpx2  # noqa: PLC0415 - loads in 70 ms, and most builds never announce

    # A host's name alone can raise the last two.
    unreachable = (httpx2.HTTPError, httpx2.InvalidURL, UnicodeError)
    is_gone, fault = False, ""
    with httpx2.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
        for topic in topics:
            for number in range(0 if is_gone else TRIES):
                if number:
                    wait(float(number))
                try:
                    answer = client.post(
                        hub, data={"hub.mode": "publish", "hub.url": topic, "hub.topic": topic}
                    )
                except unreachable as error:
                    fault = f"the hub cannot be reached ({error})"
                    is_gone = number == TRIES - 1
                    continue
                if answer.is_success:
                    fault = ""
                    break
                fault = f"the hub answered {answer.status_code}"
                if answer.status_code < _GIVE_UP_BELOW and answer.status_code != _TOO_MANY:
                    break
            yield topic, fault
