"""What differs in capitals alone: the usual disks of macOS and Windows would keep one file of two."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from publisher.entries.aliases import Item
from publisher.errors import Problem
from publisher.model import address
from publisher.model.entry import Entry
from publisher.model.settings import Settings

_WHY = "many disks do not tell capitals apart, and their pages would be one"


def check_capitals(whole: Sequence[tuple[Item, Entry]], settings: Settings) -> Iterator[Problem]:
    """Yield a problem for each topic that another entry writes with other capitals, as most entries do.

    Kinds and names of entries have no capitals, and `aliases` looks at those of aliases.
    """
    if "topics" not in settings.outputs:
        return
    usual = _usual({topic for _, entry in whole for topic in entry.topics}, whole)
    for item, entry in whole if usual else ():
        for number, topic in enumerate(entry.topics):
            if topic in usual:
                other, path = usual[topic]
                message = f"the topic {topic} is {other} in {settings.paths.entries}/{path}: {_WHY}"
                mark = item.fields.mark(("topics", number))
                yield item.source.error("capitals-differ", mark, message, f"write {other}")


def _usual(topics: Iterable[str], whole: Sequence[tuple[Item, Entry]]) -> dict[str, tuple[str, str]]:
    """Return, for each of *topics* that most entries write otherwise, how, and the first that does so."""
    alike: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        alike[address.as_one(topic)].append(topic)
    found: dict[str, tuple[str, str]] = {}
    for ways in alike.values():
        if len(ways) > 1:
            paths = {way: [entry.path for _, entry in whole if way in entry.topics] for way in ways}
            best = min(ways, key=lambda way: (-len(paths[way]), way))
            found |= {way: (best, min(paths[best])) for way in ways if way != best}
    return found
