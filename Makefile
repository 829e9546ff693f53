# Two commands on a fresh machine: `make run` and `make test`.  `make help` lists the rest.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: help run demo test lint types docs screenshots bench pins clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/run: requirements/run.txt pyproject.toml
	@echo "installing into .venv, once; a minute or two"
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/run.txt
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/checkout.pth"
	@touch $@

.venv/dev: .venv/run requirements/dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

run: .venv/run ## run the monitor on feeds.yaml
	$(BIN)/python run.py

demo: .venv/run ## the whole line on a bundled newsroom; no network needed
	$(BIN)/python run.py demo

test: .venv/dev ## run every test
	$(BIN)/python -m pytest

lint: .venv/dev ## style and formatting
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: .venv/dev ## mypy, strict for aggregator and storage
	$(BIN)/mypy

docs: .venv/dev ## write docs/reference/commands.md anew
	$(BIN)/python docs/reference/generate.py

screenshots: .venv/dev ## the digest as a phone shows it, into docs/pictures; needs chromium
	$(BIN)/python docs/pictures/digest.py

bench: .venv/dev ## every figure, each beside a peer; those of a corpus of yours: bench/README.md
	@for name in poll store match alerts digest_due fuzz_language; do \
		echo "== $$name"; $(BIN)/python bench/$$name.py || exit 1; done

COMPILE := $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --allow-unsafe \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options

pins: .venv/dev ## compute requirements/*.txt anew from pyproject.toml
	$(COMPILE) --output-file requirements/run.txt --extra compression pyproject.toml
	$(COMPILE) --output-file requirements/dev.txt --constraint requirements/run.txt \
		--extra compression --extra channels --extra dkim --extra test --extra lint --extra build pyproject.toml

clean: ## remove what the targets made
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache
