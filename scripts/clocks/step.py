"""A training step of the half moons as the kernels are given it, and the way that each warp of a block takes through them.

The memory of a call holds what decides branches (layers, sizes, indices); all numbers that are computed with are 0. So no
branch that depends on a number counts as it would in a training: the slow ways of divisions and roots of 0 are taken once a
parameter, which is a little too much.
"""

from pathlib import Path
from struct import pack

from lane import control
from lane import memory as lane_memory
from lane.lane import SHARED, Lane, run_block
from lane.structs import layouts, put, words
from sass.cubin import Kernel

ROOT = Path(__file__).resolve().parent.parent.parent
WIDTHS = (3, 64, 64, 2)
BATCH = 256
STRUCTS = layouts(
    ROOT / "kernels/include/tables.cuh", ROOT / "kernels/include/program.cuh", ROOT / "kernels/device/model.cuh"
)  # fmt: skip

# Arrays of a call, in device memory far from each other.
ARRAYS = (
    "table features data examples adam clock parameters average first_moment second_moment inputs deltas losses partial "
    "squares data_losses physics_losses scratch barrier layers weights"
).split()
AT = {name: (number + 1) << 32 for number, name in enumerate(ARRAYS)}

RELEASED = 0x1A7  # SYNCS: an arrival at a barrier in shared memory, or a look whether its phase has ended
CLUSTER_BARRIER = 0x1C7


