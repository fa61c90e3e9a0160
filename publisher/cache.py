"""The one door to the cache folder: bytes that took long to make, kept until the next run.

Nothing in the folder is trusted. A file is used only if its checksum says that these very bytes were
put there under this very key, in this very place; anything else counts as not there. Of the place a
file tells whose inode and time of change nobody can choose: a cache that came with somebody's
repository is none. A folder that cannot be written costs time and nothing more.
"""

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Collection
from pathlib import Path

_START = b"publisher cache 2\n"
_CHECKSUM = 32
MARK = "place"
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
        self._place: bytes | None = None

    def get(self, key: str) -> bytes | None:
        """Return the bytes that were put under *key*; None if they are not there, or not whole."""
        if self._folder is None or self._is_led_away(key) or (place := self._here(self._folder)) is None:
            return None
        try:
            # Without a buffer, from which all that is large would be copied once more.
            with os.fdopen(os.open(self._file(self._folder, key), _READ), "rb", buffering=0) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode) or file.read(len(_START)) != _START:
                    return None
                checksum, data = file.read(_CHECKSUM), file.read()
        except OSError:
            return None
        digest = _checksum(key, place)
        digest.update(data)
        return data if checksum == digest.digest() else None

    def put(self, key: str, data: bytes) -> None:
        """Keep *data* under *key*, in place of what is there."""
        if self._folder is None or self._is_led_away(key):
            return
        target = self._file(self._folder, key)
        with contextlib.suppress(OSError):
            target.parent.mkdir(parents=True, exist_ok=True)
            self._mark(self._folder)
            place = self._here(self._folder)
            if place is None:
                return
            handle, name = tempfile.mkstemp(prefix="new-", dir=target.parent)
            new = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    digest = _checksum(key, place)
                    digest.update(data)
                    file.write(_START + digest.digest())
                    file.write(data)
                new.replace(target)  # at once: nobody ever sees half of it
            finally:
                new.unlink(missing_ok=True)

    def drop_others(self, keys: Collection[str]) -> None:
        """Delete what is under other keys than *keys*, and what builds that were killed left half written."""
        if self._folder is None or os.path.islink(self._folder):  # noqa: PTH114 - never raises
            return
        with contextlib.suppress(OSError):
            for below in list(os.scandir(self._folder)):
                for file in list(os.scandir(below)) if below.is_dir(follow_symlinks=False) else ():
                    if below.name + file.name not in keys:
                        Path(file.path).unlink()

    def _mark(self, folder: Path) -> None:
        """Put the file there that tells of this place, if it is not there."""
        with contextlib.suppress(FileExistsError):
            os.close(os.open(folder / MARK, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))

    def _here(self, folder: Path) -> bytes | None:
        """Return what tells of this place; None if nothing was put here."""
        if self._place is None:
            with contextlib.suppress(OSError):
                found = os.lstat(folder / MARK)
                if stat.S_ISREG(found.st_mode):
                    self._place = f"{found.st_dev} {found.st_ino} {found.st_ctime_ns}".encode()
        return self._place

    def _file(self, folder: Path, key: str) -> Path:
        return folder / key[:2] / key[2:]

    def _is_led_away(self, key: str) -> bool:
        """Tell whether one of the folders is a link, which could make us write elsewhere."""
        if self._folder is None:
            return False
        above = self._folder.parent
        folders = (above.parent, above, self._folder, self._folder / key[:2])
        return any(os.path.islink(folder) for folder in folders)  # noqa: PTH114 - never raises


def _checksum(key: str, place: bytes) -> "hashlib._Hash":
    """Return what stands before the bytes in their file, once it knows these; by key and place it differs.

    SHA-256, since processors have instructions for it: it takes half of the time of BLAKE2.
    """
    return hashlib.sha256(f"{key} {len(place)} ".encode() + place)
