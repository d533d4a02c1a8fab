"""The table of what rows cost, the figures that are committed, and what has become worse than they say."""

from collections import Counter

from .kinds import Cubins, call_of, runs
from .measure import measure
from .template import compiled, uses_of

INTERPRETER = ("test", "table", "rest")
# Operations that are put into a tape one at a time, of the numbers of its first two rows.
PROBED = "INPUT CONSTANT ADD MULTIPLY DIVIDE SQUARE SQRT EXP LOG SIN TANH ABS MIN RESIDUAL".split()


class RowError(Exception):
    pass


def figures(counts: Counter) -> dict[str, int]:
    """row: all but the network and laws; asks: of these, what asks for the kind of row; table: what loads its numbers."""
    row = sum(counts[purpose] for purpose in INTERPRETER)
    found = {"row": row, "asks": counts["test"], "table": counts["table"], "law": counts["law"]}
    return {name: round(number) for name, number in found.items()}


def first_kernel(document: dict, kind: dict) -> dict:
    return next(kernel for kernel in document["kernels"] if runs(kernel, kind))


def measured(document: dict, cubins: Cubins, kernel: dict, kind: dict) -> dict[str, int]:
    return figures(cubins.measure(call_of(document, kernel, kind)))


def a_component_more(document: dict, cubins: Cubins, kernel: dict, kind: dict, further: int = 4) -> float:
    """Slots that each component beyond two adds: the mean of four."""
    few, many = (
        figures(cubins.measure(call_of(document, kernel, kind, components=2 + more))) for more in (0, further)
    )
    return round((many["row"] + many["law"] - few["row"] - few["law"]) / further, 1)


def as_template(document: dict, kernel: dict, kind: dict) -> int:
    """What the row takes in a kernel that is compiled for its kind alone."""
    call = call_of(document, kernel, kind)
    return figures(measure(call, compiled(call, uses_of(kind), "\n".join(kernel["source"]))))["row"]


def of_network(document: dict, cubins: Cubins, kernel: dict, name: str) -> int:
    kind = next(kind for kind in document["kinds"] if kind["kind"] == name)
    return round(cubins.measure(call_of(document, kernel, kind, small=False))["network"])


def of_operations(document: dict, cubins: Cubins) -> dict[str, int]:
    """What one more row of a tape costs, forward and back, by operation: of the kind that is nothing but a law's gradient."""
    kernel = document["kernels"][0]
    kind = dict(next(kind for kind in document["kinds"] if kind["kind"] == "law at the state"), law="probe")

    def slots(tape, residuals=1):
        document["laws"]["probe"] = {"residuals": residuals, "objective": False, "tape": tape}
        return measured(document, cubins, kernel, kind)["law"]

    start = [["INPUT", 0, 0, 0.0], ["INPUT", 1, 0, 0.0]]
    plain = slots([*start, ["RESIDUAL", 0, 0, 1.0]])
    found = {}
    for name in PROBED:
        more = [name, 0, 1, 1.5] if name != "RESIDUAL" else [name, 1, 1, 1.0]
        found[name] = slots([*start, more, ["RESIDUAL", 0, 0, 1.0]], 2 if name == "RESIDUAL" else 1) - plain
    del document["laws"]["probe"]
    return found


def table(document: dict) -> str:
    """What the list knows, in Markdown."""
    kernels = document["kernels"]
    head = ["kind of row", "of"] + [kernel["for"] for kernel in kernels]
    head[3:3] = ["asks", "loads its numbers", "as a template", "a component more"]
    lines = [head, ["---"] * len(head)]
    for kind in document["kinds"]:
        known = kind.get("figures", {})
        cells = [shown(known.get(kernel["kernel"])) for kernel in kernels]
        first = known.get(first_kernel(document, kind)["kernel"], {})
        cells[1:1] = [number(first.get("asks")), number(first.get("table")), number(kind.get("template")), number(kind.get("component"))]
        lines.append([kind["kind"], kind["rows"], *cells])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def shown(known: dict | None) -> str:
    if not known:
        return "-"
    return number(known["row"]) + (f" + {number(known['law'])} of laws" if known["law"] else "")


def number(x) -> str:
    return "-" if x is None else f"{round(x):,}"


def networks(document: dict) -> str:
    parts = [
        f"{kernel['for']} ({kernel['kernel']}): {number(kernel['network']['forward'])} forward, "
        f"{number(kernel['network']['forward and back'])} forward and back"
        for kernel in document["kernels"]
        if "network" in kernel
    ]
    operations = ", ".join(f"{name} {slots}" for name, slots in document.get("operations", {}).items())
    return "Networks: " + "; ".join(parts) + ".\nA row of a law's tape, forward and back: " + operations + "."


def complaint(kernel: dict, kind: dict, found: dict, growth: float = 1.05) -> str | None:
    """What has become worse than the committed figures."""
    known = kind.get("figures", {}).get(kernel["kernel"])
    name = f"{kind['kind']} in {kernel['kernel']}"
    if known is None:
        return f"{name}: the list has no figures for it; write them with: scripts/row-report --update"
    for part, what in (("row", "the row takes"), ("law", "its laws take")):
        if found[part] > growth * known[part]:
            return f"{name}: {what} {found[part]} slots for 32 samples, more than 5 % above {known[part]}"
    return None
