"""EC-Lab .mpr: galvani in its own process's memory, on the same files that davy's benchmark reads.

    python3 bench/eclab_peers.py FILE.mpr...        times galvani, best of five, per file
    python3 bench/eclab_peers.py --grow FILE.mpr ROWS OUT.mpr
                                                    repeats the rows of a file, times going on

galvani comes from PyPI (pip install galvani); where it is not there the script says so and exits
with 77, the status of a skipped test.
"""

import io
import struct
import sys
import time

MAGIC = 52


def modules(data):
    """Yields (start of "MODULE", start of data, length field's offset, length, short name)."""
    at = MAGIC
    while data[at : at + 6] == b"MODULE":
        new = data[at + 41 : at + 45] == b"\xff\xff\xff\xff"
        field = at + (45 if new else 41)
        (length,) = struct.unpack_from("<I", data, field)
        begin = at + (65 if new else 57)
        yield at, begin, field, length, data[at + 6 : at + 16]
        at = begin + length


def grow(path, rows, out):
    """Repeats data rows until there are `rows`; time (id 4, the double after the flags and Ns) grows."""
    data = open(path, "rb").read()
    at, begin, field, length, _ = next(m for m in modules(data) if m[4] == b"VMP data  ")
    count, columns = struct.unpack_from("<IB", data, begin)
    ids = struct.unpack_from("<%dH" % columns, data, begin + 5)
    start = begin + 406  # version 3
    size = (begin + length - start) // count
    flags = any(i in (1, 2, 3, 21, 31, 65) for i in ids)
    before = ids[: ids.index(4)]
    place = flags + 2 * (131 in before) + 2 * (39 in before)
    row = bytearray(data[start : begin + length])
    times = [struct.unpack_from("<d", row, i * size + place)[0] for i in range(count)]
    span = times[-1] - times[0] + 1.0
    parts, done = [], 0
    while done < rows:
        take = min(count, rows - done)
        for i in range(take):
            struct.pack_into("<d", row, i * size + place, times[i] + span * (done // count))
        parts.append(bytes(row[: take * size]))
        done += take
    body = b"".join(parts)
    head = bytearray(data[:start])
    struct.pack_into("<I", head, begin, rows)
    struct.pack_into("<I", head, field, start - begin + len(body))
    with open(out, "wb") as file:
        file.write(head + body + data[begin + length :])


def main():
    if len(sys.argv) == 5 and sys.argv[1] == "--grow":
        grow(sys.argv[2], int(sys.argv[3]), sys.argv[4])
        return 0
    try:
        from galvani import BioLogic
    except ImportError:
        print("galvani: not installed (pip install galvani); left out")
        return 77
    for path in sys.argv[1:]:
        data = open(path, "rb").read()
        best = float("inf")
        for _ in range(5):
            begin = time.perf_counter()
            try:
                BioLogic.MPRfile(io.BytesIO(data))
            except Exception as error:
                print(f"galvani\t{path}\tcannot read it: {error!r}")
                break
            best = min(best, time.perf_counter() - begin)
        else:
            print(f"galvani\t{path}\t{best:.6f} s\t{len(data) / best / 1e6:.0f} MB/s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
