"""Pictures for mail and for the site: each is made once, and kept for the next build; `pixels` makes them."""

from collections.abc import Callable, Mapping

import msgspec

from publisher.cache import Cache, key
from publisher.errors import ContentError, Place, Problem, UnusablePictureError
from publisher.model import address, raster
from publisher.model.entry import Picture
from publisher.model.output import MailPicture, Page

HINT = "export it as PNG or JPEG, at most 2000 pixels wide"


def mail_address(path: str, shown: int, ending: str) -> str:
    """Return where the picture made of *path* stands: `mail/2023/06/photo-584.jpg`.

    An original with another ending keeps it behind an underscore (`photo.png_584.jpg`), so that no
    two originals ever have one address.
    """
    stem = path.removesuffix(f".{ending}")
    return f"mail/{stem}{'_' if stem == path else '-'}{shown}.{ending}"


class MailPictures:
    """Makes each picture once, and remembers its address but not its bytes: those are in *cache*.

    *read* gives the bytes of a path in the entries folder, whose name in the project is *folder*.
    """

    def __init__(self, read: Callable[[str], bytes], cache: Cache, folder: str = "entries") -> None:
        self._read = read
        self._cache = cache
        self._folder = folder
        self._made: dict[tuple[str, int], tuple[MailPicture, str]] = {}

    def __call__(self, path: str, shown: int) -> MailPicture:
        """Return the picture at *path* for a place that is *shown* pixels wide.

        Raises `ContentError` with one problem, `unusable-picture`, if nobody could see it.
        """
        if (path, shown) not in self._made:
            from publisher import pixels

            original = self._read(path)
            name = key("mail picture", pixels.version(), str(shown), original)
            found = self._kept(name) or self._make(path, shown, original, name)
            data, ending, width = found
            picture = MailPicture(mail_address(path, shown, ending), min(shown, width), len(data))
            self._made[path, shown] = picture, name
        return self._made[path, shown][0]

    def page(self, path: str, shown: int) -> Page:
        """Return the file of a picture; what the cache lost is made again."""
        picture = self(path, shown)
        name = self._made[path, shown][1]
        found = self._kept(name) or self._make(path, shown, self._read(path), name)
        return Page(picture.address, found[0])

    def _kept(self, name: str) -> tuple[bytes, str, int] | None:
        """Return what the cache has under *name*, if it is a picture."""
        data = self._cache.get(name)
        if data is None:
            return None
        from publisher import pixels

        return pixels.made(data)

    def _make(self, path: str, shown: int, original: bytes, name: str) -> tuple[bytes, str, int]:
        from publisher import pixels

        try:
            found = pixels.for_mail(original, shown)
        except UnusablePictureError as error:
            raise _unusable(path, self._folder, error) from error
        self._cache.put(name, found[0])
        return found


class WebPictures:
    """Makes the files of each picture for the site: that at its own address, and those in WebP.

    *read* gives the bytes of a path in the entries folder, whose name in the project is *folder*, and raises
    if they are not those of *pictures*, which tell what was read of each.
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        cache: Cache,
        pictures: Mapping[str, Picture],
        folder: str = "entries",
    ) -> None:
        self._read, self._cache, self._pictures, self._folder = read, cache, pictures, folder
        self._lengths: dict[str, int] = {}

    def know(self, lengths: Mapping[str, int]) -> None:
        """Take the bytes of files, by address, from somebody who knows them, so that none need be made."""
        self._lengths.update(lengths)

    def length(self, path: str) -> int:
        """Return the bytes of the file at the own address of the picture at *path*."""
        where = address.asset(path)
        if where not in self._lengths:
            self._lengths[where] = len(self._files(path)[0])
        return self._lengths[where]

    def pages(self, path: str) -> list[Page]:
        """Return the files of the picture at *path*.

        Raises `ContentError` with one problem, `unusable-picture`, if nobody could see it.
        """
        sizes = raster.webp(self._pictures[path])
        names = [address.asset(path), *(address.webp(path, size.width) for size in sizes)]
        return [Page(name, data) for name, data in zip(names, self._files(path), strict=True)]

    def prove(self, path: str) -> None:
        """Raise as `pages` does, if it does; what was made once is not looked at again."""
        from publisher import pixels

        proof = key("web picture that is sound", pixels.version(), self._pictures[path].digest)
        if self._cache.get(proof) is None:
            self._files(path)
            self._cache.put(proof, b"sound")

    def _files(self, path: str) -> list[bytes]:
        """Return the bytes of the picture's files, first those at its own address."""
        from publisher import pixels

        picture = self._pictures[path]
        served, sizes = raster.served(picture), raster.webp(picture)
        name = key("web picture", pixels.version(), repr((served, sizes)), picture.digest)
        if kept := self._kept(name, len(sizes) + 1):
            return kept
        original = self._read(path)
        try:
            own, files = pixels.for_web(original, served, sizes)
        except UnusablePictureError as error:
            raise _unusable(path, self._folder, error) from error
        made = [original if raster.is_kept(picture) else own, *files]
        self._cache.put(name, msgspec.msgpack.encode(made))
        return made

    def _kept(self, name: str, count: int) -> list[bytes] | None:
        """Return what the cache has under *name*, if these are as many files as *count*."""
        data = self._cache.get(name)
        try:
            found = msgspec.msgpack.decode(data, type=list[bytes]) if data else []
        except msgspec.MsgspecError:
            return None
        return found if len(found) == count else None


def _unusable(path: str, folder: str, error: UnusablePictureError) -> ContentError:
    """Return what is wrong with the picture at *path* in the entries folder, which is called *folder*."""
    message = f"{path.rpartition('/')[2]} {error}"
    return ContentError([Problem("unusable-picture", Place(f"{folder}/{path}"), message, HINT)], 1)
