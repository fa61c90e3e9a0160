"""The desk of a preview: what it keeps, and what it must not keep."""

import shutil
from pathlib import Path

import pytest
from newsroom import NOW, SETTINGS, Newsroom, a_picture

from publisher.preview.desk import Desk
from publisher.preview.issue import listed

PAGE = "2025/11/index.html"


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    """Return a newsletter with a picture, and a template of its own."""
    room = Newsroom(tmp_path)
    room.put("2025/11/hall.png", a_picture(60, 40))
    room.write(
        "2025/11/day.md",
        title="Day",
        date="2025-11-03",
        image="{src: hall.png, alt: A hall}",
        summary="Words.",
    )
    room.build()
    (tmp_path / "templates/site").mkdir(parents=True)
    (tmp_path / "templates/site/month.html").write_text("First", encoding="utf-8")
    return room


def a_desk(room: Newsroom) -> Desk:
    """Return a desk on which the newsletter was read."""
    desk = Desk(room.root, {}, lambda: NOW)
    desk.refresh()
    return desk


def test_a_template_saved_meanwhile_is_not_kept(room: Newsroom) -> None:
    """What is made of a template that was saved after the reading is not kept as if made of the old one."""
    template, desk = room.root / "templates/site/month.html", a_desk(room)
    template.write_text("Second", encoding="utf-8")
    assert desk.file(PAGE).content == b"Second"
    template.write_text("First", encoding="utf-8")
    desk.refresh()
    assert desk.file(PAGE).content == b"First"
    assert a_desk(room).file(PAGE).content == b"First"


def test_a_digest_of_a_template_saved_meanwhile_is_not_kept(room: Newsroom) -> None:
    """The same for digests."""
    template = room.root / "templates/email/footer.html"
    template.parent.mkdir()
    template.write_text("First", encoding="utf-8")
    desk = a_desk(room)
    assert desk.proofs is not None
    where = next(iter(desk.proofs.issues))
    template.write_text("Second", encoding="utf-8")
    assert "Second" in str(desk.proof(*where).proof)
    template.write_text("First", encoding="utf-8")
    desk.refresh()
    assert "Second" not in str(desk.proof(*where).proof)


def test_a_picture_saved_meanwhile_is_not_kept(room: Newsroom) -> None:
    """A picture that changed after the reading does not stand where the old one belongs."""
    was, made = a_picture(60, 40), room.read("media/2025/11/hall.png")
    shutil.rmtree(room.root / ".publisher/cache/pictures")
    desk = a_desk(room)
    name = next(room.out.glob("mail/**/hall*")).relative_to(room.out).as_posix()
    room.put("2025/11/hall.png", a_picture(60, 50))
    assert desk.file("media/2025/11/hall.png").is_broken
    for _ in range(20):
        desk.make_next()
    room.put("2025/11/hall.png", was)
    desk.refresh()
    assert desk.file("media/2025/11/hall.png").content == made
    assert desk.proof(*next(iter(desk.proofs.issues))).problems == ()  # type: ignore[union-attr]
    assert desk.file(name).content == room.read(name)


def test_each_file_of_a_picture_is_made_when_asked_for(room: Newsroom) -> None:
    """The preview gives the bytes of a build, also of the WebP files that pages offer."""
    shutil.rmtree(room.root / ".publisher/cache/pictures")
    desk = a_desk(room)
    files = [path.relative_to(room.out).as_posix() for path in room.out.glob("webp/**/hall*")]
    assert files
    assert {name: desk.file(name).content for name in files} == {name: room.read(name) for name in files}
    assert desk.file(f"{files[0]}.webp").content is None


def test_pictures_are_kept_once(room: Newsroom) -> None:
    """Pictures lie in a cache of their own, and in none of the preview's pages."""
    room.put("2025/11/hall.png", a_picture(700, 500))
    desk = a_desk(room)
    while desk.make_next():
        pass
    data = desk.file("media/2025/11/hall.png").content
    assert data
    kept = [path for path in (room.root / ".publisher/cache/preview").rglob("*") if path.is_file()]
    assert kept
    assert not [path for path in kept if data in path.read_bytes()]


def test_no_digests_are_shown_that_no_build_makes(room: Newsroom) -> None:
    """If the settings leave digests out, the list is empty."""
    assert len(listed(a_desk(room))["rows"]) == 1
    (room.root / "publisher.toml").write_text('outputs = ["feeds"]\n' + SETTINGS, encoding="utf-8")
    assert listed(a_desk(room)) | {"languages": []} == {"rows": [], "languages": [], "has_digests": False}


def test_settings_that_are_gone_are_told(room: Newsroom) -> None:
    """Without its settings file the project is told to lack it, and what was last good stays."""
    desk = a_desk(room)
    (room.root / "publisher.toml").unlink()
    desk.refresh()
    assert desk.problems[0].message.startswith("publisher.toml cannot be read")
    assert desk.file(PAGE).content == b"First"
