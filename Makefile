# Two commands: `make run` and `make test`. Both set up everything they need; `make help` lists the rest.

export CENTRALKA_HOME ?= $(CURDIR)/var
export PYTHONPATH := $(CURDIR)/src
# Hundreds of processes are started here. Where the environment forbids Python to keep what it compiled, each would compile
# every module anew: 18 seconds of a processor for each worker of the tests alone.
unexport PYTHONDONTWRITEBYTECODE
VENV := $(CENTRALKA_HOME)/venv
PYTHON := $(VENV)/bin/python

.PHONY: help run carrier test calls beside_calls units_on_postgresql check style types all_units database_units other_units units live browser mutations test-long bench pictures format prompts manage

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: ## set up what is missing and start Centralka; Ctrl-C stops it
	@scripts/setup run
	@exec $(PYTHON) -m centralka run

carrier: ## the outside world to call and be called by (docs/carrier.md); Ctrl-C stops it
	@scripts/setup run
	@exec $(PYTHON) -m centralka carrier

test: ## everything CI runs: check, units on PostgreSQL, live calls, browser
	@scripts/setup test
	@$(MAKE) --no-print-directory style other_units
	@rm -rf $(NOTES) $(CENTRALKA_HOME)/failed
	@$(MAKE) --no-print-directory -j 2 calls beside_calls
	@$(call again,tests/browser,$(CORES))
	@$(PYTHON) -m tests.first_try $(NOTES)

# Calls mostly wait, for people who speak and phones that ring: 43 stories with their two installations took 24 seconds of a
# processor, and three minutes. What needs processors and has patience runs beside them and stands back (nice): the types,
# and the units that run on both databases. What these say is printed in one piece at their end. A browser is not patient
# enough for that, and units that start processes are not asked to be.
calls:
	@$(call again,tests/live,$(callers))

beside_calls:
	@said=$(CENTRALKA_HOME)/beside-calls.log; ended=0; : >"$$said"; \
		trap 'cat "$$said"' EXIT; trap 'kill $$!; wait; exit 1' INT TERM; \
		for part in types database_units units_on_postgresql; do \
			nice -n 10 $(MAKE) --no-print-directory $$part >>"$$said" 2>&1 & wait $$! || ended=1; \
		done; exit $$ended

units_on_postgresql:
	@$(limit) scripts/with-postgresql $(pytest_units) $(what_differs) $(ON_BOTH) $(LOCKS) tests/clients

# A test that stands still is told by name (tests/standstill.py). This ends whatever else does, long before CI loses patience.
limit := timeout --foreground --kill-after 60 40m

# What differs by database is SQL, not pages and answers. The layers that hold SQL run whole on PostgreSQL too. For the
# others the run before notes what each test sends to SQLite, and of each file only those run again that together send all
# that it sends: statements, errors, and kinds of values (tests/statements.py).
STATEMENTS := $(CENTRALKA_HOME)/test-statements.json
what_differs = -p tests.statements --by-statements $(STATEMENTS) --whole tests/store --whole tests/outbox

# The switchboard while somebody holds what it needs: SQLite has one lock, PostgreSQL one for each row.
LOCKS := tests/test_busy.py $(addprefix tests/switch/test_,database.py charged_records.py meter.py outside_calls.py)

# Every worker loads pytest's plugins, used or not. Two of them cost a second or more of a processor each time.
no_browser := -p no:playwright -p no:base_url
no_schemas := -p no:schemathesis

# A worker that died is not replaced: the run has failed, and xdist may wait for ever for what the dead one had to do.
lasting := --max-worker-restart 0

# The long tests, those with commits, come last. A worker that has nothing left takes from the other.
CORES := $(shell nproc)
evenly := -n $(CORES) --dist worksteal $(lasting)

