"""What readers may choose from, as the forms list it."""

from pathlib import Path

from builders import some_settings

from publisher.model.entry import Names
from publisher.model.localised import Localised
from publisher.render.templating import Templates
from publisher.web.pages import Pages


def test_topics_stand_by_name_in_the_language_of_the_page(tmp_path: Path) -> None:
    """Keys do not decide over the order, and an accent does not put a name behind z."""
    names = {
        "a": Localised({"en": "Zones", "fr": "Zones"}),
        "b": Localised({"en": "equality", "fr": "Égalité"}),
        "c": Localised({"en": "Data", "fr": "Données"}),
    }
    pages = Pages(some_settings(), Names(topics=names), Templates(tmp_path))
    assert [name for _, name in pages.topics("en")] == ["Data", "equality", "Zones"]
    assert [name for _, name in pages.topics("fr")] == ["Données", "Égalité", "Zones"]
