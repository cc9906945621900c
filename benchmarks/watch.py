"""Run a command, and say what memory it took.

    python -m benchmarks.watch COMMAND...

A process starts with the peak of the one that it comes from, so that this small one stands between.
"""

from __future__ import annotations

import contextlib
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

EVERY = 0.02  # seconds between two looks


def _own(status: Path) -> int:
    """Kilobytes that the system cannot take back from a running process (Linux; elsewhere none)."""
    with contextlib.suppress(OSError):
        for line in status.read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
    return 0


def main() -> int:
    """The peak of all memory and of that which stands in no file, megabytes, as JSON."""
    own = 0
    with subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL) as running:
        status = Path(f"/proc/{running.pid}/status")
        while running.poll() is None:
            own = max(own, _own(status))
            time.sleep(EVERY)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(json.dumps({"memory": peak / 1024, "own": own / 1024}))
    return running.returncode


if __name__ == "__main__":
    sys.exit(main())
