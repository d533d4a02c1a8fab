"""The sampling and the training of a Scorefield checkpoint in PyTorch, timed in every mode PyTorch has.

python pytorch_peer.py checkpoint.safetensors samples.npy guided.npy result.json [SIZE ...]

guided.npy: samples with --method likelihood, or - where the experiment has no such guidance.

The network, its weights, the schedule and the number of steps are the checkpoint's. Before anything is timed, PyTorch
samples with Scorefield's own noise and must give samples.npy and guided.npy (the first samples of `scorefield sample`). Modes: eager in
float32, TF32 and bfloat16, torch.compile, and a hand-made CUDA graph of several steps; the best is named. PyTorch draws
its own noise while it is timed. Needs torch with CUDA.
"""
import json, os, statistics, subprocess, sys
import numpy as np
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "examples"))
import sample_numpy

GRAPH_STEPS = 10


def features(embedding, t):
    if embedding["kind"] == "bare":
        return np.array([embedding["scale"] * t])
    half = embedding["dimension"] // 2
    angle = embedding["scale"] * t * 10000.0 ** (-np.arange(half) / half)
    return np.concatenate([np.sin(angle), np.cos(angle)])


def program(config):
    """Rows (t, a, b, s, alpha, sigma): x' = a x + b o + s z, with o the network's output at level t."""
    schedule, sampler, predict = config["schedule"], config["sampler"], config["objective"]["predict"]

    def from_eps(a, b, alpha, sigma):
        """The coefficients of x and o where the update is a x + b eps."""
        x, o = {"eps": (0, 1), "score": (0, -sigma), "x0": (1 / sigma, -alpha / sigma), "v": (sigma, alpha)}[predict]
        return a + b * x, b * o

    rows = []
    if sampler["kind"] == "ddpm" and schedule["kind"] == "cosine":
        T, s = schedule["steps"], schedule["offset"]
        f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
        beta = np.minimum(1 - f[1:] / f[:-1], schedule["max-beta"])
        bar = np.concatenate([[1], np.cumprod(1 - beta)])
        for t in range(T, 0, -1):
            b, sigma, root = beta[t - 1], np.sqrt(1 - bar[t]), np.sqrt(1 - beta[t - 1])
            a, o = from_eps(1 / root, -b / sigma / root, np.sqrt(bar[t]), sigma)
            noise = np.sqrt((1 - bar[t - 1]) / (1 - bar[t]) * b) if t > 1 else 0.0
            rows.append((t, a, o, noise, np.sqrt(bar[t]), sigma))
    elif sampler["kind"] == "euler-maruyama" and schedule["kind"] == "vp":
        steps, start, low = sampler["steps"], schedule["start"], schedule["beta-min"]
        slope, dt = schedule["beta-max"] - low, (1 - start) / steps
        for i in range(steps):
            t = start + (1 - start) * (steps - i) / steps
            b, integral = low + t * slope, low * t + 0.5 * slope * t * t
            sigma = max(np.sqrt(-np.expm1(-integral)), schedule["min-sigma"])
            a, o = from_eps(1 + 0.5 * b * dt, -b * dt / sigma, np.exp(-0.5 * integral), sigma)
            rows.append((t, a, o, np.sqrt(b * dt), np.exp(-0.5 * integral), sigma))
    else:
        sys.exit("this script knows ddpm with the cosine schedule and euler-maruyama with vp")
    return rows


def guidance(config, model, rows):
    """A number g a row: x' is lessened by g times the gradient of 1/2 r^2 at x, through the network."""
    given = next(g for g in config["guidance"] if g["kind"] == "likelihood")
    if config["objective"]["predict"] != "eps" or config["physics"]["kind"] != "circle":
        sys.exit("this script knows likelihood guidance of eps prediction to a circle")
    unit = np.mean(np.square(model["deviation"]))
    return [-b * sigma / (given["sigma-y"] ** 2 + given["gamma"] * unit * sigma ** 2 / alpha ** 2)
            for _, _, b, _, alpha, sigma in rows]


