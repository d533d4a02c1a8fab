"""What the peers share: a checkpoint's work as tables, timing, and a file for every figure. Needs NumPy alone."""
import argparse, json, os, re, statistics, subprocess, sys, time
import numpy as np

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "examples"))
import sample_numpy

WARM_UPS, REPEATS = 3, 7


def arguments(description):
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint")
    parser.add_argument("plain", help="samples of `scorefield sample --method plain`: .npy, the first ones")
    parser.add_argument("guided", help="the same with --method likelihood; - where there is no such guidance")
    parser.add_argument("folder", help="where a file for every figure goes the moment it is known")
    parser.add_argument("--name", default="peer", help="beginning of the files' names")
    parser.add_argument("--sizes", default="1e3,1e6", help="numbers of samples")
    parser.add_argument("--seconds", type=float, default=600, help="time for everything; what does not fit is said")
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    return parser.parse_args()


def features(embedding, discrete, steps, t):
    bare = embedding["kind"] == "bare"
    usual = (1 / steps if discrete else 1) if bare else (1 if discrete else 100)
    scale = embedding["scale"] or usual
    if bare:
        return np.array([scale * t])
    half = embedding["dimension"] // 2
    angle = scale * t * 10000.0 ** (-np.arange(half) / half)
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


class Work:
    """The sampling of a checkpoint: layers, rows, time features. All arrays are float64."""

    def __init__(self, path):
        meta, tensors = sample_numpy.read(path)
        self.config, self.model = json.loads(meta["config"]), json.loads(meta["model"])
        network, schedule = self.config["network"], self.config["schedule"]
        if network.get("kind", "mlp") != "mlp" or self.config["sampler"].get("clip"):
            sys.exit("this script knows perceptrons that are sampled without clipping")
        prefix = "average." if meta["format"] == "scorefield-checkpoint-1" else ""
        self.weights = [(tensors[f"{prefix}layers.{l}.weight"], tensors[f"{prefix}layers.{l}.bias"])
                        for l in range(network["layers"])]
        self.activation, self.seed = network["activation"], self.config["seed"]
        self.dimension, self.batch = self.model["dimension"], self.config["train"]["batch"]
        self.rows = program(self.config)
        discrete = schedule["kind"] in ("cosine", "linear")
        self.features = np.array([features(network["time-embedding"], discrete, schedule.get("steps"), row[0])
                                  for row in self.rows])
        self.deviation, self.mean = np.array(self.model["deviation"]), np.array(self.model["mean"])

    def radius(self):
        laws = [law.get("equality", "") for law in self.config["physics"]]
        found = re.fullmatch(r"sqrt\(x\^2 \+ y\^2\) - ([0-9.]+)", laws[0]) if len(laws) == 1 else None
        if self.config["objective"]["predict"] != "eps" or not found:
            sys.exit("this script knows likelihood guidance of eps prediction to a circle")
        return float(found.group(1))

    def table(self, guided):
        """[rows, 7]: a, b, s, alpha, sigma, g, bound; x' is lessened by g times G, the gradient of 1/2 r^2 at x, which is
        first made no longer than bound |r|."""
        pull = np.zeros(len(self.rows))
        if guided:
            given = next(g for g in self.config["guidance"] if g["kind"] == "likelihood")
            unit = np.mean(np.square(self.deviation))
            pull = [-b * sigma / (given["sigma-y"] ** 2 + given["gamma"] * unit * sigma ** 2 / alpha ** 2)
                    for _, _, b, _, alpha, sigma in self.rows]
        bound = lambda alpha, sigma: alpha * (self.model["radius"] / sigma) ** 2
        return np.array([list(row[1:]) + [g, bound(row[4], row[5])] for row, g in zip(self.rows, pull)])

    def noise(self, count, step):
        """Scorefield's own noise of a step; step -1: the start."""
        first, stream = (0, 0) if step < 0 else (step * self.dimension, 1)
        return sample_numpy.normals(self.seed, np.arange(count), first, self.dimension, stream)

    def difference(self, theirs, ours):
        """Median and 99th percentile of |difference| / (1 + |value|)."""
        theirs = np.asarray(theirs, dtype=float) * self.deviation + self.mean
        difference = np.abs(theirs - ours) / (1 + np.abs(ours))
        return float(np.median(difference)), float(np.quantile(difference, 0.99))


