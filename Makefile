# One word each, the same for people and for CI. All is done inside .venv; beyond it, only root gets Debian packages
# that are missing (python3-venv; for the tests mariadb-server-core and libgomp1). `make test ARGS="tests/llm -x"` narrows.

VENV := .venv
BIN := $(VENV)/bin
SHELL := /bin/sh

# Processes that run tests: two more than there are cores, since faults are played in real time and mostly wait.
JOBS := $(shell echo $$(($$(nproc) + 2)))

# In CI a missing piece (database server, model server) fails a test instead of skipping it.
ifdef CI
export ORCHD_TEST_REQUIRE := 1
endif

.DEFAULT_GOAL := help
.PHONY: baseline help run page docs try test drill check audit format bench eval mutants coverage build schema clients setup lock clean
.DELETE_ON_ERROR:

help:                   ## Say what there is
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: setup              ## Start orchd at http://127.0.0.1:3001, with a simulated model beside the real ones
	@scripts/page.sh </dev/null & exec $(BIN)/orchd serve --demo $(ARGS)

page: setup             ## Build the page that the daemon serves; nothing to do when it is up to date
	@scripts/page.sh </dev/null

docs: setup             ## Build the documentation that the daemon serves at /docs, from docs/
	@scripts/docs.sh

try: setup              ## Serve a small real model, downloaded once (238 MB, Gemma's terms) into .venv/try
	@exec scripts/try.sh $(ARGS)

# Where the environment forbids to keep bytecode, every process of the tests would compile all modules anew.
test drill coverage: export PYTHONDONTWRITEBYTECODE :=

test drill coverage: export TMPDIR = $(shell scripts/test-directory.sh)

test: $(BIN)/.dev       ## All tests; ARGS="tests/llm -x" narrows
	@scripts/test-programs.sh
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile $(ARGS)

drill: $(BIN)/.dev      ## What takes too long for every day: properties with many times the examples, CI on bare Debians
	@scripts/test-programs.sh
	@ORCHD_TEST_EXAMPLES=10 $(BIN)/python -m pytest -n $(JOBS) --timeout 3000 -m hypothesis
	@ORCHD_TEST_EXAMPLES=20 $(BIN)/python -m pytest -n $(JOBS) tests/wire/test_schema_fuzz.py tests/wire/test_client_fuzz.py \
		tests/protocol/schema/test_json_schema.py
	@ORCHD_TEST_EXAMPLES=30 $(BIN)/python -m pytest tests/wire/test_door_fuzz.py
	@ORCHD_TEST_EXAMPLES=5 $(BIN)/python -m pytest -n $(JOBS) tests/wire/test_generated_client.py
	@ORCHD_TEST_SCREENSHOTS=$(CURDIR)/build/screenshots $(BIN)/python -m pytest -m drill --timeout 3000 tests/web
	@$(BIN)/python -m pytest -m drill --timeout 3000 tests/faults/test_each_statement.py
	@$(BIN)/python -m tests.eval.tasks --floors
	@$(MAKE) --no-print-directory coverage
	@scripts/generators.sh
	@scripts/clients.sh
	@scripts/build.sh
	@command -v debootstrap >/dev/null || scripts/apt.sh debootstrap
	@command -v buildah >/dev/null || scripts/apt.sh buildah
	@ORCHD_TEST_BUILT=1 $(BIN)/python -m pytest -n 2 --dist loadfile tests/release
	@scripts/reproducible.sh
	@scripts/bare.sh
	@ORCHD_BARE_SUITE=trixie scripts/bare.sh

check: $(BIN)/.dev      ## Format, lint, types, and that no client of a release breaks
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@scripts/compatible.sh
	@scripts/page.sh svelte-check --tsconfig ./tsconfig.json --fail-on-warnings --output human >/dev/null
	@scripts/page.sh oxlint --quiet
	@scripts/page.sh prettier --check --log-level warn .
	@scripts/audit.sh

audit: setup            ## Fail when a version that is pinned has a known weakness
	@scripts/audit.sh --strict

format: $(BIN)/.dev     ## Format, and mend what ruff can
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format --quiet .
	@scripts/page.sh prettier --write --log-level warn .

bench: $(BIN)/.dev      ## Measure; prints figures, fails on none
	@$(BIN)/python -m tests.bench $(ARGS)

eval: $(BIN)/.dev       ## Score the ledger of claims on the labelled set; ARGS="--dev --misses" lists what went wrong there
	@$(BIN)/python -m tests.eval $(ARGS)
	@$(BIN)/python -m tests.eval.tasks

coverage: $(BIN)/.dev   ## All tests, measured: fails where a module's branch coverage falls below its floor, and raises floors
	@scripts/test-programs.sh
	@rm -rf .coverage
	@$(BIN)/python -m coverage run -m pytest -n $(JOBS) --dist loadfile $(ARGS)
	@$(BIN)/python -m tests.coverage

mutants: $(BIN)/.dev    ## Change modules in one place at a time and list the changes that no test notices; ARGS="orchd/llm/wire/sse.py" narrows
	@$(BIN)/python -m tests.mutants $(ARGS)

build: setup             ## What is released, into dist/: wheel, sdist, the single file, a Debian package, lists of what is in them
	@scripts/build.sh

schema: setup           ## Write the generated files: protocol.schema.json, docs/protocol.md and its folder, docs/settings.md, tests/golden, orchd/orchd_client
	@$(BIN)/python -m orchd.features.reference schema > protocol.schema.json.new && mv protocol.schema.json.new protocol.schema.json
	@$(BIN)/python -m orchd.codegen.markdown protocol.schema.json docs
	@$(BIN)/python -m orchd.config.doc > docs/settings.md.new && mv docs/settings.md.new docs/settings.md
	@$(BIN)/python -m orchd.features.reference golden tests/golden
	@$(BIN)/python -m orchd.codegen.python.package protocol.schema.json

baseline: $(BIN)/.dev   ## At a release: keep the schema as the one that later changes are compared with
	@scripts/compatible.sh --renew

clients: $(BIN)/.dev    ## Write the clients for other people's programs: packaging/clients/python and packaging/clients/typescript
	@$(BIN)/orchd client python --out packaging/clients/python --schema protocol.schema.json
	@$(BIN)/orchd client typescript --out packaging/clients/typescript --schema protocol.schema.json
	@scripts/node.sh tsc --project packaging/clients/typescript

setup: $(BIN)/orchd     ## Make .venv with orchd in it; at once when nothing is to do
	@:

lock:                   ## Pin the newest releases that pyproject.toml allows, with hashes
	@scripts/lock.sh

clean:                  ## Remove all that was made here, .venv too
	@rm -rf $(VENV) build dist packaging/clients .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage
	@rm -rf orchd/web/node_modules orchd/web/dist orchd/web/dist.* orchd/web/docs orchd/web/docs.new orchd/web/.client orchd/web/.lock
	@find orchd tests -name __pycache__ -prune -exec rm -rf {} +

# The installed command is its own stamp: setup.sh touches it last.
$(BIN)/orchd: requirements.lock pyproject.toml scripts/setup.sh scripts/apt.sh
	@scripts/setup.sh

$(BIN)/.dev: $(BIN)/orchd requirements-dev.lock
	@echo "setup: installing what tests and checks need" >&2
	@$(BIN)/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@
