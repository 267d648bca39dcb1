# The front door of Qianyin; Meson does the building (docs/adr/0001). `make help` says what there is.
# Each build kind has a folder of its own: build (product), build-lab (tests), build-clang,
# build-asan, build-tsan, build-cover, build-fuzz.
SHELL = /bin/sh
.DEFAULT_GOAL = build
.PHONY: help setup setup-peers build demo test torture asan cover fuzz lint bench run doc deb clean

T ?= 60
meson = tools/configure

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

setup: ## install the packages that are missing (apt, tools/packages.txt)
	@tools/setup
	@tools/setup-npm

setup-peers: setup ## and those that only comparisons need (tools/packages-peers.txt)
	@tools/setup tools/packages-peers.txt

build: setup ## the product, in build/
	@$(meson) build -Dtests=false -Dlab=false
	@ninja -C build

demo: build ## play everything on made-up parties; writes demo-out/index.html
	@tools/demo build

test: build ## both compilers, cheap checks, unit tests, corpora, scenarios
	@$(meson) build-lab --werror -Dlab=true
	@ninja -C build-lab
	@CC=clang $(meson) build-clang --werror -Dlab=true
	@ninja -C build-clang
	@tests/run --build build-lab --product build --checks

torture: setup ## every mutation, valgrind, thread sanitizer; takes minutes
	@tools/torture

asan: setup ## unit tests, corpora and scenarios under address and undefined-behaviour sanitizers
	@$(meson) build-asan -Dlab=true -Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-asan
	@tests/run --build build-asan --product build-asan

cover: setup ## line coverage of the tests
	@$(meson) build-cover -Dlab=true -Db_coverage=true
	@ninja -C build-cover
	@find build-cover -name '*.gcda' -delete
	@tests/run --build build-cover --product build-cover
	@gcovr --root . --filter src/ --exclude-unreachable-branches --print-summary \
		--html-details build-cover/coverage.html build-cover | tail -n 12

fuzz: setup ## libFuzzer on every parser for T=60 seconds each
	@CC=clang $(meson) build-fuzz -Dfuzz=true -Dtests=false -Dlab=true \
		-Db_sanitize=address,undefined -Db_lundef=false
	@ninja -C build-fuzz
	@tools/fuzz build-fuzz $(T)

lint: setup ## layout, tidy, cppcheck, shellcheck, layers, banned calls, po, standards report
	@$(meson) build-lab --werror -Dlab=true
	@ninja -C build-lab
	@CC=clang $(meson) build-clang --werror -Dlab=true
	@ninja -C build-clang
	@tools/lint build-lab

bench: build ## figures beside those of others, in one run
	@$(meson) build-bench -Dtests=false -Dbench=true --buildtype=release
	@ninja -C build-bench
	@tools/bench build-bench

doc: ## docs/standards.md: clause, code, test
	@tools/trace > docs/standards.md.new && mv docs/standards.md.new docs/standards.md

run: build ## the platform on http://127.0.0.1:17500, its data in run-data/
	@tools/run-platform build

deb: setup ## Debian packages, in build-deb/packages
	@$(meson) build-deb -Dtests=false -Dlab=false -Dsimulators=false --buildtype=release --prefix=/usr
	@ninja -C build-deb
	@tools/make-deb build-deb build-deb/packages

clean: ## remove what was built
	@rm -rf build build-* demo-out run-data
