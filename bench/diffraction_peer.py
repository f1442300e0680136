#!/usr/bin/env python3
"""davy's powder patterns beside pymatgen's, in-process: python3 bench/diffraction_peer.py BIN_DIRECTORY

Both compute the lines of the same CIF files, 2 theta from 5 to 90 degrees at 1.54056 angstrom. pymatgen
uses another parametrisation of the form factors, so intensities agree within 3 % of the strongest line
only. davy's time is per pattern over many repetitions in one process (bench_diffraction)."""
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

try:
    from pymatgen.analysis.diffraction.xrd import XRDCalculator
    from pymatgen.core import Lattice, Structure
except ImportError:
    sys.exit("pymatgen is not installed (pip install pymatgen)")
warnings.filterwarnings("ignore")

# Structures whose standard setting both programs share: group, lattice, sites.
STRUCTURES = {
    "Au": (225, (4.0786, 4.0786, 4.0786, 90, 90, 90), [("Au", (0, 0, 0))]),
    "NiSb": (194, (3.934, 3.934, 5.141, 90, 90, 120),
             [("Ni", (0, 0, 0)), ("Sb", (1 / 3, 2 / 3, 0.25))]),
    "Na2Au": (140, (7.417, 7.417, 5.522, 90, 90, 90),
              [("Au", (0, 0, 0.25)), ("Na", (0.162, 0.662, 0))]),
    "Na3Sb": (194, (5.366, 5.366, 9.515, 90, 90, 120),
              [("Sb", (1 / 3, 2 / 3, 0.25)), ("Na", (0, 0, 0.25)), ("Na", (1 / 3, 2 / 3, 0.583))]),
    "Na15Sn4": (220, (13.1423, 13.1423, 13.1423, 90, 90, 90),
                [("Sn", (0.20905, 0.29095, 0.70905)), ("Na", (0.37236, 0.28799, 0.90493)),
                 ("Na", (0.5, 0.25, 0.125))]),
    "NaZn13": (226, (12.284, 12.284, 12.284, 90, 90, 90),
               [("Na", (0.25, 0.25, 0.25)), ("Zn", (0, 0, 0)), ("Zn", (0, 0.1806, 0.1192))]),
}


def cif(name, group, lattice, sites):
    keys = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
    cell = "".join(f"_cell_{k} {v}\n" for k, v in zip(keys, lattice))
    atoms = "".join(f"{e} {x:.6f} {y:.6f} {z:.6f}\n" for e, (x, y, z) in sites)
    loop = "loop_\n_atom_site_label\n" + "".join(f"_atom_site_fract_{a}\n" for a in "xyz")
    return f"data_{name}\n{cell}_space_group_IT_number {group}\n{loop}{atoms}"


def merged(lines):
    """Sums lines that share an angle, scaled to 100 for the strongest, as pymatgen does."""
    sums = {}
    for angle, intensity in lines:
        key = next((k for k in sums if abs(k - angle) < 1e-3), angle)
        sums[key] = sums.get(key, 0) + intensity
    top = max(sums.values())
    return {k: 100 * v / top for k, v in sums.items()}


def main():
    binaries = pathlib.Path(sys.argv[1])
    calculator = XRDCalculator(1.54056, symprec=0)
    print(f"{'phase':9} {'lines':>5} {'angle off/deg':>13} {'intensity off/%':>15} "
          f"{'pymatgen/ms':>11} {'davy/ms':>8} {'ratio':>6}")
    for name, (group, lattice, sites) in STRUCTURES.items():
        structure = Structure.from_spacegroup(group, Lattice.from_parameters(*lattice),
                                              [s[0] for s in sites], [s[1] for s in sites])
        best = float("inf")
        for _ in range(5):
            start = time.perf_counter()
            peer = calculator.get_pattern(structure, two_theta_range=(5, 90))
            best = min(best, time.perf_counter() - start)
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / f"{name}.cif"
            path.write_text(cif(name, group, lattice, sites))
            result = json.loads(subprocess.run([binaries / "bench_diffraction", path], check=True,
                                               capture_output=True, text=True).stdout)
        ours = merged(result["lines"])
        off_angle = off_intensity = 0
        for angle, intensity in zip(peer.x, peer.y):
            if intensity < 0.5:
                continue
            key = min(ours, key=lambda k: abs(k - angle))
            off_angle = max(off_angle, abs(key - angle))
            off_intensity = max(off_intensity, abs(ours[key] - intensity))
        print(f"{name:9} {len(peer.x):5} {off_angle:13.5f} {off_intensity:15.2f} {1e3 * best:11.2f} "
              f"{1e3 * result['seconds']:8.4f} {best / result['seconds']:6.0f}")


if __name__ == "__main__":
    main()
