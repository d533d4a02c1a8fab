"""What instructions about numbers do: in double precision, rounded to float32. That the last bit may differ decides nothing
here. Sums of tensor cores are zeros: no branch asks for them."""

import math
from struct import pack, unpack

from .integers import COMBINE
from .operands import Operands, bits_of

TENSOR = (0x03C, 0x037)


def sources(o: Operands, *which: int):
    return [o.float(n, (o.a, o.b, o.c)[n - 1]()) for n in which]


def sum_place(o: Operands) -> int:
    """The second number of a sum or comparison: in the place of b, or, other than a register, of c."""
    return 3 if o.i.bits(9, 3) in (2, 3, 7) else 2


def fused(o: Operands):
    a, b, c = sources(o, 1, 2, 3)
    to = o.to()
    return lambda lane: to(lane, bits_of(a(lane) * b(lane) + c(lane)))


def product(o: Operands):
    a, b = sources(o, 1, 2)
    to = o.to()
    return lambda lane: to(lane, bits_of(a(lane) * b(lane)))


def total(o: Operands):
    a, b = sources(o, 1, sum_place(o))
    to = o.to()
    return lambda lane: to(lane, bits_of(a(lane) + b(lane)))


def choose(o: Operands):
    a, b = sources(o, 1, 2)
    which, to = o.predicate(87, 90), o.to()
    return lambda lane: to(lane, bits_of(a(lane) if which(lane) else b(lane)))


def extreme(o: Operands):
    a, b = sources(o, 1, 2)
    least, to = o.predicate(87, 90), o.to()
    return lambda lane: to(lane, bits_of((min if least(lane) else max)(a(lane), b(lane))))


def ordered(code: int, x: float, y: float) -> bool:
    """Codes 8 to 15 are also true where x or y is no number."""
    if math.isnan(x) or math.isnan(y):
        return code >= 8
    return bool((x < y) * (code & 1) + (x == y) * (code >> 1 & 1) + (x > y) * (code >> 2 & 1))


def compare(o: Operands):
    a, b = sources(o, 1, 2)
    code, combine = o.i.bits(76, 4), COMBINE[o.i.bits(74, 2)]
    also, to, to2 = o.predicate(87, 90), o.to_predicate(81), o.to_predicate(84)

    def do(lane):
        true, with_it = ordered(code, a(lane), b(lane)), also(lane)
        to(lane, combine(true, with_it))
        to2(lane, combine(not true, with_it))

    return do


def set_number(o: Operands):
    """FSET: 1 or -1 (all bits) where a comparison is true, else 0."""
    a, b = sources(o, 1, 2)
    code, also, to, whole = o.i.bits(76, 4), o.predicate(87, 90), o.to(), not o.bit(81)
    return lambda lane: to(lane, (0x3F800000 if not whole else 0xFFFFFFFF) if ordered(code, a(lane), b(lane)) and also(lane) else 0)


def needs_care(o: Operands):
    """FCHK: whether a / b is outside what the short way of dividing can do."""
    a, b = sources(o, 1, 2)
    to = o.to_predicate(81)

    def do(lane):
        x, y = bits_of(a(lane)) >> 23 & 255, bits_of(b(lane)) >> 23 & 255
        to(lane, not (0 < x < 255 and 0 < y < 255 and -125 < x - y < 126) and bits_of(a(lane)) << 1 & 0xFFFFFFFF != 0)

    return do


def special(o: Operands):
    """MUFU."""
    (b,) = sources(o, 2)
    function, to = o.i.bits(74, 4), o.to()

    def value(x):
        if function == 4:
            return math.copysign(math.inf, x) if x == 0 else 1 / x
        if function in (5, 8):
            root = math.sqrt(x) if x >= 0 else math.nan
            return root if function == 8 else math.inf if root == 0 else 1 / root
        if function == 2:
            return math.inf if x > 128 else 2.0**x
        if function == 3:
            return math.log2(x) if x > 0 else -math.inf if x == 0 else math.nan
        return {0: math.cos, 1: math.sin, 9: math.tanh}[function](x)

    return lambda lane: to(lane, bits_of(value(b(lane))))


def from_integer(o: Operands):
    b, to, sign = o.b(), o.to(), o.bit(74)
    return lambda lane: to(lane, bits_of(float(b(lane) - (1 << 32) if sign and b(lane) >> 31 else b(lane))))


def to_integer(o: Operands):
    (b,) = sources(o, 2)
    to, sign, rounding = o.to(), o.bit(72), o.i.bits(78, 2)

    def do(lane):
        x = b(lane)
        if not math.isfinite(x):
            return to(lane, 0)
        whole = (round, math.floor, math.ceil, math.trunc)[rounding](x)
        to(lane, max(-(1 << 31), min(whole, (1 << 31) - 1)) if sign else max(0, min(whole, (1 << 32) - 1)))

    return do


def double(o: Operands, *which: int):
    """Sources of two registers; constants and immediates are given by their high word."""

    def one(n):
        get = (o.a, o.b, o.c)[n - 1]()
        place = {1: 24, 2: 32, 3: 64}[n]
        form, special = o.i.bits(9, 3), {2: 3, 3: 3, 4: 2, 5: 2}.get(o.i.bits(9, 3))
        negative, size = o.modifiers(n)
        minus, absolute = (form not in (2, 4) or special != n) and o.bit(negative), o.bit(size) and special != n
        bank, at = o.i.bits(54, 5), o.i.bits(38, 16)
        number = o.i.bits(64 if special is not None and n != 1 else place, 8)
        if special != n:
            o.reads.update({("r", number), ("r", number + 1)})

        def words(lane):
            if special != n:
                return (0, 0) if number == 255 else (lane.R[number], lane.R[number + 1])
            return (0, get(lane)) if form in (2, 4) else (lane.constant(bank, at), lane.constant(bank, at + 4))

        def value(lane):
            x = unpack("<d", pack("<II", *words(lane)))[0]
            x = abs(x) if absolute else x
            return -x if minus else x

        return value

    return [one(n) for n in which]


def double_product(o: Operands):
    a, b = double(o, 1, 2)
    to = o.to_wide()
    return lambda lane: to(lane, unpack("<Q", pack("<d", a(lane) * b(lane)))[0])


def halves(o: Operands):
    """HFMA2. 0 x 0 + c is how an assembler loads a number on this unit; other sums of halves no branch asks for."""
    to, c, loads = o.to(), o.c(), o.i.bits(24, 8) == o.i.bits(64, 8) == 255 and o.immediate(3)
    return lambda lane: to(lane, c(lane) if loads else 0)


def skipped(o: Operands):
    """Results that no branch asks for: zeros."""
    to = o.to_wide() if o.i.operation in TENSOR else o.to()
    return lambda lane: to(lane, 0)


BUILDERS = {
    0x023: fused, 0x020: product, 0x021: total, 0x008: choose, 0x009: extreme, 0x00B: compare, 0x00A: set_number, 0x102: needs_care,
    0x108: special, 0x045: from_integer, 0x106: from_integer, 0x105: to_integer, 0x028: double_product,
    0x030: skipped, 0x035: halves, 0x03E: skipped, 0x03C: skipped, 0x104: skipped,
}  # fmt: skip
