"""Real servers, set up with the very lines of docs/hosting.md, give a built site as it says."""

import http.client
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from conftest import missing
from newsroom import Newsroom, a_picture, a_rich_newsroom
from shell import PROGRAM, surroundings

MANUAL = (Path(__file__).resolve().parents[2] / "docs/hosting.md").read_text(encoding="utf-8")
MODULES = "mpm_event authz_core autoindex negotiation dir mime headers deflate filter"
NGINX = "user root; daemon off; pid {folder}/pid; error_log {folder}/log; events {{}}\nhttp {{\n{rest}\n}}\n"
APACHE = (
    'ServerRoot "{folder}"\nPidFile pid\nErrorLog log\nListen 127.0.0.1:{port}\nUser www-data\n'
    "Group www-data\nTypesConfig /etc/mime.types\n{modules}\n{rest}\n"
)


class Server:
    """The server *name* at *port*, which serves *root*."""

    def __init__(self, name: str, port: int, root: Path) -> None:
        self.name, self.port, self.root = name, port, root

    def get(self, target: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body of the answer to *target*."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)) as connection:
            connection.request("GET", target, headers={k.replace("_", "-"): v for k, v in headers.items()})
            answer = connection.getresponse()
            return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()


def _block(language: str) -> str:
    """Return the configuration in *language* that the manual shows."""
    found = re.search(rf"^```{language}\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def _of_nginx(root: Path, folder: Path, port: int) -> tuple[str, list[str]]:
    server = _block("nginx").replace("root /srv/news;", f"root {root}; listen 127.0.0.1:{port};")
    types = "include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;"
    text = NGINX.format(folder=folder, rest=f"{types}\n{server}")
    return text, ["nginx", "-p", str(folder), "-c", str(folder / "conf")]


def _of_apache(root: Path, folder: Path, port: int) -> tuple[str, list[str]]:
    host = _block("apache").replace("/srv/news", str(root)).replace("*:80", f"127.0.0.1:{port}")
    loaded = [f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES.split()]
    text = APACHE.format(folder=folder, port=port, modules="\n".join(loaded), rest=host)
    return text, ["apache2", "-d", str(folder), "-f", str(folder / "conf"), "-DFOREGROUND"]


WAYS = {"nginx": _of_nginx, "apache2": _of_apache}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return a built site, where servers that give up their rights can read it."""
    room = a_rich_newsroom(tmp_path_factory.mktemp("hosted"))
    room.put("2025/11/p.png", a_picture())
    fields = {"event": "{start: 2026-01-05}", "image": "{src: p.png, alt: P}", "aliases": "[/old/]"}
    room.write("2025/11/party.md", title="Party", date="2025-11-03", **fields)
    room.build()
    with tempfile.TemporaryDirectory(prefix="hosted-") as folder:
        Path(folder).chmod(0o755)
        yield shutil.copytree(room.out, Path(folder) / "out")


@pytest.fixture(scope="module", params=sorted(WAYS))
def server(request: pytest.FixtureRequest, site: Path) -> Iterator[Server]:
    """Return a server with the manual's lines, or skip."""
    name: str = request.param
    if not shutil.which(name):
        missing(name, f"run: apt-get install {name}")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = site.parent / name
    folder.mkdir()
    text, words = WAYS[name](site, folder, port)
    (folder / "conf").write_text(text, encoding="utf-8")
    with (folder / "said").open("wb") as said, subprocess.Popen(words, stdout=said, stderr=said) as process:
        try:
            _wait(port, process, folder / "said")
            yield Server(name, port, site)
        finally:
            process.terminate()


def _wait(port: int, process: "subprocess.Popen[bytes]", said: Path) -> None:
    for _ in range(200):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                return
        except OSError:
            assert process.poll() is None, said.read_text(encoding="utf-8")
            time.sleep(0.05)
    raise AssertionError(said.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "path", ["/nothing", "/no/such/", "/fr/2025/11/none/page.html", "/atom.xml/x", "/2025/", "/media/2025/"]
)
def test_where_there_is_no_page_the_sites_own_is_shown(server: Server, path: str) -> None:
    """At any depth the answer is that page, and no list of a folder's files."""
    status, headers, body = server.get(path)
    is_folder = (server.root / f".{path}").is_dir()
    assert status == 404 or (is_folder and server.name == "apache2" and status == 403)
    assert body == (server.root / "404.html").read_bytes()
    assert headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/2025/11", "/2025/11/film", "/fr", "/old"])
def test_a_folder_leads_to_its_page(server: Server, path: str) -> None:
    """An address without its slash leads to the one with it, where the page of the folder is."""
    status, headers, _ = server.get(path)
    assert status in {301, 308}
    assert headers["location"].removeprefix(f"http://127.0.0.1:{server.port}") == f"{path}/"
    assert server.get(f"{path}/")[2] == (server.root / f".{path}/index.html").read_bytes()


@pytest.mark.parametrize(
    ("path", "kind", "is_open"),
    [
        ("/", "text/html; charset=utf-8", False),
        ("/2025/11/", "text/html; charset=utf-8", False),
        ("/atom.xml", "application/xml", True),
        ("/fr/rss.xml", "application/xml", True),
        ("/sitemap.xml", "application/xml", True),
        ("/feed.json", "application/feed+json", True),
        ("/feeds.opml", "text/x-opml", True),
        ("/events.ics", "text/calendar; charset=utf-8", True),
        ("/2025/11/party/event.ics", "text/calendar; charset=utf-8", True),
        ("/style.css", "text/css; charset=utf-8", False),
        ("/robots.txt", "text/plain; charset=utf-8", False),
        ("/digests/2025-11/en.txt", "text/plain; charset=utf-8", False),
        ("/media/2025/11/p.png", "image/png", False),
        ("/webp/2025/11/p.png-40.webp", "image/webp", False),
    ],
)
def test_files_have_the_types_of_the_manual(server: Server, path: str, kind: str, is_open: bool) -> None:  # noqa: FBT001
    """Type and headers are those of its table, and who has the file already gets 304, packed or not."""
    status, headers, body = server.get(path)
    file = server.root / f".{path}{'index.html' if path.endswith('/') else ''}"
    assert (status, body) == (200, file.read_bytes())
    told = headers["content-type"].lower()
    assert told == kind or (path.endswith((".xml", ".json", ".opml")) and told == f"{kind}; charset=utf-8")
    if is_open:
        assert headers["access-control-allow-origin"] == "*"
        assert headers["cache-control"] == "public, max-age=300"
        assert headers["x-content-type-options"] == "nosniff"
    for encoding in ("identity", "gzip"):
        packed = server.get(path, Accept_Encoding=encoding)[1]
        again = server.get(path, Accept_Encoding=encoding, If_None_Match=packed["etag"])
        assert (again[0], again[2]) == (304, b"")


def test_scripts_have_a_type_that_browsers_run(server: Server) -> None:
    """With nosniff a browser runs what is called JavaScript alone."""
    kind = server.get("/copy.js")[1]["content-type"]
    assert kind.partition(";")[0] in {"text/javascript", "application/javascript"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project that has the program in a virtual environment, as the manual supposes."""
    room = Newsroom(tmp_path)
    room.write("2023/06/a.md")
    program = tmp_path / ".venv/bin/publisher"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


def test_the_line_for_cron_builds_and_says_nothing(project: Path) -> None:
    """A line of the table ends well and in silence; where an entry is wrong it says so, which cron mails."""
    found = re.search(r"^5 0 \* \* \*  (.*)$", MANUAL, re.MULTILINE)
    assert found
    words = ["sh", "-c", found[1].replace("/srv/news", str(project))]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=surroundings())
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
    assert (project / "out/2023/06/a/index.html").is_file()
    (project / "entries/2023/06/a.md").write_text("---\n", encoding="utf-8")
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False, env=surroundings())
    assert (done.returncode, "unclosed-front-matter" in done.stdout + done.stderr) == (1, True)


def test_systemd_finds_nothing_in_the_units(project: Path) -> None:
    """Service and timer are units as systemd reads them, and the timer comes around each day."""
    if not shutil.which("systemd-analyze"):
        missing("systemd", "run: apt-get install systemd")
    service, timer = re.findall(r"^```ini\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    files = [project / "publisher-build.service", project / "publisher-build.timer"]
    for file, text in zip(files, (service, timer), strict=True):
        file.write_text(text.replace("/srv/news", str(project)), encoding="utf-8")
    words = ["systemd-analyze", "verify", "--man=no", *map(str, files)]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert [line for line in done.stderr.splitlines() if "publisher-build" in line] == []
    assert done.returncode == 0, done.stderr


def test_what_services_read_is_yaml() -> None:
    """Each workflow that the manual shows is YAML, and builds before it hands the folder over."""
    workflows = [
        yaml.safe_load(text) for text in re.findall(r"^```yaml\n(.*?)^```$", MANUAL, re.MULTILINE | re.DOTALL)
    ]
    github = next(flow for flow in workflows if "jobs" in flow)
    assert github[True]["schedule"] == [{"cron": "5 0 * * *"}]  # YAML 1.1 takes `on` for a truth
    steps = [str(step.get("run", step.get("uses"))) for step in github["jobs"]["site"]["steps"]]
    assert [step.partition("@")[0].rpartition(" ")[2] for step in steps] == [
        *("actions/checkout", "build", "actions/upload-pages-artifact", "actions/deploy-pages")
    ]
    gitlab = next(flow for flow in workflows if "pages" in flow)["pages"]
    assert gitlab["script"][1:] == ["publisher build", "mv out public"]