def eights(x: int) -> int:
    return -(-x // 8) * 8


def teach() -> None:
    """Instructions that only training has. A look at a barrier finds that its phase has ended; sums in double are 1."""
    one = 0x3FF0_0000_0000_0000

    def look(o):
        to = o.to_predicate(81)
        return lambda lane: to(lane, True)

    def double(o):
        o.a(), o.b(), o.c()
        to = o.to_wide()
        return lambda lane: to(lane, one)

    def from_integer(o):
        to = o.to_wide()
        return lambda lane: to(lane, one)

    def convert(o):
        o.b()
        if o.i.bits(75, 2) == 3:
            to = o.to_wide()
            return lambda lane: to(lane, one)
        to = o.to()
        return lambda lane: to(lane, 0x3F80_0000)

    def compare(o):
        o.a(), o.b()
        to = o.to_predicate(81)
        return lambda lane: to(lane, False)

    def add_atomically(o):
        to, where = o.to(), lane_memory.address(o, True)

        def do(lane):
            at = lane.access("generic", where(lane), True)
            old = lane.read(at)
            to(lane, old)
            lane.write(at, old + 8)

        return do

    def special_function(o):
        if o.i.bits(74, 4) in (6, 7):  # of doubles
            o.b()
            to = o.to()
            return lambda lane: to(lane, one >> 32)
        return known(o)

    from lane import floats

    known = floats.BUILDERS[0x108]
    floats.BUILDERS[0x108] = special_function
    for operation in (CLUSTER_BARRIER, 0x1AB, 0x18F, 0x192, 0x1C6, 0x1BD, 0x1B2):
        control.BUILDERS.setdefault(operation, control.nothing)
    control.BUILDERS[RELEASED] = look
    control.BUILDERS |= {0x28: double, 0x29: double, 0x2B: double, 0x2A: compare, 0x110: convert, 0x112: from_integer}
    lane_memory.BUILDERS[0x1A8] = add_atomically


teach()


def call(chunk: int, steps: int) -> tuple[bytes, dict[int, int], int]:
    """A call of training kernels as bytes, the memory that it points to, and the floats of the weights."""
    layers = len(WIDTHS) - 1
    memory: dict[int, int] = {}
    weights = parameters = inputs = deltas = 0
    for l in range(layers):
        i, o = WIDTHS[l], WIDTHS[l + 1]
        backward = weights + i * eights(o)
        bias = backward + o * eights(i)
        layer = {
            "forward": AT["weights"] + 4 * weights, "backward": AT["weights"] + 4 * backward, "bias": AT["weights"] + 4 * bias,
            "in": i, "out": o, "in_padded": eights(i), "out_padded": eights(o), "input_row": inputs, "delta_row": deltas,
            "parameter": parameters,
        }  # fmt: skip
        memory |= words(put(STRUCTS, "Layer", layer), AT["layers"] + l * STRUCTS["Layer"].size)
        weights = bias + eights(o)
        inputs, deltas, parameters = inputs + i, deltas + o, parameters + i * o + o
    adam = {"rate": 1e-3, "beta1": 0.9, "beta2": 0.99, "one_minus_beta1": 0.1, "one_minus_beta2": 0.01, "correction": 1.0,
            "epsilon": 1e-8, "take": 0.1, "averages": 1, "gradient_scale": 1.0}  # fmt: skip
    for k in range(steps):
        memory |= words(put(STRUCTS, "AdamStep", adam), AT["adam"] + k * STRUCTS["AdamStep"].size)
    places, next_row = {}, 0
    for name, rows in {"ping": 64, "pong": 64, "input": 3, "output": 2, "x": 2, "noise": 2, "saved": 2, "memory": 2,
                       "seed": 2, "level": 1, "kept": 128, "estimate": 0, "gradient": 0, "slots": 0, "adjoints": 0}.items():  # fmt: skip
        places[name] = next_row
        next_row += rows
    chunks = -(-BATCH // chunk)
    values = {name: AT[name] for name in ARRAYS if name not in ("layers", "weights")} | {
        "network": {"layers": AT["layers"], "count": layers, "dimension": 2, "features": 1, "activation": 0},
        "places": places, "seed": 1, "rows": 1000, "batch": BATCH, "stride": BATCH, "chunk": chunk, "chunks": chunks,
        "parameter_count": parameters, "steps": steps, "input_rows": inputs, "delta_rows": deltas, "part_points": 10000,
        "part_rows": 1000,
    }  # fmt: skip
    return put(STRUCTS, "TrainingCall", values), memory, weights


def cluster_arguments() -> bytes:
    """What training_cluster is told of its memory; io.scorefield.engine.cuda.training.ClusterPlan."""
    pairs = list(zip(WIDTHS, WIDTHS[1:], strict=False))
    rows = {o: -(-o // together) * together for _, o in pairs for together in [32 if o > 64 else 16 if o > 16 else 8]}
    weights = sum(rows[o] * (eights(i) + 4) for i, o in pairs)
    records = 16 * (eights(WIDTHS[0]) + 4 + sum(eights(i) + eights(o) + 8 for i, o in pairs))
    return pack("<iii", weights, records, sum((-(-i // 4) + 1) * -(-o // 4) for i, o in pairs))


def resident_arguments(memory: dict[int, int], weights: int) -> bytes:
    """What training_resident is told; its copy of the layers is not there yet when its other warps look."""
    layers = len(WIDTHS) - 1
    base = SHARED + 0x400 + 512 * 8
    own = base + STRUCTS["Layer"].size * layers + layers % 2 * 8
    for l in range(1, layers):
        for at in range(0, STRUCTS["Layer"].size, 4):
            memory[base + l * STRUCTS["Layer"].size + at] = memory.get(AT["layers"] + l * STRUCTS["Layer"].size + at, 0)
        for at in (0, 8, 16):
            to = base + l * STRUCTS["Layer"].size + at
            moved = (memory[to] | memory[to + 4] << 32) - AT["weights"] + own
            memory[to], memory[to + 4] = moved & 0xFFFFFFFF, moved >> 32
    inputs = sum(WIDTHS[:-1])
    return pack("<Qiii", AT["weights"], weights, inputs + sum(WIDTHS[1:]), inputs)


def ways(kernel: Kernel, steps: int) -> list[list]:
    """What each warp of the first block executes in so many steps of training."""
    cluster = kernel.name == "training_cluster"
    parameters, memory, weights = call(16, steps)
    parameters += cluster_arguments() if cluster else resident_arguments(memory, weights)
    warps, blocks = (9, 16) if cluster else (8, 8)
    return followed(kernel, parameters, memory, warps, blocks)


def ways_of_product(kernel: Kernel, length: int) -> list[list]:
    """The same of one product of a wide layer for few examples, with bias and leaky ReLU."""
    arguments = pack(
        "<QiiiiQQiiQiiQQ", AT["weights"], length, length, length, 0, AT["inputs"], AT["deltas"], 64, 0, AT["parameters"], 1, 0,
        AT["losses"], 0,
    )  # fmt: skip
    return followed(kernel, arguments, {}, 4, 64)


def followed(kernel: Kernel, parameters: bytes, memory: dict[int, int], warps: int, blocks: int) -> list[list]:
    """(step of the lane, whether it was done, what it accessed), of each warp."""
    lanes = []
    for warp in range(warps):
        lane = Lane(kernel, parameters, memory, 32 * warp, 32 * warps, blocks)
        lane.specials[0x28] = blocks
        way: list = []
        lanes.append((lane, lambda step, done, lane=lane, way=way: way.append((step, done, lane.accessed)), way))
    run_block([(lane, see) for lane, see, _ in lanes])
    return [way for _, _, way in lanes]
