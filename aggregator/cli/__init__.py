"""The command line's one entry; the commands are in `program.py`."""

import sys


def main() -> None:
    """Runs the command line; an expected failure is one line on stderr, never a traceback."""
    try:
        # Each child process imports the main module anew, and with it what stands at its top: the
        # whole monitor would be 20 MB and 0.7 s of CPU in every child.
        from aggregator.cli.program import cli
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("aggregator", "storage"):
            raise
        sys.exit(
            f"error: {error.name} is not installed here"
            " (run `make run` once, then .venv/bin/python run.py …)"
        )

    cli()
