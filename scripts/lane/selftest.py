"""Tests the lane against arithmetic: the states that it computes must be those that a row's formula says.

    scripts/lane/selftest.py FOLDER_OF_CUBINS

A lane that misread one instruction on its way would have another state, or lose its way.
"""

import json
import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from lane.operands import WORD, number_of
from rows.call import ROOT, array
from rows.kinds import Cubins, call_of
from rows.measure import traces

RADIUS = 1.5  # of the law "circle"


def philox(seed: int, sample: int, block: int, stream: int) -> list[int]:
    """Philox4x32-10; docs/formats.md has the recipe."""
    c, key = [sample, 0, block, stream], [seed & WORD, seed >> 32]
    for _ in range(10):
        first, second = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [second >> 32 ^ c[1] ^ key[0], second & WORD, first >> 32 ^ c[3] ^ key[1], first & WORD]
        key = [(key[0] + 0x9E3779B9) & WORD, (key[1] + 0xBB67AE85) & WORD]
    return c


def normal(n: int, stream: int) -> float:
    """Normal n of sample 0 of seed 1."""
    words = philox(1, 0, n // 4, stream)
    radius = math.sqrt(-2 * math.log((words[n % 4 // 2 * 2] + 0.5) / 2**32))
    angle = 2 * math.pi * words[n % 4 // 2 * 2 + 1] / 2**32
    return radius * (math.sin(angle) if n % 2 else math.cos(angle))


def expected(name: str, rows: int) -> list[float]:
    x = [normal(0, 0), normal(1, 0)]
    for step in range(rows):
        length = math.hypot(*x)
        if name == "output, noise":
            x = [0.9 * x[d] + 0.1 * normal(2 * step + d, 1) for d in range(2)]
        elif name == "law at the state":
            x = [0.9 * c - 0.01 * math.copysign(1, length - RADIUS) * c / length for c in x]
        else:
            x = [0.5 * c + 0.7 * RADIUS * c / length for c in x]
    return x


def main() -> int:
    document = json.loads((ROOT / "bench/rows.json").read_text())
    cubins = Cubins(Path(sys.argv[1]))
    faults = []
    for name in ("output, noise", "law at the state", "final projection"):
        kind = next(kind for kind in document["kinds"] if kind["kind"] == name)
        for kernel in document["kernels"][:2]:
            call = call_of(document, kernel, kind)
            code = cubins.get(call.shape.file, call.shape.kernel)
            lane = traces(call, code)[0].lane
            first = array(call.shape, call.places, "x", 2).start
            wanted = expected(name, call.rows)
            for d in range(2 if call.shape.warps == 1 else 1):
                found = number_of(lane.read(first + 4 * call.shape.samples * d))
                if not abs(found - wanted[d]) < 2e-6:
                    faults.append(f"{name} in {call.shape.kernel}: component {d} became {found}, not {wanted[d]}")
    for fault in faults:
        print("selftest: " + fault, file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
