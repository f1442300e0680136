# Thin front doors. `make demo` and `make check` need nothing but a Debian machine; everything else
# about building is in CMakeLists.txt and CMakePresets.json.

PRESET ?= release
DAVY = build/$(PRESET)/bin/davy

.PHONY: all build demo check papers verification browser paraview sanitize clang format fuzz bench packages clean

all: build

packages:
	@tools/install_packages.sh build $(if $(filter analysis,$(PRESET)),,interface)

# The page's plotting library comes from npm, pinned by package-lock.json.
src/report/web/node_modules/.package-lock.json: src/report/web/package-lock.json | packages
	@npm ci --prefix src/report/web --omit=dev --no-audit --no-fund --loglevel=error

build: packages src/report/web/node_modules/.package-lock.json
	@cmake --preset $(PRESET) >build-$(PRESET).log 2>&1 || { cat build-$(PRESET).log; rm -f build-$(PRESET).log; exit 1; }
	@rm -f build-$(PRESET).log
	@cmake --build --preset $(PRESET)

# From a cycler file, or from a cell that davy simulates, to a page.
demo: build
	@tools/demo.sh $(DAVY)

check: build
	@ctest --preset $(PRESET) -j 2 -LE long

# The papers' growth of metal in full, some minutes each: PAPERS="wang2021_figS3_half" for one of them.
papers: build
	@tools/papers.sh $(DAVY) build/papers $(PAPERS)

# docs/verification.md from all tests of the interface engine: five minutes on two idle cores.
verification: build
	@tools/verification.py build/$(PRESET)

# The page in a real browser.
browser: build
	@tools/install_packages.sh browser
	@npm ci --prefix src/report/web --no-audit --no-fund --loglevel=error
	@node tests/browser/run.mjs $(DAVY)

# What ParaView makes of the fields and the front.
paraview: build
	@tools/install_packages.sh paraview
	@mkdir -p build/paraview
	@build/$(PRESET)/bin/test_xdmf write build/paraview
	@pvpython tests/paraview/check.py build/paraview

# The tests under AddressSanitizer and UndefinedBehaviorSanitizer.
sanitize:
	@$(MAKE) PRESET=sanitize check

# The same code under clang, warnings as errors.
clang: packages src/report/web/node_modules/.package-lock.json
	@tools/install_packages.sh develop interface
	@CC=clang cmake -S . -B build/clang -G Ninja -DCMAKE_BUILD_TYPE=Release -DDAVY_INTERFACE=ON >/dev/null
	@cmake --build build/clang

format:
	@tools/install_packages.sh develop
	@git ls-files '*.c' '*.h' | xargs clang-format --dry-run --Werror

# FUZZ_SECONDS of libFuzzer for each reader.
FUZZ_SECONDS ?= 600
fuzz: packages src/report/web/node_modules/.package-lock.json
	@tools/install_packages.sh develop
	@tools/fuzz.sh $(FUZZ_SECONDS)

bench: build
	@tools/install_packages.sh bench
	@cmake --build --preset $(PRESET) --target benchmarks
	@bench/run.sh build/$(PRESET)/bin

clean:
	@rm -rf build demo
