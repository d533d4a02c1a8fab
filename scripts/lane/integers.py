"""What integer instructions do. Those of the uniform unit have the same fields and operations 0x80 higher."""

from .operands import WORD, Operands, signed

COMPARE = (
    lambda a, b: False, lambda a, b: a < b, lambda a, b: a == b, lambda a, b: a <= b,
    lambda a, b: a > b, lambda a, b: a != b, lambda a, b: a >= b, lambda a, b: True,
)  # fmt: skip
COMBINE = (lambda x, y: x and y, lambda x, y: x or y, lambda x, y: x != y)


def integer(o: Operands, which: int, get, inverts: bool = False):
    """A source, negative where the instruction says so: its complement and 1, or the complement alone with a carry."""
    negative, _ = o.modifiers(which)
    if o.immediate(which) or not o.bit(negative):
        return get
    return lambda lane: (get(lane) ^ WORD) + (not inverts)


def add3(o: Operands):
    carries = o.bit(74)
    a, b, c = (integer(o, n, get, carries) for n, get in ((1, o.a()), (2, o.b()), (3, o.c())))
    first, second = o.predicate(87, 90), o.predicate(77, 80)
    to, over, over2 = o.to(), o.to_predicate(81), o.to_predicate(84)

    def do(lane):
        x, y, z = a(lane), b(lane), c(lane)
        carry = int(first(lane)) + int(second(lane)) if carries else 0
        total = x + y + z + carry
        to(lane, total)
        over(lane, total >> 32)
        over2(lane, total >> 33)

    return do


def multiply(o: Operands):
    a, b, c = o.a(), o.b(), integer(o, 3, o.c(), o.bit(74))
    minus = not o.immediate(2) and o.bit(o.modifiers(2)[0])
    carries, carry = o.bit(74), o.predicate(87, 90)
    to = o.to()

    def do(lane):
        product = a(lane) * b(lane)
        to(lane, (-product if minus else product) + c(lane) + (int(carry(lane)) if carries else 0))

    return do


def wide_factors(o: Operands):
    a, b, sign = o.a(), o.b(), o.bit(73)
    return lambda lane: signed(a(lane)) * signed(b(lane)) if sign else a(lane) * b(lane)


def pair(o: Operands):
    """c as two registers."""
    form = o.i.bits(9, 3)
    if form in (3,):
        bank, at = o.i.bits(54, 5), o.i.bits(38, 16)
        return lambda lane: lane.constant(bank, at) | lane.constant(bank, at + 4) << 32
    if form == 2:
        value = o.i.bits(32, 32)
        return lambda lane: value
    if form == 7 or o.uniform:
        number = o.i.bits(32, 6) if form == 7 else o.i.bits(64, 6)
        o.reads.update({("u", number), ("u", number + 1)})
        return lambda lane: 0 if number == 63 else lane.U[number] | lane.U[number + 1] << 32
    number = o.i.bits(64, 8)
    o.reads.update({("r", number), ("r", number + 1)})
    return lambda lane: 0 if number == 255 else lane.R[number] | lane.R[number + 1] << 32


def multiply_wide(o: Operands):
    product, c, to = wide_factors(o), pair(o), o.to_wide()
    over = o.to_predicate(81)
    negative = o.bit(75) and o.i.bits(9, 3) not in (2, 3, 7)

    def do(lane):
        total = (product(lane) & (1 << 64) - 1) + (-c(lane) if negative else c(lane))
        to(lane, total)
        over(lane, total >> 64 & 1)

    return do


def multiply_high(o: Operands):
    product, c, to = wide_factors(o), pair(o), o.to()
    return lambda lane: to(lane, (product(lane) + c(lane)) >> 32)


def shift_add(o: Operands):
    """LEA: (a << shift) + b, or its high word with c above a."""
    a, b, c = o.a(), o.b(), o.c()
    b = integer(o, 2, b)
    shift, high, carries, extends, minus = o.i.bits(75, 5), o.bit(80), o.bit(74), o.bit(73), o.bit(72)
    carry, to, over = o.predicate(87, 90), o.to(), o.to_predicate(81)

    def do(lane):
        x = a(lane)
        if high:
            x = (signed(x) << shift >> 32 if extends else (c(lane) << 32 | x) << shift >> 32) & WORD
        else:
            x = x << shift & WORD
        x = (x ^ WORD) + (not carries) if minus else x
        total = x + b(lane) + (int(carry(lane)) if carries else 0)
        to(lane, total)
        over(lane, total >> 32)

    return do


def logic(o: Operands):
    a, b, c, table = o.a(), o.b(), o.c(), o.i.bits(72, 8)
    to, some, also, both = o.to(), o.to_predicate(81), o.predicate(87, 90), o.bit(80)

    def do(lane):
        x, y, z = a(lane), b(lane), c(lane)
        found = 0
        for k in range(8):
            if table >> k & 1:
                found |= (x if k & 4 else ~x) & (y if k & 2 else ~y) & (z if k & 1 else ~z)
        found &= WORD
        to(lane, found)
        some(lane, (found != 0 and also(lane)) if both else (found != 0 or also(lane)))

    return do


