"""Write requirements.lock anew: every package that the project and its extras need, pinned and hashed.

One file serves every supported Python and system by markers. Needs uv (`pip install uv`); no index is named.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OPTIONS = ["--universal", "--generate-hashes", "--python-version", "3.11", "--no-header", "--no-annotate"]
EXTRAS = ["--extra", "docx", "--extra", "cluster", "--extra", "teach", "--extra", "dev"]


def main() -> int:
    """Resolve and write; further arguments go to uv (for example --upgrade)."""
    target = ["--output-file", "requirements.lock", "pyproject.toml"]
    command = [sys.executable, "-m", "uv", "pip", "compile", *OPTIONS, *EXTRAS, *target, *sys.argv[1:]]
    return subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    sys.exit(main())
