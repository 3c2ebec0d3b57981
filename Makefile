# Two commands are all a newcomer needs: `make run` and `make test`. Nothing is decided here;
# the work is done by scripts/ and by the presets of CMakePresets.json.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
JOBS ?= $(shell nproc)

.PHONY: help run test check bench setup build format hooks clean

help: ## what can be asked for
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 16

run: setup ## build it and start it: with your configuration, or else with a demo world
	cmake --preset release >build/release.log
	cmake --build --preset release -j$(JOBS) --target fairgate
	scripts/run

test: build ## build it and run every test
	rm -f build/dev/once_more.log
	ctest --preset dev | tee build/dev/ctest.log

check: build ## what else must hold: layers, format, spelling, tidy, sanitizers, fuzzers
	scripts/check all

bench: setup ## the figures of docs/performance.md on this machine
	scripts/bench

build: setup ## the daily build, warnings are errors
	cmake --preset dev >build/dev.log
	cmake --build --preset dev -j$(JOBS)

setup: ## install what is missing on this machine (Debian 12)
	@scripts/setup
	@mkdir -p build

format: ## format what changed since main
	scripts/check --fix format

hooks: ## check quickly before each commit
	git config core.hooksPath .githooks

clean: ## remove everything built
	rm -rf build
