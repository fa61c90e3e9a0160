"""What every use case that reads entries starts from: the entries of a project, and its pictures."""

from collections.abc import Callable, Mapping
from functools import partial
from zoneinfo import ZoneInfo

import msgspec

from publisher import program
from publisher.cache import Cache, key
from publisher.entries import reader
from publisher.entries.kept import digest_of
from publisher.entries.reader import Reading
from publisher.entries.shelf import Shelf
from publisher.errors import PublisherError
from publisher.filetimes import Listings
from publisher.model.entry import Picture
from publisher.pictures import MailPictures, WebPictures
from publisher.project import Project
from publisher.render.language import countries

_NOT_MADE_FROM = {"smtp", "sending", "bounces", "dkim", "preview", "subscribers"}
Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is to do."""


def silent(_what: str, _done: int, _of: int) -> None:
    """Show no progress."""


def maker(project: Project) -> str:
    """Return a hash that another program changes, and other settings of what is made."""
    made_from = [name for name in project.settings.__struct_fields__ if name not in _NOT_MADE_FROM]
    told = [getattr(project.settings, name) for name in made_from]
    told.append(project.settings.subscribers.service)  # which the home page leads to
    return key(program.digest(), msgspec.json.encode(told))


def read(
    project: Project,
    maker: str,
    began: int,
    processes: int,
    progress: Progress,
    listed: Listings | None = None,
) -> Reading:
    """Read the entries of *project*; those that *maker* kept, and that are the same still, from the shelf.

    *began* is when reading begins, in nanoseconds since the epoch. *listed* is what was found in folders
    just before.
    """
    settings = project.settings
    shelf = Shelf(Cache(project.cache / "entries"), maker.encode(), ZoneInfo(settings.newsletter.zone))
    return reader.read(
        project.entries,
        settings,
        countries(),
        lambda done, of: progress("reading", done, of),
        shelf=shelf,
        began=began,
        jobs=processes,
        listed=listed,
    )


def mail_pictures(project: Project, read: Callable[[str], bytes] | None = None) -> MailPictures:
    """Return what makes the pictures of *project* for mail; *read* gives their bytes, else the disk."""
    cache = Cache(project.cache / "pictures")
    read = read or partial(reader.read_asset, project.entries)
    return MailPictures(read, cache, project.settings.paths.entries)


def web_pictures(project: Project, pictures: Mapping[str, Picture]) -> WebPictures:
    """Return what makes *pictures*, which were read from *project*, for the site."""
    cache = Cache(project.cache / "pictures")
    read = partial(asset_as_read, project, pictures)
    return WebPictures(read, cache, pictures, project.settings.paths.entries)


def asset_as_read(project: Project, pictures: Mapping[str, Picture], path: str) -> bytes:
    """Return the bytes of the picture at *path*; raise `PublisherError` if it is another one by now."""
    data = reader.read_asset(project.entries, path)
    if digest_of(data) != pictures[path].digest:
        message = f"{project.settings.paths.entries}/{path} changed while it was read"
        raise PublisherError(message, "build again", "changed-meanwhile")
    return data
