"""EC-Lab .mpr: davy's reader beside galvani, each in its own process, on the same files.

    python3 bench/eclab_peers.py BIN_DIRECTORY [FILE.mpr...]
    python3 bench/eclab_peers.py --make OUT.mpr ROWS      a galvanostatic file of that many rows

BIN_DIRECTORY holds bench_records. Without files: one made here with a million rows (79 MB), and the
samples in $DAVY_SAMPLES. galvani comes from PyPI (pip install galvani); where it is not there it is
left out and said so.

galvani returns the packed rows as they are, as a view; nothing is decoded before a column is asked
for. Its second figure is the work that davy's covers: every column as an array of doubles.
"""

import glob
import io
import os
import struct
import subprocess
import sys
import tempfile
import time

IDS = (1, 2, 3, 21, 31, 65, 131, 4, 7, 13, 5, 6, 467, 468, 123, 124, 125, 126)
ROW = struct.Struct("<BHdddffdIdddd")  # in the order of IDS, all flags in the first byte
SHARE = 12057  # rows of a half cycle, as in a symmetric cell's file


def module(name, version, data):
    names = name.ljust(10) + b"made".ljust(25)
    head = names + struct.pack("<II8s", len(data), version, b"01/10/24")
    return b"MODULE" + head + data


def make(path, rows):
    """EC-Lab 11.x layout (version 3); 10 uA, sign alternating with every half cycle."""
    body, charge = bytearray(), 0.0
    for i in range(rows):
        half, k = divmod(i, SHARE)
        sign = -1.0 if half % 2 else 1.0
        dq = sign * 10e-3 / 3600
        charge += dq
        volt = sign * (0.1 + 1e-6 * k)
        q = dq * (k + 1)
        body += ROW.pack(1, 1 + half % 2, float(i), dq, charge, sign * 0.01, volt, q, half,
                         max(q * volt, 0) * 1e-3, max(-q * volt, 0) * 1e-3, abs(q / volt), k * 1.0)
    head = struct.pack("<IB%dH" % len(IDS), rows, len(IDS), *IDS).ljust(405, b"\0") + b"\1"
    settings = bytearray(2102)
    settings[0] = 4
    log = bytearray(6507)
    struct.pack_into("<d", log, 585, 45301.5)  # 2024-01-10
    with open(path, "wb") as file:
        file.write(b"BIO-LOGIC MODULAR FILE\x1a".ljust(48) + bytes(4))
        file.write(module(b"VMP Set", 0, bytes(settings)))
        file.write(module(b"VMP data", 3, head + bytes(body)))
        file.write(module(b"VMP LOG", 0, bytes(log)))


def best_time(run):
    best = float("inf")
    for _ in range(7):
        begin = time.process_time()
        run()
        best = min(best, time.process_time() - begin)
    return best


def time_galvani(path):
    try:
        import numpy
        from galvani import BioLogic
    except ImportError:
        print("  galvani is not installed (pip install galvani): left out")
        return
    data = open(path, "rb").read()

    def columns():
        read = BioLogic.MPRfile(io.BytesIO(data)).data
        return [numpy.array(read[name], dtype=float) for name in read.dtype.names]

    try:
        view = best_time(lambda: BioLogic.MPRfile(io.BytesIO(data)))
        whole = best_time(columns)
    except Exception as error:  # whatever it raises on a file that it does not know
        print(f"  galvani cannot read it: {error!r}")
        return
    rate = len(data) / 1e6
    print(f"  galvani, packed rows          {1e3 * view:9.3f} ms  {rate / view:6.0f} MB/s")
    print(f"  galvani, columns of doubles   {1e3 * whole:9.3f} ms  {rate / whole:6.0f} MB/s")


def compare(bin_directory, path):
    print(f"{path}, {os.path.getsize(path) / 1e6:.2f} MB", flush=True)
    program = os.path.join(bin_directory, "bench_records")
    if os.path.exists(program):
        subprocess.run([program, path], check=False)
    else:
        print("  bench_records is not built (target benchmarks): davy left out")
    time_galvani(path)


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--make":
        make(sys.argv[2], int(sys.argv[3]))
        return 0
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    if len(sys.argv) > 2:
        for path in sys.argv[2:]:
            compare(sys.argv[1], path)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "million_rows.mpr")
        make(path, 1000000)
        compare(sys.argv[1], path)
    samples = os.path.join(os.environ.get("DAVY_SAMPLES", "."), "eclab", "*.mpr")
    for path in sorted(glob.glob(samples)):
        compare(sys.argv[1], path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
