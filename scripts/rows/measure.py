"""What the rows of a call cost, instruction by instruction: who issued it, and for what."""

from collections import Counter
from dataclasses import dataclass

from lane.lane import Lane, run_block
from sass.cubin import Kernel

from .call import ROWS, STRUCTS, Call, array

STRIDE = STRUCTS["StepRow"].size
USES_AT = STRUCTS["StepRow"].fields["uses"][0]
# Functions of laws; those of a network program and the slow ways of roots and quotients are not.
LAWS = ("tape_", "sample_", "metropolis")
NOTHING = {("r", 255), ("u", 63), ("p", 7), ("q", 7)}
NEAR = 6  # instructions from the one that says where a warp's lanes meet again to the branch
TABLE_END = ROWS + (1 << 32)


@dataclass
class Event:
    at: int  # number of the instruction
    name: str  # an array, "barrier", or "row"
    writes: bool
    row: int = 0


class Trace:
    """One lane's instructions: how many there are of each purpose in each row."""

    def __init__(self, call: Call, kernel: Kernel, memory: dict[int, int], thread: int):
        self.call = call
        self.steps: list[str] = []  # purpose, by number of the instruction
        self.events: list[Event] = []
        self.arrays = [
            (name, array(call.shape, call.places, name, call.dimension if name != "level" else 1))
            for name in ("input", "output", "seed", "gradient", "level")
            if name in call.used
        ]
        self.tainted: set = set()  # registers and predicates that come from the row's `uses` alone
        self.tested: set[int] = set()  # addresses of BSYNC that end what a test began
        self.opened: list = []
        self.laws = sorted((start, any(word in name for word in LAWS)) for start, name in kernel.parts.items())
        self.row = -1
        self.lane = Lane(kernel, call.parameters, memory, thread, call.shape.threads, 1)

    def in_laws(self, address: int) -> bool:
        found = False
        for start, laws in self.laws:
            if start > address:
                break
            found = laws
        return found

    def see(self, step, done: bool):
        number = len(self.steps)
        if step.note is None:
            step.note = Note(step, self.in_laws(step.address))
        purpose = "law" if step.note.law else "rest"
        accessed = self.lane.accessed
        if accessed:
            at, writes = accessed
            if ROWS <= at < TABLE_END:
                row = (at - ROWS) // STRIDE
                if row != self.row:
                    self.row = row
                    self.events.append(Event(number, "row", False, row))
                if purpose == "rest":
                    purpose = "test" if (at - ROWS) % STRIDE == USES_AT else "table"
            else:
                for name, where in self.arrays:
                    if at in where:
                        self.events.append(Event(number, name, writes))
        elif step.name == "BAR":
            self.events.append(Event(number, "barrier", True))
        self.steps.append(purpose)
        if purpose in ("rest", "test") and self.test(step, done, number) and purpose == "rest":
            self.steps[number] = "test"

    def test(self, step, done: bool, number: int) -> bool:
        """Whether an instruction asks what the row uses: it reads nothing but what comes from the row's `uses`, or it is one
        that such a test has switched off."""
        note, tainted = step.note, self.tainted
        if self.steps[number] == "test":
            tainted |= note.writes
            return True
        if step.name == "BSSY":
            self.opened.append((number, step))
            return False
        if step.name == "BSYNC":
            return step.address in self.tested
        if step.name == "BRA":
            own = bool(note.sources) and note.sources <= tainted
            if own and self.opened and number - self.opened[-1][0] <= NEAR:
                at, bssy = self.opened.pop()
                self.steps[at] = "test" if self.steps[at] == "rest" else self.steps[at]
                self.tested.add(bssy.instruction.target())
            return own
        if not done:
            return bool(note.guarded & tainted)
        if note.data and self.lane.accessed is None and note.data <= tainted:
            tainted |= note.writes
            return True
        tainted -= note.writes
        return False


class Note:
    """What is asked of an instruction each time it is done."""

    def __init__(self, step, law: bool):
        self.law = law
        self.sources = frozenset(step.operands.reads - NOTHING)
        self.guarded = frozenset(step.guarded)
        self.data = self.sources - self.guarded
        self.writes = frozenset(step.operands.writes)


def passes(trace: Trace, barriers: list[tuple[int, int]] | None):
    """Where the network runs: pairs of numbers of instructions. From its first wait after what it reads is there to its last
    store; for a warp that has no part in either, between the same barriers as the first warp."""
    events = trace.events
    if barriers is not None:
        bars = [event.at for event in events if event.name == "barrier"]
        return [(bars[a], bars[b]) for a, b in barriers]
    found, stored, sink, begin, last = [], {}, None, 0, 0
    for event in events:
        ends = (
            event.name in ("gradient", "level")
            if sink == "input"
            else event.name == "output" and not event.writes or event.name == "seed" and event.writes
        )
        if sink and ends:
            found.append((begin, last))
            sink = None
        if sink:
            last = event.at if event.name == sink and event.writes else last
        elif event.name in ("input", "seed") and event.writes:
            stored[event.name] = event.at
        elif event.name in stored:
            sink, begin = ("output" if event.name == "input" else "input"), stored[event.name]
            last = begin
            stored.clear()
    return found


def between_barriers(trace: Trace, found) -> list[tuple[int, int]]:
    """The same as numbers of barriers: the first behind the beginning, the first behind the end."""
    bars = [event.at for event in trace.events if event.name == "barrier"]
    number = lambda at: next(n for n, bar in enumerate(bars) if bar > at)
    return [(number(begin), number(end)) for begin, end in found]


def traces(call: Call, kernel: Kernel) -> list[Trace]:
    """A lane of every warp of a tile, the first: one that has a part in every loop that the warp has a part in."""
    memory = dict(call.memory)
    found = [Trace(call, kernel, memory, 32 * warp) for warp in range(call.shape.warps)]
    run_block([(trace.lane, trace.see) for trace in found])
    return found


def measure(call: Call, kernel: Kernel) -> Counter:
    """Slots of a row for 32 samples by purpose: the mean over all rows but the first and the last."""
    total: Counter = Counter()
    barriers = None
    for trace in traces(call, kernel):
        found = passes(trace, barriers)
        if call.shape.warps > 1 and barriers is None:
            barriers = between_barriers(trace, found)
            found = passes(trace, barriers)
        for begin, end in found:
            trace.steps[begin + 1 : end + 1] = ["network"] * (end - begin)
        starts = {event.row: event.at for event in reversed(trace.events) if event.name == "row"}
        part = trace.steps[starts[1] : starts[call.rows - 1]]
        for purpose, count in Counter(part).items():
            total[purpose] += count
    scale = 32 / (call.shape.samples * (call.rows - 2))
    return Counter({purpose: count * scale for purpose, count in total.items()})
