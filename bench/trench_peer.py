"""The copper trench beside FreeFem++ (Debian: freefem++): trench_t0.edp against interface_trench in
turns, CPU time of the solution from mesh to current; then trench_moving.edp by itself.

    trench_peer.py BIN_DIRECTORY
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROUNDS = 3
HERE = pathlib.Path(__file__).parent
ONE_THREAD = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def lines(*command):
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=ONE_THREAD
    ).stdout.splitlines()


def milliseconds(line):
    return float(re.search(r"([\d.]+) ms", line).group(1))


def fastest(found, line, name):
    if name not in found or milliseconds(line) < milliseconds(found[name]):
        found[name] = line


def main():
    program = pathlib.Path(sys.argv[1]) / "interface_trench"
    if not shutil.which("FreeFem++"):
        sys.exit("FreeFem++ is not installed; left out")
    if not program.exists():
        sys.exit("built without the interface engine; left out")
    found = {}
    for _ in range(ROUNDS):
        fastest(found, lines(program)[-1], "davy")
        peer = lines("FreeFem++", "-nw", "-v", "0", HERE / "trench_t0.edp")
        for family in ("even", "graded"):
            fastest(found, [line for line in peer if family in line][-1], family)
    for line in found.values():
        print(line)
    for family in ("even", "graded"):
        ratio = milliseconds(found[family]) / milliseconds(found["davy"])
        print(f"FreeFem++ on its {family} mesh takes {ratio:.2f} times davy's time")
    for line in lines("FreeFem++", "-nw", "-v", "0", HERE / "trench_moving.edp"):
        if re.search(r"t = [15] s", line):
            print(line)


if __name__ == "__main__":
    main()
