"""Neware files: davy's readers beside fastnda and NewareNDA, each in its own process, same files.

    python3 bench/neware_peers.py BIN_DIRECTORY [FILE...]   best of several runs each
    python3 bench/neware_peers.py --grow FILE.nda ROWS OUT.nda
                                                            repeats records, their index going on

BIN_DIRECTORY holds bench_records. Without files: samples in $DAVY_SAMPLES, and the largest .nda of
them grown to a million rows. The peers come from PyPI (pip install fastnda NewareNDA); one that is
not there is left out, and so is all of it without files (exit status 77, a skipped test).
"""

import os
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

RECORD = 86  # bytes, versions 14 to 29
DATA = 0x55


def grow(data, rows):
    """A .nda of version 14 to 29 with its data records repeated; index, cycle and step go on."""
    begin, length = struct.unpack_from("<II", data, 64)
    records = [data[i : i + RECORD] for i in range(begin, begin + length, RECORD)]
    records = [r for r in records if r[0] == DATA]
    last_cycle = struct.unpack_from("<I", records[-1], 6)[0] + 1
    body = bytearray()
    for i in range(rows):
        turn, which = divmod(i, len(records))
        record = bytearray(records[which])
        struct.pack_into("<I", record, 2, i + 1)
        cycle = struct.unpack_from("<I", record, 6)[0]
        struct.pack_into("<I", record, 6, cycle + turn * last_cycle)
        body += record
    head = bytearray(data[:begin])
    struct.pack_into("<II", head, 68, len(body), begin + len(body))
    struct.pack_into("<I", head, 76, 0)
    return bytes(head) + bytes(body)


def load(path):
    if path.endswith(".zip"):
        with zipfile.ZipFile(path) as archive:
            return archive.read(archive.namelist()[0])
    with open(path, "rb") as file:
        return file.read()


def best_time(read, path):
    """Seconds by the wall clock and of CPU (all threads), the least of up to five runs."""
    read(path)  # imports and caches warm
    wall = cpu = float("inf")
    spent = 0.0
    for _ in range(5):
        begin, begin_cpu = time.perf_counter(), time.process_time()
        read(path)
        took = time.perf_counter() - begin
        wall, cpu, spent = min(wall, took), min(cpu, time.process_time() - begin_cpu), spent + took
        if spent > 20:
            break
    return wall, cpu


def peers():
    try:
        import fastnda

        yield "fastnda", lambda path: fastnda.read(path, cycle_mode="raw")
    except ImportError:
        print("fastnda: not installed (pip install fastnda); left out")
    try:
        import NewareNDA

        yield "NewareNDA", lambda path: NewareNDA.read(
            path, software_cycle_number=False, log_level="ERROR"
        )
    except ImportError:
        print("NewareNDA: not installed (pip install NewareNDA); left out")


def default_files(folder):
    samples = os.environ.get("DAVY_SAMPLES", "")
    source = os.path.join(samples, "nda", "SIM.nda.zip")
    if not os.path.exists(source):
        return []
    grown = os.path.join(folder, "million_rows.nda")
    with open(grown, "wb") as file:
        file.write(grow(load(source), 1000000))
    names = ["ndc17_M50T.ndax", "nw4-120-1-6-53.ndax", "ndc5_navani_test.ndax"]
    return [grown] + [os.path.join(samples, "ndax", n) for n in names]


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--grow":
        with open(sys.argv[4], "wb") as file:
            file.write(grow(load(sys.argv[2]), int(sys.argv[3])))
        return 0
    if len(sys.argv) < 2:
        print(__doc__)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        files = sys.argv[2:] or default_files(folder)
        if not files:
            print("no files given and none in DAVY_SAMPLES; left out")
            return 77
        subprocess.run([os.path.join(sys.argv[1], "bench_records"), *files], check=False)
        for name, read in peers():
            for path in files:
                size = os.path.getsize(path)
                try:
                    wall, cpu = best_time(read, path)
                    rate = size / cpu / 1e6
                    print(f"{name:10} {path}: {wall:.6f} s, {cpu:.6f} s of CPU: {rate:.1f} MB/s")
                except Exception as error:
                    print(f"{name:10} {path}: cannot read it: {error!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
