"""Run the program as `python -m publisher`."""

import sys

try:
    from publisher.cli import main
except ModuleNotFoundError as missing:  # pragma: no cover - only without the dependencies
    sys.exit(f"error: {missing.name} is not installed\n  hint: run publisher by: python3 run.py")

if __name__ == "__main__":
    main()
