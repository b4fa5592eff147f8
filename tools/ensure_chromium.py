"""Install Debian's Chromium for the browser tests where it is missing and that is possible; else say so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> int:
    """Look for Chromium, install it where we may, and never fail: the tests skip with a message."""
    if any(shutil.which(name) for name in NAMES):
        return 0
    if not (sys.platform.startswith("linux") and shutil.which("apt-get") and os.geteuid() == 0):
        print("no Chromium found: the browser tests will be skipped (on Debian: sudo apt-get install chromium)")
        return 0
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False, "timeout": 400}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        subprocess.run(["apt-get", "update"], env=environment, **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "chromium"], env=environment, **quiet)
    except (OSError, subprocess.TimeoutExpired):
        pass
    print(
        "Chromium installed" if shutil.which("chromium") else "Chromium could not be installed: its tests are skipped"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