class Network(torch.nn.Module):
    def __init__(self, tensors, layers, activation):
        super().__init__()
        self.layers = torch.nn.ModuleList()
        for l in range(layers):
            w = torch.tensor(tensors[f"average.layers.{l}.weight"], dtype=torch.float32)
            layer = torch.nn.Linear(w.shape[1], w.shape[0])
            layer.weight.data.copy_(w)
            layer.bias.data.copy_(torch.tensor(tensors[f"average.layers.{l}.bias"], dtype=torch.float32))
            self.layers.append(layer)
        self.activation = {
            "tanh": torch.tanh, "relu": torch.relu, "silu": torch.nn.functional.silu,
            "softplus": torch.nn.functional.softplus,
            "leaky-relu": lambda x: torch.nn.functional.leaky_relu(x, 0.01)}[activation]

    def forward(self, x, time_features):
        a = torch.cat([x, time_features.expand(x.shape[0], -1)], dim=1)
        for layer in self.layers[:-1]:
            a = self.activation(layer(a))
        return self.layers[-1](a)


def timed(run):
    """Median and spread of seven runs after three to warm up, in seconds on the device."""
    for _ in range(3):
        run()
    seconds = []
    for _ in range(7):
        begin, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        torch.cuda.synchronize()
        begin.record()
        run()
        end.record()
        torch.cuda.synchronize()
        seconds.append(begin.elapsed_time(end) / 1000)
    return {"median": statistics.median(seconds), "least": min(seconds), "most": max(seconds)}


def attempt(results, name, make):
    """Times a mode; one that this PyTorch cannot do is reported as such."""
    try:
        results[name] = timed(make())
    except Exception as error:  # of any kind: the other modes still count
        results[name] = {"failed": str(error).splitlines()[0][:200] if str(error) else type(error).__name__}
    torch.cuda.empty_cache()


def best(results):
    done = {name: value["median"] for name, value in results.items() if "median" in value}
    return min(done, key=done.get) if done else None


class Sampler:
    """Steps of a program; with guidance, x0hat's distance from the circle is pulled on through the network."""

    def __init__(self, network, config, model, rows, features_of, guided, dtype=torch.float32):
        tensor = lambda x: torch.tensor(np.array(x), device="cuda", dtype=torch.float32)
        self.net, self.dtype, self.rows, self.guided = network.to(dtype), dtype, rows, guided
        self.features = tensor(features_of).to(dtype)
        pull = guidance(config, model, rows) if guided else np.zeros(len(rows))
        self.table = tensor([list(row[1:]) + [g] for row, g in zip(rows, pull)])  # a, b, s, alpha, sigma, g
        self.radius = config["physics"]["radius"] if guided else 0.0
        self.deviation, self.mean = tensor(model["deviation"]), tensor(model["mean"])

    def step(self, x, f, c, z):
        """f [1, E] and c [6] may be tensors that a graph reads anew at each replay."""
        if not self.guided:
            with torch.no_grad():
                return c[0] * x + c[1] * self.net(x.to(self.dtype), f).float() + c[2] * z
        with torch.enable_grad():
            x = x.detach().requires_grad_(True)
            o = self.net(x.to(self.dtype), f).float()
            x0 = (x - c[4] * o) / c[3] * self.deviation + self.mean
            loss = 0.5 * ((torch.linalg.vector_norm(x0, dim=1) - self.radius) ** 2).sum()
            gradient, = torch.autograd.grad(loss, x)
        return (c[0] * x + c[1] * o + c[2] * z - c[5] * gradient).detach()

    def with_noise(self, seed, numbers, dimension):
        """Scorefield's own samples."""
        draw = lambda first, stream: torch.tensor(
            sample_numpy.normals(seed, numbers, first, dimension, stream), dtype=torch.float32, device="cuda")
        x = draw(0, 0)
        for i in range(len(self.rows)):
            x = self.step(x, self.features[i:i + 1], self.table[i], draw(i * dimension, 1))
        return x

    def eager(self, count, dimension):
        def run():
            x = torch.randn(count, dimension, device="cuda")
            for i in range(len(self.rows)):
                x = self.step(x, self.features[i:i + 1], self.table[i], torch.randn_like(x))
        return run

    def graphed(self, count, dimension):
        steps = GRAPH_STEPS if len(self.rows) % GRAPH_STEPS == 0 else 1
        x = torch.randn(count, dimension, device="cuda")
        f, c = self.features[:steps].clone(), self.table[:steps].clone()

        def body():
            y = x
            for i in range(steps):
                y = self.step(y, f[i:i + 1], c[i], torch.randn_like(y))
            x.copy_(y)

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
            for i in range(0, len(self.rows), steps):
                f.copy_(self.features[i:i + steps])
                c.copy_(self.table[i:i + steps])
                graph.replay()
        return run


