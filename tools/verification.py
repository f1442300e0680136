#!/usr/bin/env python3
"""Writes docs/verification.md from what the tests of the interface engine print.

    tools/verification.py BUILD [LOG]

runs `ctest -L interface` in the folder BUILD, the long ones too, or reads LOG, what such a run with
-V has printed. Tests say what they measured in lines "verified: problem | result | bound"
(tests/interface/verified.h).
"""
import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "verification.md"

HEAD = """# Verification of the interface engine

`make verification` writes this page: it runs all tests of label `interface`, the long ones too, and collects what
they print. A test compares with an exact solution, a conservation law or a published number; its head says which.

Orders are slopes over all meshes in logarithms; the bound is the order expected and how much less is let pass.
Several figures of a result have as many bounds. Errors are relative unless a unit says otherwise.
"""


def run(build, log):
    """All tests one after the other."""
    with open(log, "w") as file:
        subprocess.run(["ctest", "-L", "interface", "-V"], cwd=build, stdout=file)


def parse(text):
    """{test: {"rows": [(case, problem, result, bound)], "cases": [...], "seconds": s, "passed": bool}}"""
    tests, of_number = {}, {}
    for line in text.splitlines():
        start = re.match(r"\s*Start\s+(\d+): test_(\S+)", line)
        end = re.search(r"Test\s+#(\d+): test_(\S+) \.+\s*(\**\S+)\s+([\d.]+) sec", line)
        said = re.match(r"(\d+): (.*)", line)
        if start:
            of_number[start[1]] = start[2]
            tests[start[2]] = {"rows": [], "cases": [], "case": "", "seconds": 0, "passed": False}
        elif end and end[2] in tests:
            tests[end[2]].update(passed=end[3] == "Passed", seconds=float(end[4]))
        elif said and said[1] in of_number:
            note(tests[of_number[said[1]]], said[2])
    return tests


def note(test, line):
    case = re.match(r"\[ RUN      \] (\S+)", line)
    # Ranks of one program print the same, over each other.
    verified = re.search(r"verified: (.*?) \| (.*?) \| (.*?)(\[(?:  |==)|verified:|$)", line)
    if case:
        test["case"] = case[1]
        if case[1] not in test["cases"]:
            test["cases"].append(case[1])
    elif verified:
        row = verified[1], verified[2], verified[3].strip()
        if row not in [known[1:] for known in test["rows"]]:
            test["rows"].append((test["case"], *row))


def table(name, test):
    yield f"\n## {name.replace('_', ' ')}\n"
    yield "| case | problem | result | bound |"
    yield "| --- | --- | --- | --- |"
    for case, problem, result, bound in test["rows"]:
        yield f"| {case.replace('_', ' ')} | {problem} | {result} | {bound} |"


def page(tests):
    lines = [HEAD.rstrip("\n")]
    bare = []
    for name, test in tests.items():
        if test["rows"]:
            lines += table(name, test)
        elif not name.endswith("_ranks"):
            bare.append(f"- {name.replace('_', ' ')}: {', '.join(test['cases']).replace('_', ' ')}")
    lines += ["\n## Without a figure\n", "What holds or does not:\n", *bare]
    for kind in ("usual", "long"):
        times = [t["seconds"] for name, t in tests.items() if name.endswith("_long") == (kind == "long")]
        lines.append(f"\n{len(times)} {kind} tests passed in {sum(times):.0f} s.")
    return "\n".join(lines) + "\n"


def main():
    build = Path(sys.argv[1])
    log = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else build.resolve() / "verification.log"
    if len(sys.argv) < 3:
        run(build, log)
    tests = parse(log.read_text(errors="replace"))
    failed = [name for name, test in tests.items() if not test["passed"]]
    if failed or not tests:
        sys.exit(f"verification: failed: {', '.join(failed) or 'no tests'}; the page stays as it was; see {log}")
    PAGE.write_text(page(tests))


if __name__ == "__main__":
    main()
