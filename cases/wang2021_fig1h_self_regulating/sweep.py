"""Where the islands regulate themselves: the short case with other assumed values.

    python3 sweep.py DAVY FOLDER

runs DAVY on each variant in FOLDER, twice: with nuclei on islands alone, for what current the seeds
draw by themselves, and as it is. Prints the table of the README. Standard library only."""

import csv
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

# Name of a variant, and what it changes in case.yaml: text as it is there, text instead.
BARRIER = "barrier: {value: 0.8 eV"
NICKEL, SITES = "overpotential: {value: 50 mV", "line_density: {value: 0.1 nm-1"
STUCK = ("until 0.01 mAh/cm2", "for 300 s until 0.01 mAh/cm2")  # where nickel never begins
VARIANTS = [
    ("as in case.yaml", []),
    *[(f"barrier {v} eV", [(BARRIER, f"barrier: {{value: {v} eV")]) for v in (0.7, 0.6, 0.55, 0.5, 0.35)],
    *[(f"i0 {v} mA/cm2", [("counter_electrode:", f"metal_surface: {{exchange_current_density: {v} mA/cm2}}\ncounter_electrode:")])
      for v in (0.1, 10)],
    ("nickel begins at 95 mV", [(NICKEL, "overpotential: {value: 95 mV")]),
    ("nickel begins at 105 mV", [(NICKEL, "overpotential: {value: 105 mV"), STUCK]),
    *[(f"sites on nickel {v} per nm", [(SITES, f"line_density: {{value: {v} nm-1")]) for v in (0.02, 0.5)],
    *[(f"hold at {v} V", [("hold at -0.1 V", f"hold at {v} V")]) for v in (-0.06, -0.3)],
    ("barrier 0.35 eV, nickel at 105 mV",
     [(BARRIER, "barrier: {value: 0.35 eV"), (NICKEL, "overpotential: {value: 105 mV"), STUCK]),
]


def run(davy, folder, name, changes):
    """The rows of the morphology of a variant, and how its step ended."""
    text = (HERE / "case.yaml").read_text()
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    case, out = folder / f"{name}.yaml", folder / name
    case.write_text(text)
    done = subprocess.run([davy, "-q", "run", case, "-o", out], capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stderr)
    with open(out / "morphology.csv") as file:
        rows = list(csv.DictReader(file))
    with open(out / "ledger.csv") as file:
        return rows, list(csv.DictReader(file))[-1]["Ended by / 1"]


def main(davy, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    print("| case | seeds alone, A/m2 | film, A/m2 | highest / mean | RMS, nm | ended by |")
    print("| --- | --- | --- | --- | --- | --- |")
    for k, (name, changes) in enumerate(VARIANTS):
        bare = [(SITES, "line_density: {value: 1e-9 nm-1"), ("until 0.01 mAh/cm2", "for 1 s")]
        others = [c for c in changes if c[0] != SITES and c != STUCK]
        seeds, _ = run(davy, folder, f"seeds_{k}", others + bare)
        rows, reason = run(davy, folder, f"film_{k}", changes)
        last = {key: float(value) for key, value in rows[-1].items()}
        highest, mean = last["Highest point / m"], last["Mean height / m"]
        alone = -float(seeds[0]["Current density / A/m2"])
        print(f"| {name} | {alone:.3g} | {-last['Current density / A/m2']:.3g} | {highest / mean:.3f} |"
              f" {1e9 * last['Roughness (RMS) / m']:.2g} | {reason} |", flush=True)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
