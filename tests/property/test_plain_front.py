"""Front matter checked without Pydantic, against Pydantic's forms."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from publisher.entries import plainfront
from publisher.model.frontmatter import Credit, Event, FrontMatter, Image, Link, Media, Names

PLAIN: dict[str, Any] = {
    "title": "Words: 5 < 7\xa0& “more”",
    "date": "2024-07-12T10:30+02:00",
    "id": "a-b-2",
    "kind": "news",
    "kicker": "ILO",
    "summary": "Words with **a sign** and <b>tag</b>.",
    "updated": "2024-07-13",
    "draft": "false",
    "expires": "2024-08-01T00:00:30-13:45",
    "event": {
        "start": "2024-07-12T09:00",
        "end": "2024-07-12T09:00:10",
        "zone": "Europe/Zurich",
        "place": "Bern",
        "online": "true",
        "url": "https://e.org/event",
        "registration_deadline": "2024-07-10",
    },
    "deadline": "2024-07-30",
    "image": {
        "src": "a/b.png",
        "alt": "x",
        "credit": {"holder": "A", "agency": "C", "via": "B", "year": "2020"},
        "caption": "c",
    },
    "media": {"url": "https://e.org/a.mp3", "type": "audio/mpeg", "length": "12345", "duration": "60"},
    "links": [
        {"label": "The report", "url": "https://e.org/", "rel": "report"},
        {"label": "a", "url": "http://e.org"},
    ],
    "link": "https://e.org/a_b,c",
    "partners": ["WHO"],
    "programmes": ["p"],
    "places": ["LB"],
    "topics": ["a-b", "c"],
    "lang": "fr",
    "translation_of": "a",
    "highlight": "3",
    "evergreen": "false",
}
_TEXTS = (
    *(
        "",
        " ",
        "a",
        "a  b",
        " a",
        "a ",
        "a\xa0b",
        "\xa0a",
        "a\u2028b",
        "a\tb",
        "a\nb",
        "<b>",
        "a < b",
        "<ſ>",
        "</p>",
    ),
    *(
        "5 <7",
        "a\u200db",
        "\ufffd",
        "\ufdd0",
        "\x85",
        "\ud800",
        "é",
        "語",
        "💡",
        "a" * 200,
        "a" * 201,
        "a" * 401,
    ),
    *(
        "true",
        "false",
        "True",
        "yes",
        "no",
        "on",
        "0",
        "1",
        "3",
        "5",
        "6",
        "-1",
        "1.0",
        "01",
        "1_0",
        "9" * 20,
        "٣",
    ),
    *(
        "2024-07-12",
        "2024-02-30",
        "0999-01-01",
        "8999-12-31",
        "9998-01-01",
        "2024-7-1",
        "２０２４-07-12",
        "20240712",
    ),
    *(
        "2024-07-12T10:30",
        "2024-07-12T24:00",
        "2024-07-12T10:30Z",
        "2024-07-12T10:30+02:00",
        "2024-07-12 10:30",
    ),
    *(
        "2024-07-12T10:30:61+02:00",
        "2024-07-12T10:30+14:00",
        "2024-07-12T10:30-13:59",
        "2024-07-12T10:30:05.5+01:00",
    ),
    *(
        "2024-03-31T02:30",
        "2024-07-11",
        "2024-07-11T23:59:59",
        "1800",
        "1899",
        "1900",
        "2099",
        "2200",
        "2201",
    ),
    *(
        "https://e.org",
        "https://e.org/ä",
        "ftp://e.org",
        "https://-e.org",
        "https://e.org/a b",
        "HTTPS://e.org/",
    ),
    *(
        "a-b",
        "A-b",
        "a_b",
        "-a",
        "a-",
        "en",
        "eng",
        "pt-BR",
        "EN",
        "Europe/Zurich",
        "Europe/Zürich",
        "UTC",
        "../a",
    ),
    *(
        "report",
        "Report",
        "audio/mpeg",
        "audio/",
        "image/png",
        "video/x+y.z",
        "a.png",
        "a/../b",
        "/a",
        "a b.png",
    ),
)
ODD = {"aliases", "source", "schema_"}
"""Fields that few entries have: what has one is checked by Pydantic."""
_texts = st.sampled_from(_TEXTS)
_names = (
    *PLAIN,
    *PLAIN["event"],
    *PLAIN["image"],
    *PLAIN["media"],
    *PLAIN["links"][0],
    "credit",
    "holder",
    "aliases",
)
_tables = st.dictionaries(st.sampled_from(_names), _texts, max_size=3)
_values = _texts | _tables | st.lists(_texts | _tables, max_size=3)


def _paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of each value in *value*, and of *value* itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for name, below in inner for found in _paths(below, (*path, name)))]


def _with(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return *value* with *new* at *path*; None takes it out of a table."""
    if not path:
        return new
    if isinstance(value, list):
        return [_with(item, path[1:], new) if at == path[0] else item for at, item in enumerate(value)]
    changed = _with(value.get(path[0]), path[1:], new) if path[0] in value or len(path) == 1 else new
    rest = {name: item for name, item in value.items() if name != path[0]}
    return rest if changed is None else rest | {path[0]: changed}


