"""The kinds of rows and the kernels of bench/rows.json."""

from collections import Counter
from math import gcd
from pathlib import Path

from sass.cubin import CubinError, Kernel, read_kernels

from .call import USES, Call, Law, Net, Shape, make
from .measure import measure

ACTIVATIONS = {"TANH": 0, "LEAKY_RELU": 1}
LOSSES = {"ABSOLUTE": 0, "NORM": 1, "HALF_SQUARE": 2}
OPERATIONS = (
    "INPUT CONSTANT ADD SUBTRACT MULTIPLY DIVIDE SQUARE SQRT EXP LOG SIN COS TANH ABS MIN MAX HOLD GATHER COLUMN DOT LOOP END "
    "TOTAL LEAST LARGEST RESIDUAL OBJECTIVE"
).split()
# What a row has where its kind says nothing else.
COLUMNS = dict(
    input_scale=1.0, gain=1.0, state=0.9, output=0.1, noise=0.1, memory_decay=1.0, x0_from_x=1.1, x0_from_output=-0.3, stream=1
)


def law_of(document: dict, kind: dict) -> Law:
    if "law" not in kind:
        return Law()
    law = document["laws"][kind["law"]]
    tape = [(OPERATIONS.index(name), first, second, 0, immediate) for name, first, second, immediate in law["tape"]]
    return Law(tape, law["residuals"], law["objective"], LOSSES[kind.get("loss", "HALF_SQUARE")])


def call_of(document: dict, kernel: dict, kind: dict, small: bool = True, components: int | None = None) -> Call:
    """A call of rows of one kind. small: with a small network, as what a row costs beside its network does not depend on it."""
    uses = sum(USES[name] for name in kind["uses"])
    back = bool(uses & (USES["GRADIENT"] | USES["DIVERGES"]) and uses & USES["NETWORK"])
    net = kernel["small" if small else "net"]
    dimension = components or kind.get("components", 2)
    before = streamed_words(kernel, net, dimension, back) * 4 if "back" in kernel else 0
    shape = Shape(
        kernel.get("back", kernel["kernel"]) if back else kernel["kernel"], kernel["file"], kernel["samples"], kernel["threads"],
        kernel["tiles"], kernel["shared"] - before, before, kernel["tensor"], bits="back" in kernel,
    )  # fmt: skip
    further = (1 if uses & (USES["EARLIER"] | USES["SHIFTS"]) else 0) | (2 if uses & (USES["KEEPS"] | USES["COMBINES"]) else 0)
    # All rows but the first and the last are counted. Normals come in blocks of four, so rows of noise differ: after some
    # rows all is as before.
    count = 2 + (4 // gcd(dimension, 4) if uses & USES["NOISE"] else 1)
    rows = [COLUMNS | kind.get("columns", {}) | dict(uses=uses, noise_step=i) for i in range(count)]
    return make(
        shape, Net(net["width"], net["hidden"], ACTIVATIONS[net["activation"]]), dimension, rows,
        law_of(document, kind), further, kind.get("given", 0),
    )  # fmt: skip


def streamed_words(kernel: dict, net: dict, dimension: int, back: bool) -> int:
    """Of shared memory before the arrays (StreamedNetwork::words): activations, rings of weights, sums, bits to go back by."""
    samples, warps = kernel["samples"], kernel["threads"] // 32
    words = samples * (net["width"] // 2 + 4) + 4 * 4 * 32 * 2 * warps + warps * dimension * samples
    return words + (net["hidden"] * net["width"] * samples // 32 if back else 0)


class Cubins:
    """Kernels by name, each file read once."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.files: dict[str, dict[str, Kernel]] = {}

    def get(self, file: str, kernel: str) -> Kernel:
        if file not in self.files:
            self.files[file] = read_kernels(self.folder / (file + ".cubin"))
        if kernel not in self.files[file]:
            raise CubinError(f"{self.folder / file}.cubin has no kernel {kernel}")
        return self.files[file][kernel]

    def measure(self, call: Call) -> Counter:
        return measure(call, self.get(call.shape.file, call.shape.kernel))


def runs(kernel: dict, kind: dict) -> bool:
    """Whether a kernel has rows of a kind."""
    return kernel["kernel"] in kind.get("kernels", [kernel["kernel"]])
