"""How long a block takes for the ways of its warps: four schedulers that issue one instruction a clock, in the order of each
warp, when the waits that the assembler wrote into its code are over. Rates and latencies are assumptions about an H100 or
H200, not measurements; what is measured on a card replaces them.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from lane.lane import LOCAL, SHARED

from .step import RELEASED

SCHEDULERS = 4


@dataclass
class Assumptions:
    wide_load: int = 2   # clocks of shared memory for a warp's load of 16 bytes a lane, where neighbours have the same
    network: int = 32    # bytes a clock that a multiprocessor sends to others of its cluster
    remote: int = 200    # clocks until what is sent is there
    cache: int = 270     # of a load from the second-level cache
    fence: int = 500     # until all have seen what a warp has written
    grid: int = 700      # of a barrier of all blocks in device memory, beside its instructions


LATENCY = {"constant": 25, "local": 35, "conversion": 14, "fp64": 12}
NAMED = {"MUFU": 22, "SHFL": 24, "S2R": 20, "S2UR": 20, "R2UR": 10}
ARITHMETIC = ("integer", "fp32")


class Waiting(Exception):
    pass


def waits_at(step) -> int:
    """The place of the barrier in shared memory that an instruction waits at; 0: it does not."""
    i = step.instruction
    return i.bits(40, 20) if i.operation == RELEASED and i.bits(0, 12) == 0x5A7 else 0


class Block:
    """The warps of a block, from their first instruction to their last."""

    def __init__(self, ways: list[list], assume: Assumptions):
        self.ways, self.assume = ways, assume
        self.next = [0] * len(ways)
        self.ready = [0.0] * len(ways)  # clock from which a warp can go on
        self.scoreboards = [[0.0] * 6 for _ in ways]
        self.asleep: dict[int, object] = {}  # warp -> what it waits for
        self.memory = self.sent = 0.0  # until when shared memory and the way to other blocks are busy
        self.pipes: dict = defaultdict(float)
        self.events: list[tuple[float, str]] = []
        # How many warps wait for numbers, by the place of their barrier.
        self.waiting = Counter(place for way in ways for place in {waits_at(step) for step, done, _ in way if done} if place)

    def run(self) -> float:
        clock, last = 0.0, [0] * SCHEDULERS
        while any(at < len(way) for at, way in zip(self.next, self.ways, strict=True)):
            issued, soonest = False, float("inf")
            for scheduler in range(SCHEDULERS):
                best = None
                for warp in range(scheduler, len(self.ways), SCHEDULERS):
                    if self.next[warp] == len(self.ways[warp]) or warp in self.asleep:
                        continue
                    when = self.possible(warp)
                    if when > clock:
                        soonest = min(soonest, when)
                    elif best is None or last[scheduler] == best:
                        best = warp
                if best is not None:
                    last[scheduler] = best
                    self.issue(best, clock)
                    issued = True
            if issued:
                clock += 1
            elif soonest == float("inf"):
                raise Waiting(f"all warps wait: {self.asleep}")
            else:
                clock = max(clock + 1, soonest)
        return clock

    def pipe(self, warp: int):
        step = self.ways[warp][self.next[warp]][0]
        kind, scheduler = step.instruction.kind, warp % SCHEDULERS
        if kind == "fp64":
            return ("fp64", scheduler), 2
        if step.name.startswith("MUFU"):
            return ("special", scheduler), 8
        if kind == "conversion":
            return ("special", scheduler), 4
        if kind in ARITHMETIC and step.name not in ("FMUL", "FADD", "IMAD", "IMAD.WIDE", "IADD3"):
            return ("integer", scheduler), 2
        return None, 0

    def possible(self, warp: int) -> float:
        step = self.ways[warp][self.next[warp]][0]
        control = step.instruction.word >> 105
        when = self.ready[warp]
        for number in range(6):
            if control >> 11 >> number & 1:
                when = max(when, self.scoreboards[warp][number])
        if step.instruction.kind == "shared":
            when = max(when, self.memory - 8)
        pipe, _ = self.pipe(warp)
        return max(when, self.pipes[pipe]) if pipe else when

    def issue(self, warp: int, clock: float) -> None:
        step, done, accessed = self.ways[warp][self.next[warp]]
        control = step.instruction.word >> 105
        pipe, busy = self.pipe(warp)
        if pipe:
            self.pipes[pipe] = clock + busy
        latency = self.latency(step, done, accessed, clock)
        for shift, until in ((5, latency), (8, min(latency, 12))):
            number = control >> shift & 7
            if number < 6:
                self.scoreboards[warp][number] = max(self.scoreboards[warp][number], clock + until)
        self.ready[warp] = clock + (latency if step.name == "MEMBAR" else max(1, control & 15))
        self.next[warp] += 1
        if done and step.name == "BAR":
            self.meet(warp, step.instruction, clock)
        elif done and waits_at(step):
            self.await_numbers(warp, waits_at(step), clock)

    def latency(self, step, done: bool, accessed, clock: float) -> float:
        kind, name, assume = step.instruction.kind, step.name, self.assume
        if kind == "shared" and done:
            self.memory = max(self.memory, clock) + {".128": assume.wide_load, ".64": max(1, assume.wide_load // 2)}.get(name[3:], 1)
            return self.memory - clock + 28
        if step.instruction.operation == 0x1BD and done:
            size = 512 if step.instruction.bits(74, 2) == 3 else 128
            self.sent = max(self.sent, clock) + size / assume.network
            self.memory = max(self.memory, clock) + size / 128
            return self.memory - clock + 8
        if kind in ("global", "generic") and done:
            at = accessed[0] if accessed else 0
            if at >= SHARED:
                self.memory = max(self.memory, clock) + 1
                return self.memory - clock + 32
            if at >= LOCAL:
                return LATENCY["local"]
            return assume.cache + (assume.grid if "ATOM" in name else 0)
        if name == "MEMBAR":
            return assume.fence
        return NAMED.get(name.split(".")[0], LATENCY.get(kind, 8))

    def meet(self, warp: int, instruction, clock: float) -> None:
        """At a barrier of warps: number and threads are in the instruction; no threads are all."""
        number, warps = instruction.bits(54, 4), instruction.bits(42, 12) // 32 or len(self.ways)
        self.asleep[warp] = ("barrier", number)
        there = [other for other, what in self.asleep.items() if what == ("barrier", number)]
        if len(there) == warps:
            self.events.append((clock, f"barrier {number}"))
            self.wake(there, clock + 18)

    def await_numbers(self, warp: int, place: int, clock: float) -> None:
        """All blocks do the same: what they send has come when what this block sends would have come to them."""
        self.asleep[warp] = ("numbers", place)
        there = [other for other, what in self.asleep.items() if what == ("numbers", place)]
        if len(there) == self.waiting[place]:
            until = max(self.sent, clock) + self.assume.remote
            self.events.append((until, "numbers of other blocks"))
            self.wake(there, until)

    def wake(self, warps: list[int], when: float) -> None:
        for warp in warps:
            del self.asleep[warp]
            self.ready[warp] = when


def clocks_a_step(ways_of, assume: Assumptions) -> tuple[float, list[tuple[float, str]]]:
    """From runs of two and of four steps; and the events of one step, counted from its beginning."""
    times = []
    for steps in (2, 4):
        block = Block(ways_of(steps), assume)
        times.append((block.run(), block.events))
    a_step = (times[1][0] - times[0][0]) / 2
    events = times[1][1]
    starts = [when for when, what in events if what == "barrier 2"]
    if len(starts) < 3:
        return a_step, []
    return a_step, [(when - starts[-2], what) for when, what in events if starts[-2] < when <= starts[-1]]
