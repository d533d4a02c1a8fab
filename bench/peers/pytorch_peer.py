"""The plain sampling and the training of a Scorefield checkpoint in PyTorch, timed in every mode PyTorch has.

python pytorch_peer.py checkpoint.safetensors samples.npy result.json [SIZE ...]

The network, its weights, the schedule and the number of steps are the checkpoint's. Before anything is timed, PyTorch
samples with Scorefield's own noise and must give samples.npy (the first samples of `scorefield sample`). Modes: eager in
float32, TF32 and bfloat16, torch.compile, and a hand-made CUDA graph of several steps; the best is named. PyTorch draws
its own noise while it is timed. Needs torch with CUDA.
"""
import json, os, statistics, subprocess, sys, time
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
    """Rows (t, a, b, s): x' = a x + b o + s z, with o the network's output at level t."""
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
            rows.append((t, a, o, noise))
    elif sampler["kind"] == "euler-maruyama" and schedule["kind"] == "vp":
        steps, start, low = sampler["steps"], schedule["start"], schedule["beta-min"]
        slope, dt = schedule["beta-max"] - low, (1 - start) / steps
        for i in range(steps):
            t = start + (1 - start) * (steps - i) / steps
            b, integral = low + t * slope, low * t + 0.5 * slope * t * t
            sigma = max(np.sqrt(-np.expm1(-integral)), schedule["min-sigma"])
            a, o = from_eps(1 + 0.5 * b * dt, -b * dt / sigma, np.exp(-0.5 * integral), sigma)
            rows.append((t, a, o, np.sqrt(b * dt)))
    else:
        sys.exit("this script knows ddpm with the cosine schedule and euler-maruyama with vp")
    return rows


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


def sampling(network, rows, count, dimension, dtype):
    net = network.to(dtype)
    table = [(torch.tensor(f, device="cuda", dtype=dtype)[None], a, b, s) for f, a, b, s in rows]

    def step(x, i):
        f, a, b, s = table[i]
        return a * x + b * net(x.to(dtype), f).float() + s * torch.randn_like(x)

    def all_steps():
        x = torch.randn(count, dimension, device="cuda")
        for i in range(len(table)):
            x = step(x, i)
        return x

    return step, all_steps


def graphed(network, rows, count, dimension, dtype):
    """GRAPH_STEPS steps a graph; coefficients and features are read from tensors that each replay refills."""
    net = network.to(dtype)
    f = torch.tensor(np.array([row[0] for row in rows]), device="cuda", dtype=dtype)
    c = torch.tensor(np.array([row[1:] for row in rows]), device="cuda", dtype=torch.float32)
    steps = GRAPH_STEPS if len(rows) % GRAPH_STEPS == 0 else 1
    x = torch.zeros(count, dimension, device="cuda")
    own_f, own_c = f[:steps].clone(), c[:steps].clone()

    def body():
        y = x
        for i in range(steps):
            o = net(y.to(dtype), own_f[i:i + 1]).float()
            y = own_c[i, 0] * y + own_c[i, 1] * o + own_c[i, 2] * torch.randn_like(y)
        x.copy_(y)

    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            body()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        body()

    def run():
        x.normal_()
        for i in range(0, len(rows), steps):
            own_f.copy_(f[i:i + steps])
            own_c.copy_(c[i:i + steps])
            graph.replay()

    return run


def training(network, batch, inputs, outputs, fused, graph, compiled):
    data, target = torch.randn(batch, inputs - network_features, device="cuda"), None
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
    checkpoint, ours, result, sizes = sys.argv[1], np.load(sys.argv[2]), sys.argv[3], sys.argv[4:]
    meta, tensors = sample_numpy.read(checkpoint)
    config, model = json.loads(meta["config"]), json.loads(meta["model"])
    layers, dimension = config["network"]["layers"], model["dimension"]
    torch.backends.cuda.matmul.allow_tf32 = False
    make = lambda: Network(tensors, layers, config["network"]["activation"]).cuda()
    rows = [(features(config["network"]["time-embedding"], t), a, b, s) for t, a, b, s in program(config)]
    network_features = len(rows[0][0])

    # The same noise must give the same samples.
    numbers, seed = np.arange(len(ours)), config["seed"]
    with torch.no_grad():
        net = make()
        x = torch.tensor(sample_numpy.normals(seed, numbers, 0, dimension, 0), dtype=torch.float32, device="cuda")
        for i, (f, a, b, s) in enumerate(rows):
            o = net(x, torch.tensor(f, dtype=torch.float32, device="cuda")[None])
            x = a * x + b * o
            if s > 0:
                z = sample_numpy.normals(seed, numbers, i * dimension, dimension, 1)
                x = x + s * torch.tensor(z, dtype=torch.float32, device="cuda")
    theirs = x.cpu().numpy() * np.array(model["deviation"]) + np.array(model["mean"])
    difference = np.abs(theirs - ours) / (1 + np.abs(ours))
    median = float(np.median(difference))
    print(f"PyTorch against scorefield with equal noise: {median:.2e} in the median, {difference.max():.2e} at most")
    if not median < 1e-3:
        sys.exit("the samples differ: nothing is timed")

    query = "name,driver_version,clocks.sm,clocks.max.sm,clocks.mem,power.limit"
    card = subprocess.run(["nvidia-smi", "--query-gpu=" + query, "--format=csv,noheader"], capture_output=True, text=True)
    report = {"card": card.stdout.strip(), "torch": torch.__version__, "cuda": torch.version.cuda,
              "steps": len(rows), "difference": median, "sampling": {}, "training": {}}
    for size in [int(float(s)) for s in sizes] or [1000, 10_000, 100_000, 1_000_000]:
        modes = {}
        with torch.no_grad():
            for name, dtype, tf32 in (("eager float32", torch.float32, False), ("eager tf32", torch.float32, True),
                                      ("eager bfloat16", torch.bfloat16, False)):
                torch.backends.cuda.matmul.allow_tf32 = tf32
                attempt(modes, name, lambda: sampling(make(), rows, size, dimension, dtype)[1])
                attempt(modes, name.replace("eager", "graph"), lambda: graphed(make(), rows, size, dimension, dtype))
                attempt(modes, name.replace("eager", "compile"),
                        lambda: sampling(torch.compile(make(), mode="reduce-overhead"), rows, size, dimension, dtype)[1])
        torch.backends.cuda.matmul.allow_tf32 = False
        report["sampling"][size] = {"modes": modes, "best": best(modes)}
        print(f"sampling {size}: {best(modes)}: {modes.get(best(modes))}")
    batch, modes = config["train"]["batch"], {}
    width = dimension + network_features
    attempt(modes, "eager", lambda: training(make(), batch, width, dimension, True, False, False))
    attempt(modes, "compile", lambda: training(make(), batch, width, dimension, True, False, True))
    attempt(modes, "graph", lambda: training(make(), batch, width, dimension, True, True, False))
    report["training"] = {"batch": batch, "steps of a run": 100, "modes": modes, "best": best(modes)}
    print(f"training, 100 steps: {best(modes)}: {modes.get(best(modes))}")
    with open(result, "w") as file:
        json.dump(report, file, indent=2)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    main()
