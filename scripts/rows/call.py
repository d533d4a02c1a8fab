"""A call of a sampling kernel as Java writes it: parameters, tables, and where the arrays of a tile lie.

Weights are zeros: they decide no branch.
"""

from dataclasses import dataclass, field
from pathlib import Path
from struct import pack

from lane.lane import SHARED
from lane.structs import layouts, put, words

ROOT = Path(__file__).resolve().parent.parent.parent
STRUCTS = layouts(ROOT / "kernels/include/tables.cuh", ROOT / "kernels/include/program.cuh", ROOT / "kernels/device/model.cuh")

# Addresses of device memory, far from each other.
ROWS, BIAS, SAMPLES, FAILURE, SCRATCH, LAYERS, WEIGHTS, TAPE, INDICES, NUMBERS, SCALES, BOUNDS, DIVERGENCE = (
    n << 32 for n in range(1, 14)
)
ARRAYS = "x saved memory noise estimate gradient input output ping pong kept seed slots adjoints level earlier kept_output".split()
# In the order in which they get shared memory (TilePlan.BY_USE).
BY_USE = "ping pong input output x noise saved memory kept_output earlier estimate gradient seed level slots adjoints kept".split()
# In the order of RowUse in Java.
USES = dict(
    NETWORK=1, ESTIMATE=2, GRADIENT=4, PROJECTION=8, NOISE=16, SAVES=32, ESTIMATES_BY_NETWORK=64, ISOTROPIC=128, CLIPS=256,
    CONFINES=512, TESTS=1024, DIVERGES=2048, SHIFTS=4096, KEEPS=8192, EARLIER=16384, REMEMBERS=32768, COMBINES=65536,
)  # fmt: skip
TANH, LEAKY_RELU = 0, 1
RESERVED = 0x400  # bytes of shared memory before a kernel's own


@dataclass
class Law:
    """A tape: operation, first, second, count, immediate a row."""

    tape: list[tuple[int, int, int, int, float]] = field(default_factory=list)
    residuals: int = 0
    objective: bool = False
    loss: int = 2  # HALF_SQUARE
    sweeps: int = 1

    def room(self, dimension: int) -> int:
        """Rows behind the adjoints for a projection or a solver; here there is always room for both."""
        return max(3 * dimension + self.residuals, 4 * self.residuals + 3)


@dataclass
class Net:
    width: int
    hidden: int
    activation: int


@dataclass
class Shape:
    """How a kernel takes samples: those of a tile, threads of a block, tiles of a block, and bytes of shared memory of a tile."""

    kernel: str
    file: str
    samples: int
    threads: int
    groups: int
    shared: int
    before: int = 0  # bytes of shared memory before the arrays
    tensor: bool = True  # activations are the network's affair
    bits: bool = False  # derivatives too

    @property
    def warps(self) -> int:
        """Warps that share a tile."""
        return self.threads // self.groups // 32 or 1


def places(shape: Shape, net: Net, dimension: int, law: Law, back: bool, further: int) -> tuple[dict, int, set[str]]:
    """Where the arrays lie, how many rows of shared memory they take, and which there are (TilePlan.of)."""
    rows = dict.fromkeys(ARRAYS, 0)
    rows.update(dict.fromkeys(("x", "saved", "memory", "noise", "output", "input"), dimension), level=1)
    if law.tape:
        rows.update(
            estimate=dimension, gradient=dimension, slots=len(law.tape) + law.residuals,
            adjoints=len(law.tape) + law.room(dimension),
        )  # fmt: skip
    if back:
        rows.update(seed=dimension, kept=0 if shape.bits else net.width * net.hidden)
    if not shape.tensor:
        rows.update(ping=net.width, pong=net.width)
    rows.update(earlier=dimension * (further & 1), kept_output=dimension * (further >> 1 & 1))
    found, shared, scratch = {}, 0, 0
    for name in BY_USE:
        if shared + rows[name] <= shape.shared // 4 // shape.samples and shape.shared:
            found[name] = shared
            shared += rows[name]
        else:
            found[name] = ~scratch
            scratch += rows[name]
    return found | {"scratch_rows": scratch}, shared, {name for name in ARRAYS if rows[name]}


