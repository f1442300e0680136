"""How much metal stands on each half of the collector.

    python3 sides.py RUN

reads RUN/fields.h5's sister view.json: the front of the last frame. Standard library only."""

import base64
import json
import sys


def points(text, unit, lower):
    """A line of the view: differences of x and y in turn, each a zigzag varint (src/field/parts.h)."""
    at, last, found, value, shift = 0, [0, 0], [], 0, 0
    for byte in base64.b64decode(text):
        value |= (byte & 127) << shift
        shift += 7
        if byte & 128:
            continue
        last[at] += -((value + 1) // 2) if value % 2 else value // 2
        if at:
            found.append([lower[k] + last[k] * unit for k in (0, 1)])
        at, value, shift = 1 - at, 0, 0
    return found


def area(line, low, high):
    """Metal over y = 0 within low < x < high, m2: the integral of -y dx with the metal on the left."""
    total = 0
    for (x0, y0), (x1, y1) in zip(line, line[1:]):
        if x0 == x1:
            continue
        a, b = (min(max(x, low), high) for x in (x0, x1))
        ya, yb = (y0 + (y1 - y0) * (x - x0) / (x1 - x0) for x in (a, b))
        total -= (ya + yb) / 2 * (b - a)
    return total


def main(run):
    with open(f"{run}/view.json") as file:
        view = json.load(file)
    middle = (view["lower"][0] + view["upper"][0]) / 2
    for frame in view["frames"][1:]:
        lines = [points(l["points"], frame["unit"], view["lower"]) for l in frame["front"] if l["body"] >= 0]
        left = sum(area(l, view["lower"][0], middle) for l in lines)
        right = sum(area(l, middle, view["upper"][0]) for l in lines)
        print(f"{abs(frame['charge']) / 36000:.3f} mAh/cm2: {100 * left / (left + right):.1f} % on the left half")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
