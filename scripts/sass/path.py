"""The path of one trip through a loop: of the paths that do at least the work asked for, one with the fewest issue slots.

The work is a number of instructions by name, as {"MUFU.TANH": 128}. Where kernels choose between kinds of rows or
activations, this takes the cheapest choice that does the workload's work. Inner loops count as often as the list says.
Where there are very many ways (MOST_LABELS at a point) some are forgotten, and the path is short but maybe not shortest.
"""

from collections import Counter
from dataclasses import dataclass

from .loops import Block, Loop, matches, reverse_postorder

MOST_LABELS = 48


@dataclass(eq=False)
class Label:
    """A way to a point: its slots, its work (no more than what is asked for), and the blocks with their counts."""

    slots: int
    work: tuple[int, ...]
    steps: tuple  # (earlier steps, block or inner path, times) or ()

    def then(self, slots, work, step, times, most):
        total = tuple(min(most[i], self.work[i] + times * w) for i, w in enumerate(work))
        return Label(self.slots + times * slots, total, (self.steps, step, times))

    def blocks(self, times: int = 1) -> Counter:
        """How often a trip passes each block."""
        found: Counter = Counter()
        steps = self.steps
        while steps:
            steps, step, repeats = steps
            if isinstance(step, Block):
                found[step] += times * repeats
            else:
                found.update(step.blocks(times * repeats))
        return found


class Paths:
    def __init__(self, work: dict[str, int], trips):
        self.names = tuple(work)
        self.most = tuple(work.values())
        self.trips = trips  # of an inner loop
        self.costs: dict[Block, tuple] = {}

    def best(self, loop: Loop) -> Label:
        """The path of one trip. Where none does all the work: of those that do the most, the shortest."""
        ends = self.through(loop)[1]
        return min(ends, key=lambda label: (-sum(w / m for w, m in zip(label.work, self.most)), label.slots))

    def through(self, loop: Loop):
        """Labels at the exits, by block outside, and at the ends of a trip."""
        inner = {block: child for child in loop.children for block in child.blocks}
        nested = {}

        def following(node):
            if isinstance(node, Loop):
                if node not in nested:
                    nested[node] = self.repeated(node)
                return [inner.get(block, block) for block in nested[node][0] if block in loop.blocks and block is not loop.header]
            return [inner.get(block, block) for block in node.next if block in loop.blocks and block is not loop.header]

        start = inner.get(loop.header, loop.header)
        order = reverse_postorder(start, following)
        place = {node: i for i, node in enumerate(order)}
        labels = {node: [] for node in order}
        labels[start] = [Label(0, (0,) * len(self.most), ())]
        exits: dict[Block, list[Label]] = {}
        ends: list[Label] = []
        for node in order:
            here = fittest(labels[node])
            for block, reached in self.leave(node, here, nested):
                if block is loop.header:
                    ends += reached
                elif block not in loop.blocks:
                    exits.setdefault(block, []).extend(reached)
                elif place[inner.get(block, block)] > place[node]:  # else: a loop with two entries
                    labels[inner.get(block, block)] += reached
        return {block: fittest(all) for block, all in exits.items()}, fittest(ends)

    def leave(self, node, here, nested):
        if isinstance(node, Block):
            slots, work = self.cost(node)
            after = [label.then(slots, work, node, 1, self.most) for label in here]
            return [(block, after) for block in node.next]
        return [
            (block, [label.then(way.slots, way.work, way, 1, self.most) for label in here for way in ways])
            for block, ways in nested[node][0].items()
        ]

    def repeated(self, loop: Loop):
        """All trips of an inner loop; the last one leaves it."""
        exits, ends = self.through(loop)
        times = max(self.trips(loop), 1) - 1
        if times == 0 or not ends:
            return exits, ends
        zero = Label(0, (0,) * len(self.most), ())
        all_but_last = [zero.then(end.slots, end.work, end, times, self.most) for end in ends]
        return {
            block: fittest([a.then(way.slots, way.work, way, 1, self.most) for a in all_but_last for way in ways])
            for block, ways in exits.items()
        }, ends

    def cost(self, block: Block):
        if block not in self.costs:
            names = [i.name for i in block.instructions]
            work = tuple(sum(matches(name, wanted) for name in names) for wanted in self.names)
            self.costs[block] = (len(names), work)
        return self.costs[block]


def fittest(labels: list[Label]) -> list[Label]:
    """Those than which none is shorter with as much work; of too many the shortest and those with the most work."""
    shortest: dict[tuple, Label] = {}
    for label in labels:
        known = shortest.get(label.work)
        if known is None or label.slots < known.slots:
            shortest[label.work] = label
    kept: list[Label] = []
    for label in sorted(shortest.values(), key=lambda label: (label.slots, [-w for w in label.work])):
        if not any(all(a >= b for a, b in zip(other.work, label.work)) for other in kept):
            kept.append(label)
    if len(kept) > MOST_LABELS:
        half = MOST_LABELS // 2
        kept = kept[:half] + sorted(kept[half:], key=lambda label: -sum(label.work))[:half]
    return kept
