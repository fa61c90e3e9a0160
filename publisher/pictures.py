"""Pictures for mail: each is made once, and kept for the next build; `pixels` makes them."""

from collections.abc import Callable

from publisher.cache import Cache, key
from publisher.errors import ContentError, Place, Problem, UnusablePictureError
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
            place = Place(f"{self._folder}/{path}")
            message = f"{path.rpartition('/')[2]} {error}"
            raise ContentError([Problem("unusable-picture", place, message, HINT)], 1) from error
        self._cache.put(name, found[0])
        return found
