"""Run the program, as `publisher` or as `python -m publisher`.

A build that has nothing to do is answered here, before any library is loaded. Ctrl-C may come at any moment,
so the other modules are imported where it is caught.
"""

import _signal  # type: ignore[import-not-found]  # `signal` would load enum, which takes longer than all here
import os
import sys

_CHOICES = {"--drafts", "--future"}
_STOPPED = 130


def main() -> None:
    """Run the program with the words of the command line, and exit with its code; with 130 after Ctrl-C."""
    sys.unraisablehook = _swallowed
    try:
        _run()
    except BaseException as end:
        _leave_alone()
        is_told = isinstance(end, SystemExit) and end.code == _STOPPED
        if not is_told and not _is_from_ctrl_c(end):
            _end_at_once(end)
            raise
        _stop("" if is_told else "\nstopped\n")
    else:
        _leave_alone()


def _leave_alone() -> None:
    """Let a second Ctrl-C, or a late one, change nothing."""
    _signal.signal(_signal.SIGINT, _signal.SIG_IGN)
    if hasattr(_signal, "SIGALRM"):
        _signal.signal(_signal.SIGALRM, _signal.SIG_IGN)


def _swallowed(lost: "sys.UnraisableHookArgs") -> None:
    """Let Ctrl-C come again a moment later if it came where Python raises nothing: while an object goes."""
    if issubclass(lost.exc_type, KeyboardInterrupt) and hasattr(_signal, "setitimer"):
        _signal.signal(_signal.SIGALRM, _signal.default_int_handler)
        _signal.setitimer(_signal.ITIMER_REAL, 0.005)
    else:
        sys.__unraisablehook__(lost)


def _is_from_ctrl_c(error: BaseException | None) -> bool:
    """Tell whether Ctrl-C led to *error*: Python raises another one if it comes while a class is made."""
    while error and not isinstance(error, KeyboardInterrupt | SystemExit):
        error = error.__cause__ or error.__context__
    return isinstance(error, KeyboardInterrupt)


def _end_at_once(end: BaseException) -> None:
    """End a build that is done: to give back the memory of ten thousand entries takes a tenth of its time."""
    if sys.argv[1:2] != ["build"] or not isinstance(end, SystemExit) or not isinstance(end.code, int):
        return
    if sys.getprofile() or sys.gettrace():
        return  # who measures the program is still to write down what was measured
    try:
        for stream in (sys.stdout, sys.stderr):
            if stream is not None:
                stream.flush()
    except (OSError, ValueError):
        return  # Python meets it again, and knows what to say
    import atexit  # noqa: PLC0415 - see above

    atexit._run_exitfuncs()  # noqa: SLF001 - what would be called is called; only the memory is not given back
    os._exit(end.code)


def _stop(words: str) -> None:
    """Say *words* and end at once: Python's own end gives no 130 if Ctrl-C came in code made from text."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is sys.stderr:
                stream.write(words)
            stream.flush()
        except (OSError, ValueError, AttributeError):  # closed, full, or nobody reads it
            continue
    os._exit(_STOPPED)


def _run() -> None:
    """Build at once if that is all that is asked for; else leave it to the command line."""
    words = sys.argv[1:]
    try:
        if words[:1] == ["build"] and _CHOICES.issuperset(words[1:]) and _built(words[1:]):
            sys.exit(0)
        from publisher.cli import main as run  # noqa: PLC0415 - it loads the first library

        run()
    except ModuleNotFoundError as missing:  # pragma: no cover - only without the dependencies
        sys.exit(f"error: {missing.name} is not installed\n  hint: run publisher by: python3 run.py")


def _built(choices: list[str]) -> bool:
    """Build, or find that nothing is to do; tell whether what is to be said could be said.

    What stops the build ends the program.
    """
    from time import monotonic, time  # noqa: PLC0415 - see above

    from publisher import filetimes, root, unchanged  # noqa: PLC0415

    start = monotonic()
    try:
        folder = root.nearest(os.path.realpath("."))
    except OSError:  # the folder that we are in is gone
        return False
    if folder is None:
        return False
    glance = filetimes.Glance(folder, lambda: unchanged.reason(choices, os.environ), time())
    said = unchanged.said_if_unchanged(glance)
    if said is None:
        glance.hold_why()
        from publisher.cli import ahead  # noqa: PLC0415 - see above

        settings = ahead.begin(folder)
        from publisher.cli import building  # noqa: PLC0415 - it loads libraries

        said = building.said(choices, glance, settings)
    return _said([f"{said[0]}; {monotonic() - start:.1f} s", *said[1:]])


def _said(lines: list[str]) -> bool:
    """Print the first of *lines* as a result, the others as talk; tell whether the result could be told."""
    import contextlib  # noqa: PLC0415 - see above
    import io  # noqa: PLC0415

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        print(lines[0], flush=True)  # noqa: T201 - no library is there yet
    except OSError:
        return False  # the build meets it again, and knows what to say
    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            print("".join(f"{line}\n" for line in lines[1:]), end="", file=sys.stderr, flush=True)  # noqa: T201
    return True


if __name__ == "__main__":
    main()
