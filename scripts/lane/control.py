"""What branches, calls and the instructions about a warp's lanes do. A function returns where to go on: None is the next
instruction, -1 the end."""

from .operands import TRUE, Operands, WORD

PLAIN, UNIFORM = 0, 1  # of a branch's second condition; 2 asks whether the warp's lanes have parted, 3 whether not


def branch(o: Operands):
    target, kind = o.i.branch_target, o.i.bits(32, 2)
    also = o.predicate(87, 90)
    if kind == UNIFORM:
        number, inverse = o.i.bits(24, 3), bool(o.bit(27))
        o.reads.add(("q", number))
        return lambda lane: target if lane.UP[number] != inverse and also(lane) else None
    if kind == PLAIN:
        return lambda lane: target if also(lane) else None
    return lambda lane: target if kind == 3 and also(lane) else None


def indirect(o: Operands):
    number, base = o.i.bits(24, 8), o.i.branch_target
    o.reads.update({("r", number), ("r", number + 1)})
    return lambda lane: to_section(base + (lane.R[number] | lane.R[number + 1] << 32))


def indirect_uniform(o: Operands):
    number, base = o.i.bits(24, 6), o.i.branch_target
    o.reads.update({("u", number), ("u", number + 1)})
    return lambda lane: to_section(base + (lane.U[number] | lane.U[number + 1] << 32))


def to_section(address: int) -> int:
    address &= (1 << 64) - 1
    return address - (1 << 64) if address >> 63 else address


def call(o: Operands):
    target = o.i.branch_target
    return lambda lane: target


def end(o: Operands):
    return lambda lane: -1


def vote(o: Operands):
    """All lanes say what this one says."""
    mine, to, to_flag, mode = o.predicate(87, 90), o.to(), o.to_predicate(81), o.i.bits(72, 2)

    def do(lane):
        true = mine(lane)
        to(lane, WORD if true else 0)
        to_flag(lane, true)

    return do


def vote_uniform(o: Operands):
    to, number, inverse = o.i.bits(16, 6), o.i.bits(87, 3), bool(o.bit(90))
    o.reads.add(("p", number))
    o.writes.add(("u", to))
    return lambda lane: lane.set_uniform(to, WORD if lane.P[number] != inverse else 0)


def to_predicates(o: Operands):
    """R2P: bits of a register to the predicates that a mask names."""
    a, byte = o.a(), o.i.bits(76, 2)
    mask = o.i.bits(32, 32)
    o.writes.update(("p", k) for k in range(TRUE) if mask >> k & 1)

    def do(lane):
        bits = a(lane) >> 8 * byte
        for k in range(TRUE):
            if mask >> k & 1:
                lane.P[k] = bool(bits >> k & 1)

    return do


def from_predicates(o: Operands):
    """P2R."""
    a, byte, to = o.a(), o.i.bits(76, 2), o.to()
    mask = o.i.bits(32, 32)
    o.reads.update(("p", k) for k in range(TRUE))

    def do(lane):
        bits = sum(1 << k for k in range(TRUE) if lane.P[k])
        to(lane, a(lane) & ~(mask << 8 * byte) | (bits & mask) << 8 * byte)

    return do


def barrier_state(o: Operands):
    o.to()
    return lambda lane: None


def nothing(o: Operands):
    return lambda lane: None


BUILDERS = {
    0x147: branch, 0x149: indirect, 0x158: indirect_uniform, 0x144: call, 0x150: indirect, 0x14D: end, 0x006: vote, 0x086: vote_uniform,
    0x004: to_predicates, 0x003: from_predicates, 0x145: nothing, 0x141: nothing, 0x142: nothing, 0x146: nothing, 0x118: nothing,
    0x155: barrier_state, 0x156: nothing, 0x11D: nothing, 0x148: nothing, 0x11B: nothing,
}  # fmt: skip
