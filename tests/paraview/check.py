"""What ParaView makes of fields.xdmf and front.xdmf: pvpython check.py FOLDER

FOLDER holds what `test_xdmf write FOLDER` wrote: the growing disk of tests/growing_circle.h, and in
FOLDER/ball the growing ball. Counts and ranges come from the formulas there, not from the files."""
import math
import sys

from paraview.simple import IntegrateVariables, OpenDataFile
from paraview.servermanager import Fetch

EDGE, C0 = 1e-6, 1000.0


def expect(what, value, wanted, share=1e-9):
    good = abs(value - wanted) <= share * abs(wanted)
    print(f"{'ok  ' if good else 'FAIL'} {what}: {value:.9g}, expected {wanted:.9g}")
    return good


def fetch(source, time):
    source.UpdatePipeline(time)
    return Fetch(source)


def finite_range(data, name):
    """Of a cells' array; cells without fluid have NaN."""
    return data.GetCellData().GetArray(name).GetFiniteRange()


def integral(source, time, name=None):
    """Area or volume of the cells, or the integral of one of their arrays."""
    total = IntegrateVariables(Input=source)
    data = fetch(total, time).GetCellData()
    for index in range(data.GetNumberOfArrays()):
        array = data.GetArray(index)
        if name and array.GetName() == name or not name and array.GetName() in ("Area", "Volume", "Length"):
            return array.GetTuple1(0)
    return math.nan


def check(folder, dim, frames):
    good = True
    fields = OpenDataFile(f"{folder}/fields.xdmf")
    front = OpenDataFile(f"{folder}/front.xdmf")
    for name, source in (("fields", fields), ("front", front)):
        good &= expect(f"{dim}D {name}: time steps", len(source.TimestepValues), frames)
    for i, time in enumerate(fields.TimestepValues):
        good &= expect(f"frame {i}: time", time + 1, 10.0 * i + 1)
        cells, lines = fetch(fields, time), fetch(front, time)
        radius = (0.1 + 0.2 * i / (frames - 1)) * EDGE
        orphan = 2 * i >= frames
        low, high = finite_range(cells, "c")
        # The farthest place is a corner of the box, half a coarsest cell inside of it.
        far = math.sqrt(dim) * (0.5 * EDGE - 0.5 * EDGE / 8)
        at = (lambda r: C0 * (1 + 0.25 * math.log(r / EDGE))) if dim == 2 else (lambda r: C0 * (1 - 0.05 * EDGE / r))
        # The nearest is a cut cell up to its own half diagonal from the front.
        finest = EDGE / 8 / 2 ** (5 if dim == 2 else 2)
        nearest = (at(radius - finest * math.sqrt(dim) / 2), at(radius + finest))
        good &= expect(f"frame {i}: least c", low, sum(nearest) / 2, (nearest[1] - nearest[0]) / sum(nearest))
        if not orphan:
            good &= expect(f"frame {i}: largest c", high, at(far), 1e-3 if dim == 2 else 1e-2)
        good &= expect(f"frame {i}: box", integral(fields, time), EDGE**dim, 1e-6)
        whole = 2 * math.pi * radius if dim == 2 else 4 * math.pi * radius**2
        small = 2 * math.pi * 0.06e-6 if dim == 2 else 4 * math.pi * 0.06e-6**2
        # Polygons of 64 to 128 corners, polyhedra of 16 to 32 by 8 to 16.
        good &= expect(f"frame {i}: front", integral(front, time), whole + orphan * small, 1e-3 if dim == 2 else 0.03)
        good &= expect(f"frame {i}: orphaned", finite_range(lines, "orphaned")[1] + 1, orphan + 1)
        print(f"     frame {i}: {cells.GetNumberOfCells()} cells, "
              f"{cells.GetNumberOfPoints()} points, c {low:.2f} to {high:.2f} mol/m3")
    return good


passed = check(sys.argv[1], 2, 5) and check(f"{sys.argv[1]}/ball", 3, 3)
print("paraview: all passed" if passed else "paraview: failed")
sys.exit(not passed)