# File by file in their order, each worker with installations of its own: three for each core, and not more than eight, as
# each installation has some thirty processes. A browser draws, so there it is as many as there are cores.
workers = -n $(1) --dist loadfile --no-loadscope-reorder $(lasting)
callers := $(shell cores=$$(nproc); echo $$((cores < 3 ? 3 * cores : 8)))
# Real phones and a real browser on a machine that is busy with other things: what failed is tried once more, by itself, and
# has to pass then. Both runs are printed, what needed another try is named at the end, and more than two in a thousand
# are too many (tests/first_try.py).
NOTES := $(CENTRALKA_HOME)/first-try
# What failed is kept apart for each, as another run that ends meanwhile would write its own over it.
once = $(limit) $(PYTHON) -m pytest -q $(no_schemas) $(if $(filter tests/live,$(1)),$(no_browser)) -o cache_dir=$(CENTRALKA_HOME)/failed/$(1) $(1)
again = $(call once,$(1)) -p tests.first_try --note-first-try $(NOTES) $(call workers,$(2)) \
	|| $(call once,$(1)) --last-failed --last-failed-no-failures none

check: ## lint, types, layers, units: five to eight minutes on two cores
	@scripts/setup dev
	@$(MAKE) --no-print-directory style
	@$(MAKE) --no-print-directory -j 2 types all_units

style:
	@$(VENV)/bin/ruff format --check --quiet .
	@$(VENV)/bin/ruff check --quiet .
	@$(VENV)/bin/lint-imports --no-cache

# The types of a fresh clone take most of a minute on one core: beside the units they cost half of that.
types:
	@$(VENV)/bin/mypy src tests bench prompts

# The units, at once or in two parts: those that run on both databases, and the others.
ON_BOTH := tests/store tests/outbox tests/actions tests/api tests/panel
not_here := $(addprefix --ignore ,tests/live tests/browser tests/clients)
pytest_units = $(PYTHON) -m pytest -q $(evenly) $(no_browser)
noting = rm -f $(STATEMENTS); $(limit) $(pytest_units) -p tests.statements --note-statements $(STATEMENTS)

all_units:
	@$(noting) tests $(not_here)

database_units:
	@$(noting) $(ON_BOTH)

other_units:
	@$(limit) $(pytest_units) $(no_schemas) tests $(not_here) $(addprefix --ignore ,$(ON_BOTH))

units: ## the pure core alone, in milliseconds
	@scripts/setup dev
	@$(PYTHON) -m pytest -q tests/calls

live: ## calls on the real engine with real phones
	@scripts/setup test
	@$(PYTHON) -m pytest -q tests/live

browser: ## the panel in Chromium
	@scripts/setup test
	@$(PYTHON) -m pytest -q tests/browser

mutations: ## ten minutes of malformed messages while two phones talk (no part of `make test`)
	@scripts/setup test
	@$(PYTHON) -m tests.live.strangers.mutations

MINUTES := 60

test-long: ## each process killed at random under charged calls for MINUTES=60, then the books (no part of `make test`)
	@scripts/setup test
	@$(PYTHON) -m tests.live.when_parts_die.long $(MINUTES)

bench: ## the figures of the README
	@scripts/setup test
	@$(PYTHON) -m bench

pictures: ## the pictures of the README and the guides, from the demo with a few calls
	@scripts/setup test
	@$(PYTHON) -m bench.pictures

format: ## put the code into shape
	@scripts/setup dev
	@$(VENV)/bin/ruff check --fix --quiet . ; $(VENV)/bin/ruff format .

prompts: ## speak the texts in prompts/*.tsv that are new or changed
	@scripts/setup dev
	@$(PYTHON) -m prompts "$${CENTRALKA_ENGINE_DIR:-$$CENTRALKA_HOME/engine-bundle}" "$$CENTRALKA_HOME/voice-bundle"

manage: ## Django's own commands: make manage do="makemigrations store"
	@scripts/setup dev
	@$(PYTHON) manage.py $(do)
