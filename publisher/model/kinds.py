"""Kinds of entries, and those of a newsletter that names none itself."""

from typing import Any

from pydantic import BaseModel, ConfigDict, model_validator

from publisher.model.text import Key, Localised


class Kind(BaseModel):
    """A kind of entry: its name on one entry, and over several.

    *row* names the template of its rows in a digest, `email/rows/ROW.html`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: Localised
    plural: Localised | None = None
    row: Key = "news"

    @model_validator(mode="before")
    @classmethod
    def _words_are_the_name(cls, value: Any) -> Any:
        is_name = isinstance(value, (str, Localised)) or (isinstance(value, dict) and "name" not in value)
        return {"name": value} if is_name else value


# Each row: key, then (one, several) in English, French, Spanish and Arabic.
_KINDS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "news",
        (
            ("News", "News"),
            ("Actualité", "Actualités"),
            ("Noticia", "Noticias"),
            ("خبر", "أخبار"),
        ),
    ),
    (
        "press-release",
        (
            ("Press release", "Press releases"),
            ("Communiqué de presse", "Communiqués de presse"),
            ("Comunicado de prensa", "Comunicados de prensa"),
            ("بيان صحفي", "بيانات صحفية"),
        ),
    ),
    (
        "event",
        (
            ("Event", "Events"),
            ("Événement", "Événements"),
            ("Evento", "Eventos"),
            ("فعالية", "فعاليات"),
        ),
    ),
    (
        "live-event",
        (
            ("Live event", "Live events"),
            ("Événement en direct", "Événements en direct"),
            ("Evento en directo", "Eventos en directo"),
            ("فعالية مباشرة", "فعاليات مباشرة"),
        ),
    ),
    (
        "video",
        (
            ("Video", "Videos"),
            ("Vidéo", "Vidéos"),
            ("Vídeo", "Vídeos"),
            ("فيديو", "مقاطع فيديو"),
        ),
    ),
    (
        "comment",
        (
            ("Comment", "Comments"),
            ("Commentaire", "Commentaires"),
            ("Comentario", "Comentarios"),
            ("تعليق", "تعليقات"),
        ),
    ),
    (
        "report",
        (
            ("Report", "Reports"),
            ("Rapport", "Rapports"),
            ("Informe", "Informes"),
            ("تقرير", "تقارير"),
        ),
    ),
    (
        "paper",
        (
            ("Conference paper", "Conference papers"),
            ("Document de conférence", "Documents de conférence"),
            ("Documento de conferencia", "Documentos de conferencia"),
            ("ورقة مؤتمر", "أوراق المؤتمرات"),
        ),
    ),
    (
        "call",
        (
            ("Call", "Calls"),
            ("Appel", "Appels"),
            ("Convocatoria", "Convocatorias"),
            ("دعوة للمشاركة", "دعوات للمشاركة"),
        ),
    ),
    (
        "vacancy",
        (
            ("Vacancy", "Vacancies"),
            ("Poste à pourvoir", "Postes à pourvoir"),
            ("Vacante", "Vacantes"),
            ("وظيفة شاغرة", "وظائف شاغرة"),
        ),
    ),
    (
        "course",
        (
            ("Course", "Courses"),
            ("Cours", "Cours"),
            ("Curso", "Cursos"),
            ("دورة تدريبية", "دورات تدريبية"),
        ),
    ),
    (
        "guidebook",
        (
            ("Guidebook", "Guidebooks"),
            ("Guide", "Guides"),
            ("Guía", "Guías"),
            ("دليل", "أدلة"),
        ),
    ),
)

_ROWS = {
    "press-release": "press-release",
    "event": "event",
    "live-event": "event",
    "video": "video",
    "report": "publication",
    "paper": "publication",
    "guidebook": "publication",
    "call": "call",
    "vacancy": "call",
}


def row_of(key: str) -> str:
    """Return the shape of rows of the kind *key*, if the settings say nothing else."""
    return _ROWS.get(key, "news")


def default_kinds() -> dict[str, Kind]:
    """Return the kinds of a newsletter that names none itself, in the order of a digest's sections."""
    languages = ("en", "fr", "es", "ar")
    return {
        key: Kind(
            name=Localised(dict(zip(languages, (one for one, _ in words), strict=True))),
            plural=Localised(dict(zip(languages, (several for _, several in words), strict=True))),
            row=row_of(key),
        )
        for key, words in _KINDS
    }
