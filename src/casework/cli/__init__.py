"""The command `casework`: arguments in, exit code out.

Exit codes: 0 done; 1 a run failed or did not verify; 2 the call was wrong and nothing was run.
"""

from __future__ import annotations

import os
import signal
import sys

from casework.cli import runs as _runs  # noqa: F401  (its commands register themselves)
from casework.cli.app import app
from casework.cli.terminal import err, show_error
from casework.core.errors import CaseworkError

DEBUG_FLAG = "--debug"


def main(arguments: list[str] | None = None) -> None:
    """Run the command with the given arguments, or with the process's, and exit."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    debug = DEBUG_FLAG in words or bool(os.environ.get("CASEWORK_DEBUG"))
    sys.exit(_guarded([word for word in words if word != DEBUG_FLAG], debug))


def _stop(signum: int, frame: object) -> None:
    """Treat a request to end as Ctrl-C: the run is stopped and what there is is kept."""
    raise KeyboardInterrupt


def _guarded(words: list[str], debug: bool) -> int:
    signal.signal(signal.SIGTERM, _stop)
    try:
        app(words, prog_name="casework")
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(bool(stop.code))
    except CaseworkError as error:
        if debug:
            raise
        show_error(error)
        return 2
    except KeyboardInterrupt:
        err("casework: stopped.")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if debug:
            raise
        err(f"casework: something unexpected went wrong: {type(error).__name__}: {error}")
        err("  Run the same command with --debug to see where, and please report it.")
        return 1
    return 0