def training(network, batch, inputs, outputs, fused, graph, compiled):
    data = torch.randn(batch, inputs - network_features, device="cuda")
    f = torch.randn(batch, network_features, device="cuda")
    target = torch.randn(batch, outputs, device="cuda")
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-4, fused=fused, capturable=graph)

    def loss_of(x, t, y):
        a = torch.cat([x, t], dim=1)
        for layer in network.layers[:-1]:
            a = network.activation(layer(a))
        return ((network.layers[-1](a) - y) ** 2).sum(1).mean()

    loss = torch.compile(loss_of) if compiled else loss_of

    def step():
        data.normal_()  # the work of drawing a batch and its noise
        target.normal_()
        optimiser.zero_grad(set_to_none=not graph)
        loss(data, f, target).backward()
        optimiser.step()

    if not graph:
        return lambda: [step() for _ in range(100)]
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.synchronize()
    captured = torch.cuda.CUDAGraph()
    with torch.cuda.graph(captured):
        step()
    return lambda: [captured.replay() for _ in range(100)]


def main():
    global network_features
    checkpoint, plain, guided, result, sizes = *sys.argv[1:5], sys.argv[5:]
    meta, tensors = sample_numpy.read(checkpoint)
    config, model = json.loads(meta["config"]), json.loads(meta["model"])
    layers, dimension = config["network"]["layers"], model["dimension"]
    rows = program(config)
    features_of = [features(config["network"]["time-embedding"], row[0]) for row in rows]
    network_features = len(features_of[0])
    network = lambda: Network(tensors, layers, config["network"]["activation"]).cuda()
    sampler = lambda pull, dtype=torch.float32, compiled=False: Sampler(
        torch.compile(network().to(dtype)) if compiled else network(), config, model, rows, features_of, pull, dtype)

    query = "name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,power.limit"
    card = subprocess.run(["nvidia-smi", "--query-gpu=" + query, "--format=csv,noheader"], capture_output=True, text=True)
    report = {"card": card.stdout.strip(), "torch": torch.__version__, "cuda": torch.version.cuda, "steps": len(rows)}

    for name, path in (("plain", plain), ("likelihood", guided)):
        if path == "-":
            continue
        # The same noise must give the same samples.
        torch.backends.cuda.matmul.allow_tf32 = False
        ours = np.load(path)
        theirs = sampler(name != "plain").with_noise(config["seed"], np.arange(len(ours)), dimension).cpu().numpy()
        theirs = theirs * np.array(model["deviation"]) + np.array(model["mean"])
        difference = np.abs(theirs - ours) / (1 + np.abs(ours))
        median = float(np.median(difference))
        print(f"{name}: PyTorch against scorefield with equal noise: {median:.2e} in the median")
        if not median < 1e-3:
            sys.exit("the samples differ: nothing is timed")
        timings = {}
        for size in [int(float(s)) for s in sizes] or [1000, 10_000, 100_000, 1_000_000]:
            modes = {}
            for kind, dtype, tf32 in (("float32", torch.float32, False), ("tf32", torch.float32, True),
                                      ("bfloat16", torch.bfloat16, False)):
                torch.backends.cuda.matmul.allow_tf32 = tf32
                attempt(modes, "eager " + kind, lambda: sampler(name != "plain", dtype).eager(size, dimension))
                attempt(modes, "graph " + kind, lambda: sampler(name != "plain", dtype).graphed(size, dimension))
                attempt(modes, "compile " + kind,
                        lambda: sampler(name != "plain", dtype, compiled=True).eager(size, dimension))
            timings[size] = {"modes": modes, "best": best(modes)}
            print(f"{name} {size}: {best(modes)}: {modes.get(best(modes))}")
        report["sample " + name] = {"difference": median, "sizes": timings}
    torch.backends.cuda.matmul.allow_tf32 = False
    batch, width, modes = config["train"]["batch"], dimension + network_features, {}
    attempt(modes, "eager", lambda: training(network(), batch, width, dimension, True, False, False))
    attempt(modes, "compile", lambda: training(network(), batch, width, dimension, True, False, True))
    attempt(modes, "graph", lambda: training(network(), batch, width, dimension, True, True, False))
    report["train"] = {"batch": batch, "steps of a run": 100, "modes": modes, "best": best(modes)}
    print(f"training, 100 steps: {best(modes)}: {modes.get(best(modes))}")
    with open(result, "w") as file:
        json.dump(report, file, indent=2)


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    main()
