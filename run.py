"""Set up and run publisher with nothing but python3: `python3 run.py build`, `python3 run.py test`.

The first call makes `.venv` and installs the project into it; later calls see by a stamp that
nothing has to be done. Any word other than `test` goes to `publisher`, and the exit code comes
back as it was.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "installed"
EXTRAS = os.environ.get("PUBLISHER_EXTRAS", "test")


def wanted_stamp() -> str:
    """Return a hash of all that decides what must be installed."""
    parts = [(ROOT / name).read_bytes() for name in ("pyproject.toml", "constraints.txt")]
    parts += [sys.version.encode(), str(ROOT).encode(), EXTRAS.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def call(*command: object, quiet: bool = False) -> bool:
    """Run *command* in the project's folder and tell whether it went well."""
    stream = subprocess.DEVNULL if quiet else sys.stderr
    return subprocess.call([str(part) for part in command], cwd=ROOT, stdout=stream, stderr=stream) == 0


def install() -> bool:
    """Make `.venv` and install into it: by uv, else venv, else venv without pip (no python3-venv)."""
    packages = ["-c", "constraints.txt", "-e", f".[{EXTRAS}]"]
    if uv := shutil.which("uv"):
        made = call(uv, "venv", "-q", "--clear", "--python", sys.executable, VENV)
        return made and call(uv, "pip", "install", "-qq", "--python", PYTHON, *packages)
    shutil.rmtree(VENV, ignore_errors=True)
    if call(sys.executable, "-m", "venv", VENV, quiet=True):
        return call(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", *packages)
    shutil.rmtree(VENV, ignore_errors=True)
    made = call(sys.executable, "-m", "venv", "--without-pip", VENV)
    return made and call(
        sys.executable,
        "-m",
        "pip",
        "--python",
        PYTHON,
        "install",
        "-q",
        "--disable-pip-version-check",
        *packages,
    )


def main() -> int:
    """Install what is missing, then hand over."""
    if sys.version_info < (3, 11):
        print(f"publisher needs Python 3.11 or newer; this is {sys.version.split()[0]}", file=sys.stderr)
        return 2
    if not STAMP.is_file() or STAMP.read_text() != wanted_stamp():
        print("Setting up .venv; this takes about half a minute, once ...", file=sys.stderr)
        if not install():
            print(
                "error: the set-up failed; the lines above say why. It needs pip or uv, and a way to PyPI.",
                file=sys.stderr,
            )
            return 2
        STAMP.write_text(wanted_stamp())
    words = sys.argv[1:]
    if words[:1] == ["test"]:
        command = [PYTHON, "-m", "pytest", "-n", "auto", "--dist", "worksteal", *words[1:]]
    else:
        command = [PYTHON, "-m", "publisher", *words]
    return subprocess.call([str(part) for part in command], cwd=ROOT)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
