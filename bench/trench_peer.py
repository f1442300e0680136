"""The copper trench beside FreeFem++ (Debian: freefem++): trench_t0.edp against interface_trench in
turns, CPU time of the solution from mesh to current; then trench_moving.edp against
interface_moving, at the peer's usual resolution and at the coarsest that is within 1 %.

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


def seconds(line):
    return float(re.search(r"([\d.]+) s$", line).group(1))


def fastest(found, line, name):
    if name not in found or milliseconds(line) < milliseconds(found[name]):
        found[name] = line


def moving(program):
    ours, peers = [], {"6": [], "3": []}
    for _ in range(ROUNDS):
        ours.append(lines(program)[-1])
        for segments, found in peers.items():
            command = "FreeFem++", "-nw", "-v", "0", HERE / "trench_moving.edp", "-n", segments
            found.append(lines(*command)[-1])
    best = min(ours, key=milliseconds)
    print(best)
    for segments, found in peers.items():
        least = min(found, key=seconds)
        ratio = 1e3 * seconds(least) / milliseconds(best)
        print(least)
        print(f"with {segments} segments on a fillet it takes {ratio:.2f} times davy's time")


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
    moving(program.parent / "interface_moving")


if __name__ == "__main__":
    main()
