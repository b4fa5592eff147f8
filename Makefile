# Two commands on a fresh machine with Python 3.11 or newer: make report, make test.
# Everything they need is installed into .venv from requirements.lock.

# The first of these that runs and is new enough; name another with make PYTHON=...
PYTHON ?= $(shell for name in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$name -c "import sys; sys.exit(sys.version_info < (3, 11))" >/dev/null 2>&1 && echo $$name && break; done)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
WORKERS ?= 2

.PHONY: report test lint bench messages lock clean

report: .venv/ready
	$(BIN)/casework report --all

test: .venv/ready
	$(BIN)/python tools/ensure_chromium.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.venv/ready: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "casework needs Python 3.11 or newer, and none was found"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch .venv/ready

bench: .venv/ready
	$(BIN)/python -m benchmarks

messages: .venv/ready
	$(BIN)/python tools/messages.py

lock:
	$(PYTHON) tools/lock.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