def array(shape: Shape, at: dict, name: str, dimension: int, tile: int = 0) -> range:
    """The addresses of the first `dimension` rows of an array of tile 0."""
    bytes_ = 4 * shape.samples
    start = SHARED + RESERVED + shape.before + at[name] * bytes_ if at[name] >= 0 else SCRATCH + ~at[name] * bytes_
    return range(start, start + dimension * bytes_)


@dataclass
class Call:
    shape: Shape
    parameters: bytes
    memory: dict[int, int]
    places: dict
    dimension: int
    used: set[str]  # the arrays that there are
    rows: int  # how many


def make(shape: Shape, net: Net, dimension: int, rows: list[dict], law: Law, further: int, given: int = 0) -> Call:
    back = any(row["uses"] & (USES["GRADIENT"] | USES["DIVERGES"]) and row["uses"] & USES["NETWORK"] for row in rows)
    at, shared_rows, used = places(shape, net, dimension, law, back, further)
    memory: dict[int, int] = {}
    for r, row in enumerate(rows):
        memory |= words(put(STRUCTS, "StepRow", row), ROWS + r * STRUCTS["StepRow"].size)
    for i, (operation, first, second, count, immediate) in enumerate(law.tape):
        one = dict(operation=operation, first=first, second=second, count=count, immediate=immediate)
        memory |= words(put(STRUCTS, "TapeRow", one), TAPE + i * STRUCTS["TapeRow"].size)
    memory |= words(pack("<f", 1.0) * dimension, SCALES)
    # The state's own scale is 1 and shift 0; bounds are wide; boundaries are walls that mirror.
    memory |= words(pack("<f", -100.0) * dimension + pack("<f", 100.0) * dimension + pack("<f", 10.0) * dimension, BOUNDS)
    for l in range(net.hidden + 1):
        inside = net.width if l else dimension
        outside = net.width if l < net.hidden else dimension
        if shape.tensor:
            one = dict.fromkeys(("forward", "forward_low", "backward", "backward_low", "bias"), WEIGHTS)
            one |= dict(scale=1.0, inverse_scale=1.0)
            memory |= words(put(STRUCTS, "TensorLayer", one), LAYERS + l * STRUCTS["TensorLayer"].size)
        else:
            one = {"forward": WEIGHTS, "backward": WEIGHTS, "bias": WEIGHTS, "in": inside, "out": outside, "in_padded": -(-inside // 8) * 8}
            one |= {"out_padded": -(-outside // 8) * 8, "delta_row": l * net.width}
            memory |= words(put(STRUCTS, "Layer", one), LAYERS + l * STRUCTS["Layer"].size)
    call = dict(
        network=dict(layers=LAYERS, count=net.hidden + 1, dimension=dimension, activation=net.activation),
        physics=dict(
            tape=TAPE, indices=INDICES, numbers=NUMBERS, scale=SCALES, shift=NUMBERS, slots=len(law.tape),
            residual_count=law.residuals, loss=law.loss, sweeps=law.sweeps, iterations=max(1, law.residuals),
            has_objective=int(law.objective),
        ),
        places=at, rows=ROWS, row_bias=BIAS, samples=SAMPLES, failure=FAILURE, scratch=SCRATCH, bounds=BOUNDS,
        given=NUMBERS, seed=1, count=shape.samples * shape.groups, row_count=len(rows), prior_scale=1.0, given_count=given,
        further=further, divergence=DIVERGENCE if any(row["uses"] & USES["DIVERGES"] for row in rows) else 0,
    )  # fmt: skip
    parameters = put(STRUCTS, "SamplingCall", call)
    if shape.tensor:
        network = dict(layers=LAYERS, first=WEIGHTS, last=WEIGHTS, last_bias=WEIGHTS, count=net.hidden - 1, dimension=dimension)
        network |= dict(activation=net.activation, shared_rows=shared_rows)
        parameters += put(STRUCTS, "TensorNetwork", network)
    elif shape.kernel == "sample_plain":
        parameters += pack("<ii", 0, shape.samples * shape.groups)
    return Call(shape, parameters, memory, at, dimension, used, len(rows))
