"""From an address to an answer: the preview's own pages below `/_preview/`; all else is the site."""

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from publisher.errors import PublisherError
from publisher.model.address import is_of_service
from publisher.model.entry import Month
from publisher.preview import answers, feeds, issue
from publisher.preview.answers import VERSION, Answer
from publisher.preview.desk import Desk, problems_of
from publisher.preview.overlay import overlay
from publisher.preview.post import Post
from publisher.preview.site import site
from publisher.render.templating import Templates

TOP = "_preview/"
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_ISSUE = re.compile(r"issues/([0-9]{4})-(0[1-9]|1[0-2])/([A-Za-z-]{2,20})/([a-z.]*)")
_FILES = frozenset({"preview.css", "preview.js", "overlay.css", "live.js"})
_PAGES = resources.files("publisher.preview").joinpath("pages")


class Views:
    """Answers for *desk*; *token* must come with whatever changes a state, *post* sends test mails."""

    def __init__(self, desk: Desk, token: str, post: Post) -> None:
        self.desk, self.token, self.post = desk, token, post
        self._templates = Templates(Path(str(_PAGES)))

    def answer(self, path: str, query: Mapping[str, str]) -> Answer:
        """Return the answer for *path*, which is decoded and begins without a slash."""
        with self.desk.lock:
            if not f"{path}/".startswith(TOP):
                return self._of_service(path, 404) or site(self.desk, path)
            return (
                self._own(path.removeprefix(TOP), query)
                if path != "_preview"
                else answers.elsewhere(f"/{TOP}")
            )

    def posted(self, path: str) -> Answer:
        """Return the answer to a form that is sent to *path*: the site's own are read by the web service."""
        with self.desk.lock:
            return self._of_service(path, 405) or self._page("missing.html", 405)

    def version(self, address: str) -> str:
        """Return the version of what stands at *address*, such as `/_preview/?a=b`."""
        try:
            parts = urlsplit(address)
        except ValueError:  # such as http://[
            return ""
        return self.answer(unquote(parts.path).removeprefix("/"), dict(parse_qsl(parts.query))).version

    def send(self, month: str, lang: str, recipient: str) -> str:
        """Send a test mail of *month*, such as 2025-11, and return what came of it in words."""
        found = _MONTH.fullmatch(month)
        if found is None or self.desk.stand is None:
            return "not sent: there is no such issue"
        seen = self.desk.proof(Month(int(found[1]), int(found[2])), lang)
        if seen.proof is None or seen.problems:
            return "not sent: the issue cannot be made as it is now"
        try:
            said = self.post.send(self.desk.stand.project, seen.proof.digest, recipient)
        except (PublisherError, OSError) as error:
            problem = problems_of(error)[0]
            return f"not sent: {problem.message}; {problem.hint}"
        return f"sent to {recipient} by {said}"

    def _of_service(self, path: str, status: int) -> Answer | None:
        """Return the page that says who answers at *path*; None if that is the site."""
        stand = self.desk.stand
        if stand is None or not is_of_service(path, stand.project.settings):
            return None
        return self._page("service.html", status)

    def _own(self, path: str, query: Mapping[str, str]) -> Answer:
        if path in _FILES:
            return answers.file(path, _PAGES.joinpath(path).read_bytes())
        if path == "":
            return self._page("index.html", **issue.listed(self.desk))
        if path.startswith("feeds/"):
            return self._feed(path.removeprefix("feeds/"))
        if path.startswith("outbox/"):
            return self._outbox(path.removeprefix("outbox/"))
        if found := _ISSUE.fullmatch(path):
            return self._issue(Month(int(found[1]), int(found[2])), found[3], found[4], query)
        return self._page("missing.html", 404)

    def _issue(self, month: Month, lang: str, file: str, query: Mapping[str, str]) -> Answer:
        seen = self.desk.proof(month, lang)
        if seen.proof is None and not seen.problems:
            return self._page("missing.html", 404)
        if file and seen.proof:
            found = issue.file(self.desk, seen.proof, file, query)
            return found or self._page("missing.html", 404)
        if file or self.desk.stand is None or seen.proof is None:
            return self._page("unmade.html", 503 if file else 200, problems=seen.problems)
        context = issue.shown(self.desk, self.desk.stand, seen.proof, query)
        context["recipients"] = self.desk.stand.project.settings.preview.test_addresses
        context["transport"] = self.post.name(self.desk.stand.project)
        context["sent"] = query.get("sent", "")[:200]
        return self._page("issue.html", problems=seen.problems, **context)

    def _feed(self, path: str) -> Answer:
        if path == "":
            return self._page("feeds.html", feeds=feeds.listed(self.desk))
        found = feeds.shown(self.desk, path)
        url = self.desk.stand.project.settings.newsletter.url if self.desk.stand else "/"
        return self._page("feed.html", feed=found, url=url) if found else self._page("missing.html", 404)

    def _outbox(self, name: str) -> Answer:
        if name == "":
            return self._page("outbox.html", mails=self.post.outbox.listed())
        data = self.post.outbox.read(name)
        if data is None:
            return self._page("missing.html", 404)
        return answers.file(name, data, **{"Content-Disposition": f'attachment; filename="{name}"'})

    def _page(
        self, template: str, status: int = 200, problems: tuple[Any, ...] = (), **context: Any
    ) -> Answer:
        """Return one of the preview's own pages, with what all of them show."""
        desk = self.desk
        stand, problems = desk.stand, problems or desk.problems
        form = stand.project.settings.preview.editor if stand else None
        name = stand.project.settings.newsletter if stand else None
        context |= {
            "name": name.title.for_language(name.languages[0]) if name else desk.root.name,
            "lang": name.languages[0] if name else "",
            "choice": desk.choice,
            "marks": list(stand.marks.values()) if stand else [],
            "left_out": stand.selection if stand else None,
            "token": self.token,
            "version": VERSION,
            "waiting": desk.waiting,
            "overlay": overlay(problems, desk.root, form),
        }
        return answers.own_page(self._templates.render(template, context), status)
