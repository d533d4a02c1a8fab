"""Follows one lane of a warp through machine code, instruction by instruction.

It computes what the lane computes, so that every branch is decided and every loop ends as on a card, and tells who looks on
of every instruction. What the warp's other lanes do is not known: a vote is this lane's, what another lane hands over is
what this one has, and tensor cores give zeros. So it is right where a warp's lanes take one way together, which is so
wherever a row of a sampler is interpreted. Numbers of the instructions' fields are tested by selftest.py.
"""

from sass.cubin import Kernel
from sass.instruction import SIZE, Instruction

from . import control, floats, integers, memory
from .operands import TRUE, WORD, Operands

PARAMETERS = 0x210  # where a kernel's parameters begin in constant bank 0
SHARED = 0x7F00_0000_0000  # of generic addresses
LOCAL = 0x7E00_0000_0000
STACK = 0x10000
UNIFORM_GUARDS = (0x1C3, 0x0B9, 0x0BB)  # S2UR, ULDC


class LaneError(Exception):
    pass


class Lane:
    """A lane of a block's warp with its registers; memory is a word an address.

    words: of memory by address, which lanes may share; local memory is the lane's own.
    """

    def __init__(self, kernel: Kernel, parameters: bytes, words: dict[int, int], thread: int, block: int, grid: int):
        self.kernel = kernel
        self.R, self.U = [0] * 260, [0] * 68
        self.P, self.UP = [False] * TRUE + [True], [False] * TRUE + [True]
        self.pc = 0
        self.words = words
        self.local: dict[int, int] = {}
        self.accessed: tuple[int, bool] | None = None
        self.specials = {0x00: thread % 32, 0x21: thread, 0x22: 0, 0x23: 0, 0x25: 0, 0x26: 0, 0x27: 0, 0x88: 0, 0x2F: SHARED >> 32}
        bank = bytearray(PARAMETERS) + parameters
        for at, value in ((0, block), (4, 1), (8, 1), (12, grid), (16, 1), (20, 1), (0x28, STACK)):
            bank[at : at + 4] = value.to_bytes(4, "little")
        bank[0x18:0x20] = SHARED.to_bytes(8, "little")
        bank[0x20:0x28] = LOCAL.to_bytes(8, "little")
        self.banks = {0: bytes(bank)} | {n: data for n, data in kernel.constants.items() if n}
        self.code: dict[int, Step] = kernel.steps

    def constant(self, bank: int, at: int) -> int:
        data = self.banks.get(bank, b"")
        return int.from_bytes(data[at : at + 4], "little")

    def set(self, number: int, x: int):
        if number != 255:
            self.R[number] = x & WORD

    def set_uniform(self, number: int, x: int):
        if number != 63:
            self.U[number] = x & WORD

    def read(self, at: int) -> int:
        return (self.local if LOCAL <= at < SHARED else self.words).get(at, 0)

    def write(self, at: int, x: int):
        (self.local if LOCAL <= at < SHARED else self.words)[at] = x & WORD

    def access(self, space: str, at: int, writes: bool) -> int:
        """The generic address of a load or store."""
        at &= (1 << 64) - 1
        at = at + SHARED if space == "shared" else at + LOCAL if space == "local" else at
        self.accessed = (at, writes)
        return at

    def special(self, number: int) -> int:
        if number not in self.specials:
            raise LaneError(f"{self.kernel.name} asks for the special register {number:#x}, which is not known")
        return self.specials[number]

    def run(self, see, most: int = 2_000_000) -> bool:
        """To the next barrier of the block, or to the end: then it returns True. see(step, done) is called after every
        instruction; done is False where its predicate said no."""
        pc = self.pc
        for _ in range(most):
            step = self.code.get(pc) or self.prepare(pc)
            self.accessed = None
            to, done = None, step.guard is None or step.guard(self)
            if done:
                try:
                    to = step.do(self)
                except (NotImplementedError, OverflowError, ValueError, TypeError) as error:
                    raise LaneError(f"{self.kernel.name}: {pc:#x} {step.instruction.text()}: {error}") from error
            see(step, done)
            pc = self.pc = pc + SIZE if to is None else to
            if pc < 0 or step.name == "BAR":
                return pc < 0
        raise LaneError(f"{self.kernel.name} comes to no end after {most} instructions")

    def prepare(self, pc: int) -> "Step":
        code = self.kernel.code
        if not 0 <= pc < len(code):
            raise LaneError(f"{self.kernel.name} jumps to {pc:#x}, where it has no code")
        step = Step(Instruction(pc, int.from_bytes(code[pc : pc + SIZE], "little")))
        self.code[pc] = step
        return step


def run_block(lanes: list[tuple[Lane, object]]) -> None:
    """Lanes of one block with who looks on, from barrier to barrier: what one has stored before, others see behind it."""
    waiting = lanes
    while waiting:
        waiting = [(lane, see) for lane, see in waiting if not lane.run(see)]


class Step:
    """An instruction, ready to be done."""

    def __init__(self, i: Instruction):
        self.instruction = i
        self.name = i.name
        self.address = i.address
        unit = {**integers.BUILDERS, **floats.BUILDERS, **memory.BUILDERS, **control.BUILDERS}
        uniform = i.operation in integers.UNIFORM
        self.operands = o = Operands(i, uniform)
        build = integers.UNIFORM[i.operation] if uniform else unit.get(i.operation)
        if build is None:
            raise LaneError(f"{i.address:#x}: unknown instruction {i.name}, {i.word:#034x}")
        self.do = build(o)
        number, inverse = i.bits(12, 3), bool(i.bits(15, 1))
        self.guard = None
        self.guarded: set = set()
        self.note = None  # of who looks on
        if number != TRUE or inverse:
            uniform |= i.operation in UNIFORM_GUARDS
            kind = "q" if uniform else "p"
            o.reads.add((kind, number))
            self.guarded = {(kind, number)}
            self.guard = (lambda lane: lane.UP[number] != inverse) if uniform else (lambda lane: lane.P[number] != inverse)
