"""Another process that is at work in a run, as the run's lock tells."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOLD = """
import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.lockf(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def at_work(run: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that holds the lock of the run until it is killed or the block ends."""
    command = [sys.executable, "-c", HOLD, str(run / ".lock")]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()
            process.wait()  # for the system to take the lock from it