def shift(o: Operands):
    """SHF: c above a, shifted; its low or its high word."""
    a, b, c = o.a(), o.b(), o.c()
    kind, wraps, right, high, to = o.i.bits(73, 2), o.bit(75), o.bit(76), o.bit(80), o.to()
    bits = 64 if kind < 2 else 32

    def do(lane):
        by = b(lane) % bits if wraps else min(b(lane), bits)
        x = c(lane) << 32 | a(lane)
        x = x - (1 << 64) if kind in (0, 2) and right and x >> 63 else x
        x = x >> by if right else x << by
        to(lane, x >> 32 if high else x)

    return do


def compare(o: Operands):
    a, b, sign, extends = o.a(), o.b(), o.bit(73), o.bit(72)
    how, combine = COMPARE[o.i.bits(76, 3)], COMBINE[o.i.bits(74, 2)]
    equal = COMPARE[o.i.bits(76, 3)](0, 0)
    unequal = o.i.bits(76, 3) == 5
    low, also, to, to2 = o.predicate(68, 71), o.predicate(87, 90), o.to_predicate(81), o.to_predicate(84)

    def do(lane):
        x, y = a(lane), b(lane)
        x, y = (signed(x), signed(y)) if sign else (x, y)
        true = how(x, y)
        if extends:  # x and y are high words
            true = (x != y or low(lane)) if unequal else low(lane) if x == y else how(x, y)
        with_it = also(lane)
        to(lane, combine(true, with_it))
        to2(lane, combine(not true, with_it))

    return do


def choose(o: Operands):
    a, b, which, to = o.a(), o.b(), o.predicate(87, 90), o.to()
    return lambda lane: to(lane, a(lane) if which(lane) else b(lane))


def move(o: Operands):
    b, to = o.b(), o.to()
    return lambda lane: to(lane, b(lane))


def permute(o: Operands):
    a, b, c, mode, to = o.a(), o.b(), o.c(), o.i.bits(72, 3), o.to()

    def do(lane):
        if mode:
            raise NotImplementedError(f"PRMT in mode {mode}")
        bytes_ = (c(lane) << 32 | a(lane)).to_bytes(8, "little")
        selector, x = b(lane), 0
        for k in range(4):
            s = selector >> 4 * k & 15
            byte = bytes_[s & 7]
            x |= (255 * (byte >> 7) if s & 8 else byte) << 8 * k
        to(lane, x)

    return do


def predicates(o: Operands):
    """PLOP3; bit 67 says that the third is a uniform one."""
    third = Operands(o.i, uniform=o.uniform or bool(o.bit(67)))
    sources = o.predicate(87, 90), o.predicate(77, 80), third.predicate(68, 71)
    o.reads |= third.reads
    tables = o.i.bits(64, 3) | o.i.bits(72, 5) << 3, o.i.bits(16, 8)
    to = o.to_predicate(81), o.to_predicate(84)

    def do(lane):
        x, y, z = (bool(source(lane)) for source in sources)
        for put, table in zip(to, tables):
            put(lane, table >> (4 * x + 2 * y + z) & 1)

    return do


def absolute(o: Operands):
    b, to = o.b(), o.to()
    return lambda lane: to(lane, abs(signed(b(lane))))


def add2(o: Operands):
    """VIADD."""
    a, b, to = integer(o, 1, o.a()), integer(o, 2, o.b()), o.to()
    return lambda lane: to(lane, a(lane) + b(lane))


def extreme(adds: bool):
    def build(o: Operands):
        a, b, c = o.a(), integer(o, 2, o.b()), o.c()
        sign, least, to = o.bit(72), o.predicate(87, 90), o.to()

        def do(lane):
            x, y = (a(lane) + b(lane) & WORD, c(lane)) if adds else (a(lane), b(lane) & WORD)
            order = signed if sign else int
            to(lane, (min if least(lane) else max)(x, y, key=order))

        return do

    return build


def ones(o: Operands):
    b, to = o.b(), o.to()
    return lambda lane: to(lane, bin(b(lane)).count("1"))


def highest(o: Operands):
    """FLO: the number of the highest bit."""
    b, to = o.b(), o.to()
    return lambda lane: to(lane, b(lane).bit_length() - 1)


def extend(o: Operands):
    """SGXT: the low b bits of a, with their sign."""
    a, b, to, sign = o.a(), o.b(), o.to(), o.bit(73)

    def do(lane):
        bits = b(lane) & 31 or 32
        x = a(lane) & (1 << bits) - 1
        to(lane, x - (1 << bits) if sign and x >> bits - 1 else x)

    return do


BUILDERS = {
    0x002: move, 0x007: choose, 0x00C: compare, 0x010: add3, 0x011: shift_add, 0x012: logic, 0x013: absolute, 0x016: permute,
    0x019: shift, 0x01A: extend, 0x01C: predicates, 0x024: multiply, 0x025: multiply_wide, 0x027: multiply_high, 0x036: add2,
    0x046: extreme(True), 0x048: extreme(False), 0x109: ones, 0x100: highest,
}  # fmt: skip
UNIFORM = {0x080 + n: build for n, build in BUILDERS.items() if n < 0x030} | {0x0BF: ones, 0x0BD: highest}
