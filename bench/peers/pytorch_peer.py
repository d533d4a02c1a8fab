"""The sampling and the training of a Scorefield checkpoint in PyTorch, timed in every mode PyTorch has.

The network, its weights, the schedule and the number of steps are the checkpoint's. Before anything is timed, PyTorch
samples with Scorefield's own noise and must give Scorefield's samples. Modes: eager, a CUDA graph of several steps made
by hand, torch.compile of several steps and of the whole loop, each in float32, TF32, bfloat16 and float16 (weights and
activations; the state stays float32). The largest sizes are timed in the best mode, in chunks of the best size. PyTorch
draws its own noise while it is timed. On --device cpu there are no graphs and no events.
"""
import sys, time
import numpy as np
import torch
from peer import Book, Work, agreeing, arguments

GRAPH_STEPS = 10
CHUNKS = (1 << 16, 1 << 18, 1 << 20)
DTYPES = {"float32": torch.float32, "tf32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}
ACTIVATIONS = {"tanh": torch.tanh, "relu": torch.relu, "silu": torch.nn.functional.silu,
               "softplus": torch.nn.functional.softplus,
               "leaky-relu": lambda x: torch.nn.functional.leaky_relu(x, 0.01)}


class Sampler:
    """Steps of a program; with guidance, x0hat's distance from the circle is pulled on through the network."""

    def __init__(self, work, guided, kind, device):
        if device == "cuda":
            torch.backends.cuda.matmul.allow_tf32 = kind == "tf32"
        tensor = lambda x, dtype=torch.float32: torch.tensor(np.array(x), device=device, dtype=dtype)
        self.device, self.dtype, self.guided, self.steps = device, DTYPES[kind], guided, len(work.rows)
        self.dimension, self.activation = work.dimension, ACTIVATIONS[work.activation]
        self.weights = [(tensor(w, self.dtype), tensor(b, self.dtype)) for w, b in work.weights]
        self.features, self.table = tensor(work.features, self.dtype), tensor(work.table(guided))
        self.radius = work.radius() if guided else 0.0
        self.deviation, self.mean = tensor(work.deviation), tensor(work.mean)
        self.work = work

    def network(self, x, f):
        a = torch.cat([x.to(self.dtype), f.expand(x.shape[0], -1)], dim=1)
        for l, (w, b) in enumerate(self.weights):
            a = torch.nn.functional.linear(a, w, b)
            a = self.activation(a) if l < len(self.weights) - 1 else a
        return a.float()

    def step(self, x, f, c, z):
        """f [1, E] and c [7] may be tensors that a graph reads anew at each replay."""
        if not self.guided:
            return c[0] * x + c[1] * self.network(x, f) + c[2] * z
        with torch.enable_grad():
            x = x.detach().requires_grad_(True)
            o = self.network(x, f)
            x0 = (x - c[4] * o) / c[3] * self.deviation + self.mean
            r = torch.linalg.vector_norm(x0, dim=1, keepdim=True) - self.radius
            gradient, = torch.autograd.grad(0.5 * (r ** 2).sum(), x)
        length = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
        gradient = gradient * torch.clamp(c[6] * r.abs() / length.clamp(min=1e-30), max=1.0)
        return (c[0] * x + c[1] * o + c[2] * z - c[5] * gradient).detach()

    def several(self, x, f, c):
        for i in range(f.shape[0]):
            x = self.step(x, f[i:i + 1], c[i], torch.randn_like(x))
        return x

    def with_noise(self, count):
        """Scorefield's own samples."""
        draw = lambda step: torch.tensor(self.work.noise(count, step), dtype=torch.float32, device=self.device)
        with torch.no_grad():
            x = draw(-1)
            for i in range(self.steps):
                x = self.step(x, self.features[i:i + 1], self.table[i], draw(i))
        return x.cpu().numpy()

    def start(self, count):
        return torch.randn(count, self.dimension, device=self.device)

    def block(self):
        return GRAPH_STEPS if self.steps % GRAPH_STEPS == 0 else 1

    def eager(self, count):
        def run():
            with torch.no_grad():
                return self.several(self.start(count), self.features, self.table)
        return run

    def blocks(self, count, several):
        """The loop, so many steps a call."""
        n = self.block()

        def run():
            with torch.no_grad():
                x = self.start(count)
                for i in range(0, self.steps, n):
                    x = several(x, self.features[i:i + n], self.table[i:i + n]).clone()
                return x
        return run

    def compiled(self, count):
        return self.blocks(count, torch.compile(self.several, mode="reduce-overhead"))

    def whole(self, count):
        """The whole loop in one compiled function."""
        if self.guided:
            raise ValueError("while_loop takes no gradients inside")

        def loop(x, features, table):
            def more(i, x):
                return i < self.steps

            def body(i, x):
                at = i.reshape(1)
                f, c = features.index_select(0, at), table.index_select(0, at)[0]
                return i + 1, self.step(x, f, c, torch.randn_like(x))

            return torch.while_loop(more, body, (torch.zeros((), dtype=torch.int64, device=x.device), x))[1]

        function = torch.compile(loop)

        def run():
            with torch.no_grad():
                return function(self.start(count), self.features, self.table)
        return run

    def graphed(self, count):
        if self.device != "cuda":
            raise ValueError("graphs need a card")
        n = self.block()
        x, f, c = self.start(count), self.features[:n].clone(), self.table[:n].clone()

        def body():
            with torch.no_grad():
                x.copy_(self.several(x, f, c))

        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(3):
                body()
        torch.cuda.current_stream().wait_stream(stream)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            body()

        def run():
            x.normal_()
            for i in range(0, self.steps, n):
                f.copy_(self.features[i:i + n])
                c.copy_(self.table[i:i + n])
                graph.replay()
            return x
        return run

    def make(self, way, count):
        return {"eager": self.eager, "graph": self.graphed, "compile": self.compiled,
                "compile-whole-loop": self.whole}[way](count)

    def chunked(self, way, count, chunk):
        """All samples on the device, so many at a time."""
        part = self.make(way, chunk)

        def run():
            all_of_them = torch.empty(count, self.dimension, device=self.device)
            for first in range(0, count, chunk):
                some = min(chunk, count - first)
                all_of_them[first:first + some] = part()[:some]
            return all_of_them
        return run


def clock_of(device):
    """Seconds on the wall until the device is done, and by its events."""
    def clock(run):
        if device != "cuda":
            began = time.perf_counter()
            run()
            return time.perf_counter() - began, None
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize()
        began = time.perf_counter()
        begin.record()
        run()
        end.record()
        torch.cuda.synchronize()
        return time.perf_counter() - began, begin.elapsed_time(end) / 1000
    return clock


def sampling(book, work, guided, name, kinds, sizes, device):
    clock = clock_of(device)

    def attempt(way, kind, size, chunk=None, expected=0.0):
        sampler = Sampler(work, guided, kind, device)
        mode = f"{way} {kind}" + (f" chunks of {chunk}" if chunk else "")
        make = (lambda: sampler.chunked(way, size, chunk)) if chunk else (lambda: sampler.make(way, size))
        book.attempt("sample " + name, mode, size, make, clock, expected)
        if device == "cuda":
            torch.cuda.empty_cache()

    small = [size for size in sizes if size <= 1_000_000]
    ways = ("eager", "graph") if device == "cuda" else ("eager",)
    for size in small:
        for kind in kinds:
            for way in ways:
                attempt(way, kind, size)
    for size in small:
        for kind in [kind for kind in ("float32", "float16") if kind in kinds]:
            attempt("compile", kind, size)
        attempt("compile-whole-loop", "float32", size)
    for size in [size for size in sizes if size not in small] or sizes[-1:]:
        # The chunk that gives most samples a second, in the mode that is best so far; then the size itself.
        found = book.best("sample " + name, small[-1]) if small else None
        way, kind = found[0].split() if found else ("eager", "float32")
        for chunk in CHUNKS:
            if chunk < size:
                attempt(way, kind, chunk)
        per_sample = {chunk: book.known["sample " + name, f"{way} {kind}", chunk] / chunk
                      for chunk in CHUNKS if ("sample " + name, f"{way} {kind}", chunk) in book.known}
        chunk = min(per_sample, key=per_sample.get) if per_sample else max(1, size // 2)
        attempt(way, kind, size, chunk, per_sample.get(chunk, 0.0) * size)
        eager = book.known.get(("sample " + name, "eager float32", small[-1] if small else 0))
        if eager:
            attempt("eager", "float32", size, chunk, eager / small[-1] * size)


def training(work, device, way):
    """100 optimiser steps of a batch."""
    tensor = lambda x: torch.tensor(np.array(x), device=device, dtype=torch.float32)
    weights = [(tensor(w).requires_grad_(True), tensor(b).requires_grad_(True)) for w, b in work.weights]
    activation, graph = ACTIVATIONS[work.activation], way == "graph"
    data = torch.randn(work.batch, work.dimension, device=device)
    f = torch.randn(work.batch, work.features.shape[1], device=device)
    target = torch.randn(work.batch, work.dimension, device=device)
    optimiser = torch.optim.Adam([p for pair in weights for p in pair], lr=1e-4, fused=device == "cuda", capturable=graph)

    def loss_of(x, t, y):
        a = torch.cat([x, t], dim=1)
        for l, (w, b) in enumerate(weights):
            a = torch.nn.functional.linear(a, w, b)
            a = activation(a) if l < len(weights) - 1 else a
        return ((a - y) ** 2).sum(1).mean()

    loss = torch.compile(loss_of) if way == "compile" else loss_of

    def step():
        data.normal_()  # the work of drawing a batch and its noise
        target.normal_()
        optimiser.zero_grad(set_to_none=not graph)
        loss(data, f, target).backward()
        optimiser.step()

    if not graph:
        return lambda: [step() for _ in range(100)]
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        step()
    return lambda: [captured.replay() for _ in range(100)]


def main():
    given = arguments(__doc__)
    work, sizes = Work(given.checkpoint), sorted(int(float(s)) for s in given.sizes.split(","))
    book = Book(given, {"torch": torch.__version__, "cuda": torch.version.cuda, "steps": len(work.rows)})
    methods = [("plain", given.plain)] + ([] if given.guided == "-" else [("likelihood", given.guided)])
    kinds = {}
    for name, path in methods:
        kinds[name] = agreeing(book, work, path, name, DTYPES, lambda kind, count: Sampler(
            work, name != "plain", kind, given.device).with_noise(count))
    for way in ("eager", "compile") + (("graph",) if given.device == "cuda" else ()):
        if given.device == "cuda":
            torch.backends.cuda.matmul.allow_tf32 = False
        book.attempt("train", way, work.batch, lambda: training(work, given.device, way), clock_of(given.device))
    for name, _ in methods:
        if kinds[name]:
            sampling(book, work, name != "plain", name, kinds[name], sizes, given.device)
    for name, _ in methods:
        for size in sizes:
            print(f"best: {name} {size:,}: {book.best('sample ' + name, size)}")
    sys.exit(0 if all(kinds.values()) else 1)


if __name__ == "__main__":
    main()