def _told(value: Any, like: Any) -> object:
    """Return what stands in *value*, by the names that *like* has."""
    if isinstance(like, tuple):
        return tuple(_told(item, other) for item, other in zip(value, like, strict=True))
    if isinstance(like, BaseModel):
        names = [name for name in type(like).model_fields if name not in {"source", "schema_"}]
        return {name: _told(getattr(value, name), getattr(like, name)) for name in names}
    return type(value), value


def both_ways(values: dict[str, Any]) -> tuple[object, object]:
    """Return what is said of *values* without Pydantic and with it; None twice where the first gives up."""
    front = plainfront.read(values)
    if front is None:
        return None, None
    try:
        form = FrontMatter.model_validate(values)
    except ValidationError as error:
        return front, error
    return _told(front, form), _told(form, form)


def test_what_people_write_is_plain() -> None:
    """All fields that people write are read without Pydantic, and say what they say with it."""
    plainly, by_forms = both_ways(PLAIN)
    assert plainly is not None
    assert plainly == by_forms


@pytest.mark.parametrize(
    ("plain", "form"),
    [
        (PLAIN, FrontMatter),
        (PLAIN["event"], Event),
        (PLAIN["image"], Image),
        (PLAIN["image"]["credit"], Credit),
        (PLAIN["media"], Media),
        (PLAIN["links"][0], Link),
    ],
)
def test_what_is_plain_has_every_field(plain: dict[str, Any], form: type[BaseModel]) -> None:
    """A field that Pydantic's forms get is read without Pydantic too, or is named here as one that is not."""
    assert {*plain} == {*form.model_fields} - ODD


@pytest.mark.parametrize(
    "path", [path for path in _paths(PLAIN) if path], ids=lambda path: ".".join(map(str, path))
)
def test_each_text_in_each_field_is_judged_alike(path: tuple[Any, ...]) -> None:
    """Whatever text stands in a field, it is taken without Pydantic only if Pydantic takes it as the same."""
    for text in (*_TEXTS, None):
        plainly, by_forms = both_ways(_with(PLAIN, path, text))
        assert plainly == by_forms, text


@given(
    st.lists(
        st.tuples(st.sampled_from(_paths(PLAIN)[1:]) | st.tuples(st.sampled_from(_names)), _values),
        max_size=3,
    )
)
def test_whatever_stands_there_is_judged_alike(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    """Whatever stands in several fields is taken without Pydantic only if Pydantic takes it as the same."""
    values: Any = PLAIN
    for path, new in changes:
        if path in _paths(values) or len(path) == 1:
            values = _with(values, path, new)
    plainly, by_forms = both_ways(values)
    assert plainly == by_forms


def test_names_that_people_write_are_plain() -> None:
    """Names for all languages, and by language, are read without Pydantic."""
    names = plainfront.read_names({"topics": {"care": "Care", "LB": {"en": "Lebanon", "ar": "لبنان"}}})
    assert names is not None
    assert names.topics["care"].for_language("fr") == "Care"
    assert names.topics["LB"].for_language("ar") == "لبنان"


@given(
    st.dictionaries(
        st.sampled_from(("partners", "programmes", "places", "topics", "others")),
        _texts | st.dictionaries(_texts, _texts | st.dictionaries(_texts, _texts, max_size=3), max_size=3),
        max_size=3,
    )
)
def test_names_are_judged_alike(values: dict[str, Any]) -> None:
    """Whatever stands in `names.yml` is taken without Pydantic only if Pydantic takes it as the same."""
    plainly = plainfront.read_names(values)
    if plainly is not None:
        assert plainly == Names.model_validate(values).value()
