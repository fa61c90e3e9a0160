"""Files in which coverage.py keeps what it measured of each process."""

import re
from pathlib import Path

# A process whose file is whole gives it a name that ends with a hash: coverage.sqldata, SUFFIX_PATTERN.
_UNFINISHED = re.compile(r"\.coverage\.[^.]+\.pid\d+\.X\w{6}x(-journal)?")


def drop_unfinished(folder: Path) -> list[str]:
    """Delete the files in *folder* that a process did not write to their end, and return their names.

    It was killed or its disk was full. Coverage warns of most of them, and gives all figures up for some.
    """
    found = [path for path in sorted(folder.glob(".coverage.*")) if _UNFINISHED.fullmatch(path.name)]
    for path in found:
        path.unlink()
    return [path.name for path in found]
