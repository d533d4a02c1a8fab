"""One machine instruction: 16 bytes."""

from dataclasses import dataclass

from .opcodes import KIND_OF, MUFU_FUNCTIONS, NAMES

SIZE = 16
ALWAYS = 7
BRANCH = 0x147
NO_REGISTER = 255
SIZES = (".U8", ".S8", ".U16", ".S16", "", ".64", ".128", ".128")
# Operations whose bits 73 to 75 tell how much is moved.
MEMORY = {0x180, 0x181, 0x183, 0x184, 0x185, 0x186, 0x187, 0x188}


@dataclass(frozen=True)
class Instruction:
    address: int
    word: int  # all 128 bits

    def bits(self, first: int, count: int) -> int:
        return self.word >> first & (1 << count) - 1

    @property
    def operation(self) -> int:
        return self.bits(0, 9)

    @property
    def kind(self) -> str:
        return KIND_OF.get(self.operation, "other")

    @property
    def name(self) -> str:
        """As nvdisasm writes it, with the parts that matter here; the number of the opcode where it is unknown."""
        name = NAMES.get(self.operation, f"0x{self.bits(0, 12):03x}")
        if name == "MUFU":
            function = self.bits(74, 4)
            return "MUFU." + (MUFU_FUNCTIONS[function] if function < len(MUFU_FUNCTIONS) else str(function))
        if name == "HMMA":
            return "HMMA.16816" if self.bits(75, 1) else "HMMA.1688"
        if self.operation in MEMORY:
            return name + SIZES[self.bits(73, 3)]
        return name

    @property
    def conditional(self) -> bool:
        """Whether a predicate decides if it is done; a branch has a second one, and may ask whether the warp diverges."""
        if self.bits(12, 4) != ALWAYS:
            return True
        return self.operation == BRANCH and (self.bits(87, 4) != ALWAYS or self.bits(32, 2) != 0)

    @property
    def branch_target(self) -> int:
        """Of BRA and CALL: words of 4 bytes from the next instruction, in bits 34 to 81 and, below these, 16 to 23."""
        offset = self.bits(34, 48) << 8 | self.bits(16, 8)
        return self.address + SIZE + 4 * (offset - (1 << 56 if offset >> 55 else 0))

    def text(self) -> str:
        """Predicate, name, destination and sources a, b, c as far as they are registers."""
        guard = self.bits(12, 4)
        guard = "" if guard == ALWAYS else f"@{'!' if guard & 8 else ''}P{guard & 7} "
        if self.name in ("BRA", "CALL", "BSSY"):
            return f"{guard}{self.name} 0x{self.target():x}"
        if self.kind == "control":
            return guard + self.name
        form = self.bits(9, 3)
        second, third = register(self.bits(32, 8)), register(self.bits(64, 8))
        if form in (2, 4):  # a wide operand c: bits 32 to 63 are c's, bits 64 to 71 are b's
            second, third = third, "0x%x" % self.bits(32, 32) if form == 2 else constant(self)
        elif form == 4:
            second = "0x%x" % self.bits(32, 32)
        elif form == 5:
            second = constant(self)
        return f"{guard}{self.name} {register(self.bits(16, 8))}, {register(self.bits(24, 8))}, {second}, {third}"

    def target(self) -> int:
        if self.name == "BSSY":
            return self.address + SIZE + 4 * (self.bits(34, 30))
        return self.branch_target


def register(number: int) -> str:
    return "RZ" if number == NO_REGISTER else f"R{number}"


def constant(instruction: Instruction) -> str:
    return f"c[{instruction.bits(54, 5)}][0x{instruction.bits(38, 16):x}]"


def decode(code: bytes) -> list[Instruction]:
    return [Instruction(at, int.from_bytes(code[at : at + SIZE], "little")) for at in range(0, len(code), SIZE)]
