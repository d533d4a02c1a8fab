"""Operands of a machine instruction: what it reads, as functions of a lane.

Bits 9 to 11 say where the sources come from: registers, a constant, an immediate or a uniform register in the place of b
or of c. A register 255, and a uniform register 63, is zero.
"""

from struct import pack, unpack

from sass.instruction import Instruction

WORD = 0xFFFFFFFF
ZERO, NO_UNIFORM, TRUE = 255, 63, 7


class Operands:
    """Of one instruction; `uniform`: of the unit whose registers a warp has once."""

    def __init__(self, i: Instruction, uniform: bool = False):
        self.i = i
        self.uniform = uniform
        self.reads: set = set()  # ("r", number), ("u", number), ("p", number), ("q", number): uniform predicates
        self.writes: set = set()

    def bit(self, at: int) -> int:
        return self.i.bits(at, 1)

    # Sources.

    def a(self):
        return self.register(self.i.bits(24, 8))

    def b(self):
        return self._place(2)

    def c(self):
        return self._place(3)

    def _place(self, which: int):
        """b or c. A constant, immediate or uniform one is always in bits 32 to 63; the other is then in bits 64 to 71."""
        form = self.i.bits(9, 3)
        special = {2: 3, 3: 3, 7: 3, 4: 2, 5: 2, 6: 2}.get(form)
        if special is None:
            return self.register(self.i.bits(32 if which == 2 else 64, 8))
        if which != special:
            return self.register(self.i.bits(64, 8))
        if form in (2, 4):
            value = self.i.bits(32, 32)
            return lambda lane: value
        if form in (3, 5):
            bank, at = self.i.bits(54, 5), self.i.bits(38, 16)
            return lambda lane: lane.constant(bank, at)
        number = self.i.bits(32, 6)
        self.reads.add(("u", number))
        return lambda lane: lane.U[number]

    def immediate(self, which: int) -> bool:
        return self.i.bits(9, 3) == {2: 4, 3: 2}.get(which)

    def modifiers(self, which: int) -> tuple[int, int]:
        """The bits that say (negative, absolute) of a, b or c."""
        form = self.i.bits(9, 3)
        if which == 1:
            return 72, 73
        wide = form in (2, 3, 7)  # c is where b is otherwise
        return (63, 62) if (which == 2) != wide else (75, 74)

    def register(self, number: int):
        if self.uniform:
            number &= 63
            self.reads.add(("u", number))
            return lambda lane: lane.U[number]
        self.reads.add(("r", number))
        return lambda lane: lane.R[number]

    def float(self, which: int, get):
        """A source as a number, with its sign and size changed as the instruction says."""
        negative, absolute = self.modifiers(which)
        plain = self.immediate(which)
        minus, size = (not plain and self.bit(negative)), (not plain and self.bit(absolute))

        def value(lane):
            x = number_of(get(lane))
            x = abs(x) if size else x
            return -x if minus else x

        return value

    def predicate(self, at: int, negation: int):
        number, inverse = self.i.bits(at, 3), bool(self.bit(negation))
        self.reads.add(("q" if self.uniform else "p", number))
        if self.uniform:
            return lambda lane: lane.UP[number] != inverse
        return lambda lane: lane.P[number] != inverse

    # Results.

    def to(self, count: int = 1):
        number = self.i.bits(16, 8)
        if self.uniform:
            number &= 63
            for k in range(count):
                self.writes.add(("u", number + k))
            return lambda lane, x: lane.set_uniform(number, x)
        for k in range(count):
            self.writes.add(("r", number + k))
        return lambda lane, x: lane.set(number, x)

    def to_wide(self):
        """Two registers, the low half first."""
        number = self.i.bits(16, 8) & (63 if self.uniform else 255)
        self.to(2)

        def put(lane, x):
            setter = lane.set_uniform if self.uniform else lane.set
            if number not in (ZERO, NO_UNIFORM if self.uniform else ZERO):
                setter(number, x & WORD)
                setter(number + 1, x >> 32 & WORD)

        return put

    def to_predicate(self, at: int):
        number = self.i.bits(at, 3)
        self.writes.add(("q" if self.uniform else "p", number))
        if number == TRUE:
            return lambda lane, x: None

        def put(lane, x):
            (lane.UP if self.uniform else lane.P)[number] = bool(x)

        return put


def signed(x: int) -> int:
    return x - (1 << 32) if x >> 31 else x


def number_of(bits: int) -> float:
    return unpack("<f", pack("<I", bits & WORD))[0]


def bits_of(x: float) -> int:
    try:
        return unpack("<I", pack("<f", x))[0]
    except OverflowError:
        return 0x7F800000 if x > 0 else 0xFF800000
