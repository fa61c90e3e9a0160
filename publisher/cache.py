"""The one door to the cache folder: bytes that took long to make, kept until the next run.

Nothing in the folder is trusted. A file is used only if its checksum says that these very bytes were
put there under this very key; anything else counts as not there. A folder that cannot be written
costs time and nothing more.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

_START = b"publisher cache 1\n"
_CHECKSUM = 32
# The folder may have come with somebody's repository: a link there is not followed, and a pipe does
# not keep us waiting. Windows has neither, but must be told that the bytes are no text.
_READ = os.O_RDONLY | sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))


def key(*parts: bytes | str) -> str:
    """Return a name for what is made from *parts*: 64 hexadecimal digits, others for any other parts."""
    digest = hashlib.blake2b(digest_size=32)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(f"{type(part).__name__} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


class Cache:
    """Bytes by key, in files below *folder* (`ab/cdef…`); None keeps nothing.

    Keys are those that `key` gives. Neither method ever raises for what lies in the folder, or for a disk
    that is full or read-only. Several programs may use one folder at once, and be killed at any moment.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def get(self, key: str) -> bytes | None:
        """Return the bytes that were put under *key*; None if they are not there, or not whole."""
        if self._folder is None or self._is_led_away(key):
            return None
        try:
            with os.fdopen(os.open(self._file(self._folder, key), _READ), "rb") as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or file.read(len(_START)) != _START:
                    return None
                checksum, data = file.read(_CHECKSUM), file.read()
        except OSError:
            return None
        return data if checksum == _checksum(key, data) else None

    def put(self, key: str, data: bytes) -> None:
        """Keep *data* under *key*, in place of what is there."""
        if self._folder is None or self._is_led_away(key):
            return
        target = self._file(self._folder, key)
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(prefix="new-", dir=target.parent)
            new = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(_START + _checksum(key, data) + data)
                new.replace(target)  # at once: nobody ever sees half of it
            finally:
                new.unlink(missing_ok=True)

    def _file(self, folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]

    def _is_led_away(self, key: str) -> bool:
        """Tell whether one of the folders is a link, which could make us write elsewhere."""
        if self._folder is None:
            return False
        folders = (self._folder.parent, self._folder, self._folder / key[:2])
        return any(os.path.islink(folder) for folder in folders)  # noqa: PTH114 - never raises


def _checksum(key: str, data: bytes) -> bytes:
    """Return what stands before *data* in its file; the key is in it, so that no file passes for another."""
    digest = hashlib.blake2b(key.encode(), digest_size=_CHECKSUM)
    digest.update(data)
    return digest.digest()
