"""The command line's one entry; the commands are in `program.py`."""

import signal
import sys


def main() -> None:
    """Runs the command line; an expected failure is one line on stderr, never a traceback."""
    # How a service manager presses Ctrl-C.
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        # Each child process imports the main module anew, and with it what stands at its top.
        from aggregator.cli.program import cli

        # A command is imported when it is called.
        cli()
    except KeyboardInterrupt:
        sys.exit(130)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] in ("aggregator", "storage"):
            raise
        sys.exit(
            f"error: {error.name} is not installed here"
            " (run `make run` once, then .venv/bin/python run.py …)"
        )
