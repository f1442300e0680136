#!/usr/bin/env python3
"""Fails on an include that breaks the law of docs/layers.md: a file may include only from lower
layers and from its own module, never from a sibling or from above. Public headers belong to the
module that they describe."""
import pathlib
import re
import sys

LAYERS = [
    ["core"],
    ["numeric", "field"],
    ["material", "record", "protocol", "mesh"],
    ["electrolyte", "kinetics", "diffraction", "design"],
    ["interface", "cell", "analysis"],
    ["study", "report"],
    ["cli"],
]
LAYER = {module: level for level, modules in enumerate(LAYERS) for module in modules}
CORE_HEADERS = {"error", "log", "file", "units", "yaml", "table", "cite", "constants"}
PART_OF = {"claims": "study"}  # public headers that are one of several of their module
INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def module_of(include):
    """The module that an include path belongs to, or None if there is none of that name."""
    folder, _, rest = include.partition("/")
    if folder == "davy":
        name = rest.removesuffix(".h")
        return "core" if name in CORE_HEADERS else PART_OF.get(name, name)
    return folder


def violations(root):
    sources = [*root.glob("src/*/**/*.[ch]"), *root.glob("include/davy/*.h")]
    for path in sorted(sources):
        relative = path.relative_to(root)
        public = relative.parts[0] == "include"
        if relative.name == "davy.h":
            continue  # the whole of the library in one header
        own = module_of("davy/" + relative.name) if public else relative.parts[1]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            where, include = f"{relative}:{number}", match.group(1)
            used = module_of(include)
            if "/" not in include:
                yield f'{where}: "{include}": name the module, as in "record/reader.h"'
            elif used not in LAYER or own not in LAYER:
                yield f"{where}: {include}: no module of that name in the layers"
            elif public and not include.startswith("davy/"):
                yield f"{where}: {include}: a public header includes public headers only"
            elif own == "cli" and used not in ("cli", "core") and not include.startswith("davy/"):
                yield f"{where}: {include}: the command line uses public headers only"
            elif used != own and LAYER[used] >= LAYER[own]:
                yield (f"{where}: {own} (layer {LAYER[own]}) includes {include} "
                       f"of {used} (layer {LAYER[used]})")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = list(violations(root))
    print("\n".join(found) if found else "layers: every include points down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
