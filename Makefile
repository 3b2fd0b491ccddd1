# make quickstart   train, log, import, load, predict: the whole path, in a notebook
# make lab          open the notebooks in JupyterLab
# make test         set up, lint, check types and layers, run all tests
# make soak         the long campaigns behind the short forms in `make test`
# make labextension build the browser's half of the sidebar (needs node; the result is committed)
# make bench        the figures of benchmarks/RESULTS.md, with peers

SHELL := /bin/bash
PY := .venv/bin/python
PYTEST := $(PY) -m pytest -q
# Someone's shell may switch bytecode off; then every process would compile all its imports again.
unexport PYTHONDONTWRITEBYTECODE
export MLFLOW_DISABLE_TELEMETRY := true

.PHONY: quickstart lab test environment lint unit kernel notebooks ui soak bench format labextension

quickstart:
	@.ci/environment lab
	@$(PY) notebooks/quickstart.py

lab:
	@.ci/environment lab
	$(PY) -m jupyterlab notebooks

test: environment lint unit kernel notebooks ui

environment:
	@.ci/environment test,ui,dev
	@.ci/browser

lint:
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	.venv/bin/lint-imports --no-cache

unit:
	$(PYTEST) -n 2 --dist loadfile -m "not soak" tests --ignore tests/kernel --ignore tests/ui --ignore tests/notebooks
	$(PYTEST) --doctest-modules bentobook

kernel:
	$(PYTEST) tests/kernel

# The kernels of the tutorials get a store and settings of their own; nbval compares what they show with what is committed.
notebooks:
	$(PYTEST) tests/notebooks
	@own=$$(mktemp -d) && trap 'rm -rf "$$own"' EXIT && \
	BENTOML_HOME=$$own/bentoml XDG_CONFIG_HOME=$$own/config IPYTHONDIR=$$own/ipython MLFLOW_SKIP_PIP_REQUIREMENTS_CHECK=true \
	BENTOBOOK_PROGRESS=0 \
	$(PYTEST) --nbval --nbval-current-env --nbval-cell-timeout=180 --nbval-sanitize-with notebooks/sanitize.cfg notebooks

ui:
	$(PYTEST) tests/ui

soak: environment
	$(PYTEST) -s -m soak --timeout 3600 tests

bench: environment
	$(PY) benchmarks/run.py

# Needs node; the result is committed.
labextension: environment
	$(PY) labextension/build.py

format:
	$(PY) -m ruff check --fix .
	$(PY) -m ruff format .
