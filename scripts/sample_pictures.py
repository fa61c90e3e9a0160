"""Draw the placeholder pictures of the sample newsletter: `python scripts/sample_pictures.py`.

The sample may not carry other people's photographs. Each picture is arcs in warm colours, drawn
from a hash of the entry's name, so that the same entry always gets the same picture.
"""

import hashlib
import re
import sys
from pathlib import Path

from PIL import Image, ImageDraw

ENTRIES = Path(__file__).resolve().parent.parent / "entries"
WIDTH, HEIGHT, SMOOTH = 1200, 675, 2
GROUNDS = ((247, 231, 206), (250, 226, 204), (244, 234, 214))
COLOURS = ((201, 93, 58), (226, 143, 74), (238, 184, 104), (146, 60, 54), (94, 108, 91), (44, 82, 96))


def draw(name: str) -> Image.Image:
    """Return the picture for *name*: rows of quarter circles in a grid, as in a tiled floor."""
    noise = hashlib.sha256(name.encode()).digest() * 3
    picture = Image.new("RGB", (WIDTH * SMOOTH, HEIGHT * SMOOTH), GROUNDS[noise[0] % len(GROUNDS)])
    pen = ImageDraw.Draw(picture)
    tile = 225 * SMOOTH
    for number in range((WIDTH * SMOOTH // tile + 1) * (HEIGHT * SMOOTH // tile)):
        row, column = divmod(number, WIDTH * SMOOTH // tile + 1)
        left, top, byte = column * tile, row * tile, noise[number + 1]
        corner = byte % 4
        centre = (left + tile * (corner % 2), top + tile * (corner // 2))
        for step in range(3 - byte // 86 % 3):
            radius = tile * (3 - step) // 3
            box = (centre[0] - radius, centre[1] - radius, centre[0] + radius, centre[1] + radius)
            colour = COLOURS[(byte // 4 + step * 2 + row) % len(COLOURS)]
            start = (0, 90, 270, 180)[corner]
            pen.pieslice(box, start, start + 90, fill=colour)
    small = picture.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    return small.quantize(32, dither=Image.Dither.NONE)


def main() -> int:
    """Draw a picture for each entry that names one."""
    for path in sorted(ENTRIES.rglob("*.md")):
        found = re.search(r"^  src: (\S+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
        if found:
            target = path.parent / found[1]
            draw(target.stem).save(target, optimize=True)
            print(target.relative_to(ENTRIES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
