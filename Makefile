# Two commands matter: `make demo` and `make test`. Everything else is beside them.
PYTHON  ?= python3
VENV    ?= .venv
BIN      = $(VENV)/bin
PIP      = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
SCHEMA  ?= examples/telecom_billing.sql
DIALECT ?= auto

.PHONY: demo test fuzz check serve deploy bench clean
.DELETE_ON_ERROR:

# `venv` is a package of its own on some systems; virtualenv from pip serves as well.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); $(PYTHON) -m pip install --quiet --user virtualenv || $(PYTHON) -m pip install --quiet --user --break-system-packages virtualenv; $(PYTHON) -m virtualenv --quiet $(VENV); }

$(VENV)/.run: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing Stageline (once, about a minute) ..."
	$(PIP) -e '.[flows,s3,fast,workflow]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	@echo "Installing what the tests need (once) ..."
	$(PIP) -e '.[flows,s3,fast,workflow,dev]'
	@touch $@

demo: $(VENV)/.run
	@$(BIN)/python -m examples.demo "$(SCHEMA)" --dialect "$(DIALECT)"

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n 3 --dist loadfile  # most of the time is spent waiting for processes

fuzz: $(VENV)/.dev
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n 3 tests/unit

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

serve: $(VENV)/.run
	@$(BIN)/python -m deployments.serve

deploy: $(VENV)/.run
	@$(BIN)/python -m deployments.set_up
	$(BIN)/prefect --no-prompt deploy --all

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
