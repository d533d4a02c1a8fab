"""Basic blocks of a kernel and the loops that they form."""

from dataclasses import dataclass, field

from .cubin import Kernel
from .instruction import SIZE, Instruction, decode


@dataclass(eq=False)
class Block:
    instructions: list[Instruction]
    next: list["Block"] = field(default_factory=list)

    @property
    def address(self) -> int:
        return self.instructions[0].address


@dataclass(eq=False)
class Loop:
    header: Block
    blocks: set[Block]
    parent: "Loop | None" = None
    children: list["Loop"] = field(default_factory=list)

    def count(self, name: str) -> int:
        return sum(matches(i.name, name) for block in self.blocks for i in block.instructions)


def matches(name: str, wanted: str) -> bool:
    """Whether an instruction is one that a list names; "HMMA*" names all that begin so."""
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def basic_blocks(kernel: Kernel) -> list[Block]:
    """The blocks that are reached from the kernel's entry, in reverse postorder. Calls count as one instruction."""
    code = decode(kernel.code)
    follows = {i.address: successors(i, kernel) for i in code}
    leaders = {0}
    for address, targets in follows.items():
        if targets != [address + SIZE]:
            leaders.update(targets)
            leaders.add(address + SIZE)
    blocks = {}
    current = []
    for instruction in code:
        if current and instruction.address in leaders:
            blocks[current[0].address] = Block(current)
            current = []
        current.append(instruction)
    blocks[current[0].address] = Block(current)
    for block in blocks.values():
        block.next = [blocks[at] for at in follows[block.instructions[-1].address] if at in blocks]
    return reverse_postorder(blocks[0], lambda block: block.next)


def successors(instruction: Instruction, kernel: Kernel) -> list[int]:
    after = [instruction.address + SIZE]
    name = instruction.name
    if name == "BRA":
        return [instruction.branch_target] + (after if instruction.conditional else [])
    if name in ("BRX", "BRXU"):
        return sorted(set(kernel.tables.get(instruction.address, [])))
    if name in ("EXIT", "RET"):
        return after if instruction.conditional else []
    return after


def reverse_postorder(start, following) -> list:
    order, seen = [], {start}
    stack = [(start, iter(following(start)))]
    while stack:
        node, rest = stack[-1]
        for other in rest:
            if other not in seen:
                seen.add(other)
                stack.append((other, iter(following(other))))
                break
        else:
            order.append(node)
            stack.pop()
    return order[::-1]


def find_loops(blocks: list[Block]) -> list[Loop]:
    """The natural loops, outer ones first: an edge back to a block that every way to the edge goes through."""
    number = {block: i for i, block in enumerate(blocks)}
    before = {block: [] for block in blocks}
    for block in blocks:
        for other in block.next:
            before[other].append(block)
    dominator = dominators(blocks, number, before)
    bodies: dict[Block, set[Block]] = {}
    for block in blocks:
        for header in block.next:
            if dominates(header, block, dominator, number):
                body = bodies.setdefault(header, {header})
                grow(body, block, before)
    loops = sorted((Loop(header, body) for header, body in bodies.items()), key=lambda loop: -len(loop.blocks))
    for i, loop in enumerate(loops):
        around = [other for other in loops[:i] if loop.header in other.blocks]
        if around:
            loop.parent = min(around, key=lambda other: len(other.blocks))
            loop.parent.children.append(loop)
    return loops


def dominators(blocks, number, before) -> dict[Block, Block]:
    """The immediate dominator of each block (Cooper, Harvey and Kennedy, 2001)."""
    dominator = {blocks[0]: blocks[0]}
    changed = True
    while changed:
        changed = False
        for block in blocks[1:]:
            found = None
            for other in before[block]:
                if other in dominator:
                    found = other if found is None else common(found, other, dominator, number)
            if dominator.get(block) is not found:
                dominator[block] = found
                changed = True
    return dominator


def common(a, b, dominator, number):
    while a is not b:
        while number[a] > number[b]:
            a = dominator[a]
        while number[b] > number[a]:
            b = dominator[b]
    return a


def dominates(a, b, dominator, number) -> bool:
    while number[b] > number[a]:
        b = dominator[b]
    return a is b


def grow(body, block, before):
    stack = [block]
    while stack:
        block = stack.pop()
        if block not in body:
            body.add(block)
            stack.extend(before[block])
