"""What the hot loop of a kernel costs: counts of one trip, and the time that they imply for a workload."""

from collections import Counter
from dataclasses import dataclass

from .cubin import Kernel
from .instruction import Instruction, decode
from .loops import Loop, basic_blocks, find_loops
from .opcodes import KINDS
from .path import Paths

# One H200: multiprocessors, clocks a second, schedulers a multiprocessor; clocks of a scheduler's unit an instruction.
MULTIPROCESSORS = 132
CLOCK = 1.98e9
SCHEDULERS = 4
MUFU_CLOCKS = 8
# HMMA at 62 % of the tensor cores' peak; HGMMA of 64 x 256 x 16 at the 74 % that power allows (docs/engines.md).
HMMA_CLOCKS = {"HMMA.16816": 6.4, "HMMA.1688": 3.2, "HGMMA": 173.0}
FIGURES = ("registers", "frame", "local", "slots", "mufu", "hmma")


class ListError(Exception):
    pass


@dataclass
class Report:
    entry: dict
    registers: int
    frame: int  # bytes of stack a thread
    local: int  # LDL and STL in the whole kernel: spills, or arrays that are indexed
    counts: Counter  # of instructions by name, one trip
    kinds: Counter
    missing: dict  # work asked for that no path does: name -> what the path does
    passed: list[tuple[Instruction, int]]  # the trip in the order of addresses, with how often each is done

    @property
    def slots(self) -> int:
        return sum(self.counts.values())

    def figures(self) -> dict[str, int]:
        own = {"registers": self.registers, "frame": self.frame, "local": self.local, "slots": self.slots}
        return own | {"mufu": self.kinds["mufu"], "hmma": self.kinds["hmma"]}

    @property
    def slots_per_sample_step(self) -> float | None:
        samples = self.entry.get("samples")
        return self.slots * self.entry.get("warps", 1) / samples if samples else None

    def seconds(self) -> dict[str, float]:
        """The time of each unit for the workload, were it never idle; empty where the list names no workload."""
        if "sample_steps" not in self.entry:
            return {}
        trips = self.entry["sample_steps"] / self.entry["samples"] * self.entry.get("warps", 1)
        tensor = sum(HMMA_CLOCKS.get(name, 0) * count for name, count in self.counts.items())
        clocks = {"issue": self.slots, "MUFU": MUFU_CLOCKS * self.kinds["mufu"], "tensor": tensor}
        return {unit: trips * c / (MULTIPROCESSORS * SCHEDULERS * CLOCK) for unit, c in clocks.items()}


def report(entry: dict, kernel: Kernel) -> Report:
    loops = find_loops(basic_blocks(kernel))
    hot, trips = hot_loop(entry, loops)
    work = entry.get("work", {})
    paths = Paths(work, trips)
    best = paths.best(hot)
    passed = sorted(
        ((i, times) for block, times in best.blocks().items() for i in block.instructions), key=lambda one: one[0].address
    )
    counts, kinds = Counter(), Counter()
    for instruction, times in passed:
        counts[instruction.name] += times
        kinds[instruction.kind] += times
    missing = {name: done for name, done, wanted in zip(work, best.work, work.values()) if done < wanted}
    local = sum(i.kind == "local" for i in decode(kernel.code))
    return Report(entry, kernel.registers, kernel.frame, local, counts, kinds, missing, passed)




def hot_loop(entry: dict, loops: list[Loop]):
    """The loop that the list names, and the trips of the loops in it.

    `around`: an instruction; from the innermost loop with most of it, as many loops out as `trips` has numbers.
    """
    around, numbers = entry["loop"]["around"], entry["loop"].get("trips", [])
    own = [loop for loop in loops if loop.count(around)]
    innermost = [loop for loop in own if not any(child.count(around) for child in loop.children)]
    if not innermost:
        raise ListError(f"no loop of {entry['kernel']} has the instruction {around}")
    hot = max(innermost, key=lambda loop: (loop.count(around), -loop.header.address))
    for _ in numbers:
        hot = hot.parent
        if hot is None:
            raise ListError(f"{entry['kernel']} has fewer than {len(numbers)} loops around those with {around}")

    def height(loop: Loop) -> int:
        return max((1 + height(child) for child in loop.children if child.count(around)), default=0)

    def trips(loop: Loop) -> int:
        if loop.count(around):
            at = height(loop)
            return numbers[at] if at < len(numbers) else entry["loop"].get("further", 1)
        for rule in entry["loop"].get("inner", ()):
            if loop.count(rule["has"]):
                return rule["trips"]
        return entry["loop"].get("others", 1)

    return hot, trips


def table(reports: list[Report]) -> str:
    """The reports as a table in Markdown."""
    head = ["kernel", "for", "registers", "stack", "LDL, STL", "slots", "MUFU", "HMMA", "FFMA", "other FP32", "integer"]
    head += ["conversions", "LDS, STS", "global", "generic", "barriers", "slots per sample-step", "implied time", "floor"]
    rows = [head, ["---"] * len(head)]
    for one in reports:
        kinds = one.kinds
        seconds = one.seconds()
        unit = max(seconds, key=seconds.get) if seconds else ""
        per = one.slots_per_sample_step
        floor = one.entry.get("floor_seconds")
        numbers = [one.registers, one.frame, one.local, one.slots, kinds["mufu"], kinds["hmma"], kinds["ffma"], kinds["fp32"]]
        numbers += [kinds["integer"], kinds["conversion"], kinds["shared"], kinds["global"], kinds["generic"], kinds["barrier"]]
        rows.append(
            [f"`{one.entry['kernel']}`", one.entry["workload"], *map(str, numbers), f"{per:.1f}" if per else "-"]
            + [f"{seconds[unit]:.2f} s ({unit})" if seconds else "-", f"{floor:g} s" if floor else "-"]
        )
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def rest(one: Report) -> str:
    """What the table has no column for; unknown opcodes by their number."""
    shown = {"mufu", "hmma", "ffma", "fp32", "integer", "conversion", "shared", "global", "generic", "barrier"}
    parts = [f"{kind} {one.kinds[kind]}" for kind in KINDS if kind not in shown and kind != "other" and one.kinds[kind]]
    unknown = [f"{name} {count}" for name, count in sorted(one.counts.items()) if name.startswith("0x")]
    parts += ["unknown opcodes " + ", ".join(unknown)] if unknown else []
    return f"{one.entry['kernel']}: " + "; ".join(parts)


def complaints(one: Report, growth: float = 1.05) -> list[str]:
    """What has become worse than the committed figures."""
    name = one.entry["kernel"]
    lines = [
        f"{name}: no path through its hot loop does {wanted} {work}; the most is {one.missing[work]}: mend its entry in the list"
        for work, wanted in one.entry.get("work", {}).items()
        if work in one.missing
    ]
    known = one.entry.get("figures")
    if known is None:
        return lines + [f"{name}: the list has no figures for it; write them with: scripts/sass-report --update"]
    if one.slots > growth * known["slots"]:
        more = 100 * (one.slots / known["slots"] - 1)
        lines.append(f"{name}: its hot loop takes {one.slots} issue slots a trip, {more:.0f} % more than {known['slots']}")
    if one.frame > known["frame"] or one.local > known["local"]:
        lines.append(
            f"{name}: spills: {one.frame} bytes of stack and {one.local} LDL and STL,"
            f" where {known['frame']} and {known['local']} were"
        )
    return lines


def listing(one: Report) -> str:
    return "\n".join(f"{i.address:#07x} x{times:<4} {i.text()}" for i, times in one.passed)
