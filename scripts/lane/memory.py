"""What loads and stores do, and moves between the two kinds of registers. An access tells the lane where it went."""

from .operands import Operands

SIZES = (1, 1, 2, 2, 4, 8, 16, 16)


def offset(o: Operands) -> int:
    x = o.i.bits(40, 24)
    return x - (1 << 24) if x >> 23 else x


def address(o: Operands, wide: bool):
    """Register, or two of them, and an offset; bit 91 says that the uniform register is a descriptor of memory, not an address."""
    number, at, more = o.i.bits(24, 8), offset(o), None
    o.reads.add(("r", number))
    if wide and o.bit(72):
        o.reads.add(("r", number + 1))
    uniform = 64 if o.i.operation in (0x185, 0x186, 0x187, 0x188) else 32
    if o.bit(91) and not o.bit(90) and o.i.operation in (0x184, 0x188):
        more = o.i.bits(uniform, 6)
        o.reads.add(("u", more))
    both = wide and o.bit(72)

    def value(lane):
        x = 0 if number == 255 else lane.R[number] | (lane.R[number + 1] << 32 if both else 0)
        return x + at + (lane.U[more] if more is not None else 0)

    return value


def load(space: str):
    def build(o: Operands):
        where, size, number = address(o, space == "generic"), SIZES[o.i.bits(73, 3)], o.i.bits(16, 8)
        count = max(1, size // 4)
        o.to(count)

        def do(lane):
            at = lane.access(space, where(lane), False)
            if size < 4:
                lane.set(number, lane.read(at & ~3) >> 8 * (at & 3) & (1 << 8 * size) - 1)
                return
            for k in range(count):
                lane.set(number + k if number != 255 else 255, lane.read(at + 4 * k))

        return do

    return build


def store(space: str):
    def build(o: Operands):
        where, size, number = address(o, space == "generic"), SIZES[o.i.bits(73, 3)], o.i.bits(32, 8)
        count = max(1, size // 4)
        o.reads.update(("r", number + k) for k in range(count))

        def do(lane):
            at = lane.access(space, where(lane), True)
            for k in range(count):
                lane.write(at + 4 * k, 0 if number == 255 else lane.R[number + k])

        return do

    return build


def constant(o: Operands):
    bank, at, size, number = o.i.bits(54, 5), o.i.bits(38, 16), SIZES[o.i.bits(73, 3)], o.i.bits(24, 8)
    o.reads.add(("r", number))
    o.to(max(1, size // 4))
    to = o.i.bits(16, 8)

    def do(lane):
        start = at + (0 if number == 255 else lane.R[number])
        for k in range(max(1, size // 4)):
            lane.set(to + k if to != 255 else 255, lane.constant(bank, start + 4 * k))

    return do


def uniform_constant(o: Operands):
    """ULDC; operation 0xBB adds a uniform register to the address."""
    bank, at, size, to = o.i.bits(54, 5), o.i.bits(38, 16), SIZES[o.i.bits(73, 3)], o.i.bits(16, 6)
    index = o.i.bits(24, 6) if o.i.operation == 0x0BB else 63
    o.reads.add(("u", index))
    o.writes.update(("u", to + k) for k in range(max(1, size // 4)))

    def do(lane):
        for k in range(max(1, size // 4)):
            lane.set_uniform(to + k if to != 63 else 63, lane.constant(bank, at + lane.U[index] + 4 * k))

    return do


def to_uniform(o: Operands):
    number, to = o.i.bits(24, 8), o.i.bits(16, 6)
    o.reads.add(("r", number))
    o.writes.add(("u", to))
    return lambda lane: lane.set_uniform(to, 0 if number == 255 else lane.R[number])


def special(uniform: bool):
    def build(o: Operands):
        what, to = o.i.bits(72, 8), o.i.bits(16, 8)
        o.writes.add(("u", to & 63) if uniform else ("r", to))

        def do(lane):
            x = lane.special(what)
            lane.set_uniform(to & 63, x) if uniform else lane.set(to, x)

        return do

    return build


def clear(o: Operands):
    """CS2R: of a register that is zero, or of a clock."""
    to = o.to_wide() if o.bit(80) else o.to()
    return lambda lane: to(lane, 0)


def atomic(o: Operands):
    o.to()
    return lambda lane: None


def passed_on(o: Operands):
    """SHFL: what another lane has is what this one has."""
    a, to, also = o.a(), o.to(), o.to_predicate(81)

    def do(lane):
        to(lane, a(lane))
        also(lane, True)

    return do


def matrices(o: Operands):
    """LDSM: what it loads goes to tensor cores."""
    o.to(4)
    return lambda lane: None


def nothing(o: Operands):
    return lambda lane: None


BUILDERS = {
    0x180: load("generic"), 0x181: load("generic"), 0x183: load("local"), 0x184: load("shared"),
    0x185: store("generic"), 0x186: store("generic"), 0x187: store("local"), 0x188: store("shared"),
    0x182: constant, 0x0B9: uniform_constant, 0x0BB: uniform_constant, 0x0CA: to_uniform, 0x119: special(False),
    0x1C3: special(True), 0x005: clear,
    0x18A: atomic, 0x1A8: atomic, 0x18E: nothing, 0x189: passed_on, 0x03B: matrices, 0x1AE: nothing, 0x1AF: nothing,
    0x11A: nothing, 0x192: nothing, 0x18F: nothing, 0x1AB: nothing,
}  # fmt: skip