class Book:
    """Figures, each written when it is known, and the time that is left."""

    def __init__(self, given, versions):
        self.given, self.end = given, time.monotonic() + given.seconds
        os.makedirs(given.folder, exist_ok=True)
        card = "none"
        if given.device == "cuda":
            query = "name,driver_version,clocks.sm,clocks.mem,temperature.gpu,power.limit"
            try:
                card = subprocess.run(["nvidia-smi", "--query-gpu=" + query, "--format=csv,noheader"],
                                      capture_output=True, text=True, timeout=20).stdout.strip()
            except (OSError, subprocess.TimeoutExpired):
                card = "not known"
        self.common = {"device": given.device, "card": card, **versions}
        self.known = {}

    def left(self):
        return self.end - time.monotonic()

    def write(self, work, mode, size, figure):
        entry = {"work": work, "mode": mode, "size": size, **figure, **self.common}
        if "seconds" in figure:
            entry["per-second"] = (100 if work == "train" else size) / figure["seconds"]
            entry["unit"] = "steps" if work == "train" else "samples"
            self.known[work, mode, size] = figure["seconds"]
        name = re.sub(r"[^A-Za-z0-9.-]+", "-", f"{self.given.name}-{work}-{mode}-{size}")
        with open(os.path.join(self.given.folder, name + ".json"), "w") as file:
            json.dump(entry, file, indent=2)
        shown = f"{figure['seconds']:.4g} s" if "seconds" in figure else next(iter(figure.items()))
        print(f"{work:18} {mode:28} {size:>12,} {shown}", flush=True)

    def attempt(self, work, mode, size, make, clock, expected=0.0):
        """Times a mode; one that the library cannot do, or for which there is no time, is said to be."""
        if expected > self.left() / 2 or self.left() < 2:
            return self.write(work, mode, size, {"not-measured": f"no time left: would take about {expected:.3g} s a run"})
        try:
            self.write(work, mode, size, timed(make(), clock, min(self.left() / 3, 20)))
        except Exception as error:  # of any kind: the other modes still count
            self.failed(work, mode, size, error)

    def failed(self, work, mode, size, error):
        text = str(error).splitlines()
        self.write(work, mode, size, {"failed": text[0][:300] if text else type(error).__name__})

    def best(self, work, size):
        """Mode and seconds of the fastest."""
        done = {mode: seconds for (w, mode, s), seconds in self.known.items() if w == work and s == size}
        return min(done.items(), key=lambda item: item[1]) if done else None


def timed(run, clock, budget):
    """Medians of seven runs after three to warm up; fewer where they take long. clock(run) gives the seconds on the
    wall, the result ready, and by the device's events or None."""
    first = clock(run)[0]
    for _ in range(WARM_UPS - 1 if first * WARM_UPS < budget / 3 else 0):
        clock(run)
    both = []
    while not both or (len(both) < REPEATS and sum(wall for wall, _ in both) + both[-1][0] < budget):
        both.append(clock(run))
    wall = [w for w, _ in both]
    device = [d for _, d in both if d is not None]
    return {"seconds": statistics.median(wall), "device-seconds": statistics.median(device) if device else None,
            "least": min(wall), "most": max(wall), "repetitions": len(both)}


def agreeing(book, work, path, name, kinds, samples):
    """The arithmetics that give Scorefield's samples with its noise: float32 to a thousandth in the median, the others to
    a tenth. None of them is timed where float32 does not agree. samples(kind, count) are the peer's."""
    ours, good = np.load(path), []
    for kind in kinds:
        try:
            median, tail = work.difference(samples(kind, len(ours)), ours)
        except Exception as error:  # of any kind: the others still count
            book.failed("compare " + name, kind, len(ours), error)
            continue
        book.write("compare " + name, kind, len(ours), {"median-difference": median, "p99-difference": tail})
        if median < (1e-3 if kind == "float32" else 0.1):
            good.append(kind)
    if "float32" not in good:
        print(f"{name}: the samples do not agree: nothing of it is timed")
        return []
    return good
