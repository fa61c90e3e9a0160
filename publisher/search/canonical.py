"""What Pagefind leaves to chance, in one order: the same index has the same bytes and the same file names.

Pagefind keeps filters and their values in Rust's hash maps, whose order is another one each time. Two kinds
of files show it: in `pf_meta` the list of filters, in each `pf_filter` its values. They are arrays in CBOR
(RFC 8949), behind a mark and packed by gzip; each is named by a hash, which others name.
"""

import gzip
import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

_MARK = b"pagefind_dcd"
_ENTRY = "pagefind-entry.json"
_FILTERS, _NAME, _VALUES = 3, 0, 1  # places in a pf_meta, and in a filter
_POSITIVE, _NEGATIVE, _TEXT, _ARRAY = 0, 1, 3, 4  # CBOR's kinds of values, of which there are no others here
_SMALL, _LONGEST = 24, 27


def canonical(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the *files* of one language's index, by path, in one order; another form is a `ValueError`."""
    done = dict(files)
    entry = json.loads(files[_ENTRY])
    ((lang, about),) = entry["languages"].items()
    old = f"pagefind.{about['hash']}.pf_meta"
    meta = _read(done.pop(old))
    renamed = [_filter(done, lang, *named) for named in meta[_FILTERS]]
    meta[_FILTERS] = sorted(renamed)
    packed = _packed(meta)
    about["hash"] = _named(lang, packed)
    done[f"pagefind.{about['hash']}.pf_meta"] = packed
    done[_ENTRY] = json.dumps(entry, separators=(",", ":"), ensure_ascii=False).encode()
    return done


def _filter(files: dict[str, bytes], lang: str, name: str, old: str) -> list[str]:
    """Put the values of a filter into order, and return its name and that of its file."""
    found = _read(files.pop(f"filter/{old}.pf_filter"))
    if found[_NAME] != name:
        raise ValueError("a filter has two names")
    found[_VALUES].sort()
    packed = _packed(found)
    new = _named(lang, packed)
    files[f"filter/{new}.pf_filter"] = packed
    return [name, new]


def _named(lang: str, data: bytes) -> str:
    return f"{lang}_{blake2b(data, digest_size=5).hexdigest()}"


def _read(data: bytes) -> list[Any]:
    plain = gzip.decompress(data)
    if not plain.startswith(_MARK):
        raise ValueError("a file without its mark")
    value, end = _value(plain, len(_MARK))
    if end != len(plain) or not isinstance(value, list):
        raise ValueError("a file with another end")
    return value


def _packed(value: list[Any]) -> bytes:
    return gzip.compress(_MARK + b"".join(_bytes(value)), mtime=0)


def _value(data: bytes, at: int) -> tuple[Any, int]:
    """Return the value that begins at *at*, and where it ends."""
    kind, number = data[at] >> 5, data[at] & 31
    at += 1
    if number > _LONGEST:
        raise ValueError("a value without a length")
    if number >= _SMALL:
        size = 1 << (number - _SMALL)
        number = int.from_bytes(data[at : at + size], "big")
        at += size
    if kind == _POSITIVE:
        return number, at
    if kind == _NEGATIVE:
        return -1 - number, at
    if kind == _TEXT:
        return data[at : at + number].decode(), at + number
    if kind != _ARRAY:
        raise ValueError("a value of another kind")
    found = []
    for _ in range(number):
        value, at = _value(data, at)
        found.append(value)
    return found, at


def _bytes(value: Any) -> list[bytes]:
    """Return *value* as CBOR, in its shortest form."""
    if isinstance(value, list):
        return [_head(_ARRAY, len(value)), *(piece for item in value for piece in _bytes(item))]
    if isinstance(value, str):
        text = value.encode()
        return [_head(_TEXT, len(text)), text]
    return [_head(_POSITIVE, value) if value >= 0 else _head(_NEGATIVE, -1 - value)]


def _head(kind: int, number: int) -> bytes:
    if number < _SMALL:
        return bytes([kind << 5 | number])
    step = next(step for step in range(4) if number < 1 << (8 << step))
    return bytes([kind << 5 | _SMALL + step]) + number.to_bytes(1 << step, "big")
