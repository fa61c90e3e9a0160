"""In which languages the settings say something: none that the newsletter does not have."""

from collections.abc import Iterator

from pydantic import BaseModel, ValidationError
from pydantic_core import InitErrorDetails

from publisher.model.localised import speakers
from publisher.model.rules import fault
from publisher.model.text import Localised

_Path = tuple[str | int, ...]


def hold_spoken(settings: BaseModel, languages: tuple[str, ...]) -> None:
    """Raise `ValidationError` with a fault for each language of words in *settings* that nobody will see."""
    spoken = {key for lang in languages for key in speakers(lang)}
    wrong = [path for path in _written(settings, ()) if path[-1] not in spoken]
    if wrong:
        hint = f"its languages are {', '.join(languages)}: add it there, or leave these words out"
        faults = [
            InitErrorDetails(
                type=fault("unknown-language", f"{path[-1]} is not a language of this newsletter", hint),
                loc=path,
                input=None,
            )
            for path in wrong
        ]
        raise ValidationError.from_exception_data("settings", faults)


def _written(value: object, path: _Path) -> Iterator[_Path]:
    """Yield the place of the words of each language in *value*, as far as somebody wrote it."""
    if isinstance(value, Localised):
        yield from ((*path, lang) for lang in value.words)
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            if name in value.model_fields_set:
                yield from _written(getattr(value, name), (*path, name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _written(item, (*path, key))
