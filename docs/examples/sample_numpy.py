"""Samples a Scorefield checkpoint with nothing but NumPy: docs/formats.md as a program.

python sample_numpy.py checkpoint.safetensors COUNT samples.npy
"""
import json, sys
import numpy as np

def read(path):
    raw = open(path, "rb").read()
    size = int.from_bytes(raw[:8], "little")
    header = json.loads(raw[8:8 + size])
    meta = header.pop("__metadata__")
    data = raw[8 + size:]
    return meta, {name: np.frombuffer(data[t["data_offsets"][0]:t["data_offsets"][1]], "<f4")
                  .reshape(t["shape"]).astype(float) for name, t in header.items()}

def philox(seed, sample, block, stream):
    """Philox4x32-10 for an array of sample numbers; four arrays of 32-bit words in uint64."""
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    sample = sample.astype(np.uint64)
    c = [sample & low, sample >> half, np.full_like(sample, block), np.full_like(sample, stream)]
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = np.uint64(0xD2511F53) * c[0], np.uint64(0xCD9E8D57) * c[2]
        c = [(p1 >> half) ^ c[1] ^ np.uint64(k0), p1 & low,
             (p0 >> half) ^ c[3] ^ np.uint64(k1), p0 & low]
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c

def normals(seed, sample, first, count, stream):
    """Normals number first .. first + count - 1 of every sample, [samples, count]."""
    z = np.empty((len(sample), count))
    for i in range(count):
        number = first + i
        words = philox(seed, sample, number // 4, stream)
        pair = 2 * (number % 4 // 2)
        u, turns = (words[pair] + 0.5) / 2.0 ** 32, words[pair + 1] / 2.0 ** 32
        wave = np.cos if number % 2 == 0 else np.sin
        z[:, i] = np.sqrt(-2 * np.log(u)) * wave(2 * np.pi * turns)
    return z

ACTIVATIONS = {"tanh": np.tanh, "leaky-relu": lambda x: np.where(x > 0, x, 0.01 * x),
               "relu": lambda x: np.maximum(x, 0), "silu": lambda x: x / (1 + np.exp(-x)),
               "softplus": lambda x: np.logaddexp(0, x)}

def sample(path, count):
    meta, tensors = read(path)
    config, model = json.loads(meta["config"]), json.loads(meta["model"])
    act, layers = ACTIVATIONS[config["network"]["activation"]], config["network"]["layers"]
    embedding, predict = config["network"]["time-embedding"], config["objective"]["predict"]
    discrete = config["schedule"]["kind"] in ("cosine", "linear")
    usual = (1 / config["schedule"]["steps"] if discrete else 1) if embedding["kind"] == "bare" else (1 if discrete else 100)
    scale = embedding["scale"] or usual
    prefix = "average." if meta["format"] == "scorefield-checkpoint-1" else ""

    def network(x, t):
        if embedding["kind"] == "bare":
            features = np.array([scale * t])
        else:
            half = embedding["dimension"] // 2
            angle = scale * t * 10000.0 ** (-np.arange(half) / half)
            features = np.concatenate([np.sin(angle), np.cos(angle)])
        a = np.hstack([x, np.tile(features, (len(x), 1))])
        for l in range(layers):
            a = a @ tensors[f"{prefix}layers.{l}.weight"].T + tensors[f"{prefix}layers.{l}.bias"]
            a = act(a) if l < layers - 1 else a
        return a

    def eps(x, t, alpha, sigma):
        o = network(x, t)
        e = {"eps": lambda: o, "score": lambda: -sigma * o, "x0": lambda: (x - alpha * o) / sigma,
             "v": lambda: sigma * x + alpha * o}[predict]()
        if not config["sampler"].get("clip", False):
            return e
        x0 = np.clip((x - sigma * e) / alpha, model["lowest"], model["highest"])
        return (x - alpha * x0) / sigma

    seed, schedule, sampler = config["seed"], config["schedule"], config["sampler"]
    dimension, numbers = model["dimension"], np.arange(count)
    x = normals(seed, numbers, 0, dimension, stream=0)
    if sampler["kind"] == "ddpm" and discrete and sampler["steps"] in (0, schedule["steps"]):
        T = schedule["steps"]
        if schedule["kind"] == "cosine":
            s = schedule["offset"]
            f = np.cos((np.arange(T + 1) / T + s) / (1 + s) * np.pi / 2) ** 2
            beta = np.minimum(1 - f[1:] / f[:-1], schedule["max-beta"])
        else:
            beta = np.linspace(schedule["beta-min"], schedule["beta-max"], T)
        bar = np.concatenate([[1], np.cumprod(1 - beta)])
        for i, t in enumerate(range(T, 0, -1)):
            b, sigma = beta[t - 1], np.sqrt(1 - bar[t])
            x = (x - b / sigma * eps(x, t, np.sqrt(bar[t]), sigma)) / np.sqrt(1 - b)
            if t > 1:
                deviation = np.sqrt((1 - bar[t - 1]) / (1 - bar[t]) * b)
                x = x + deviation * normals(seed, numbers, i * dimension, dimension, stream=1)
    elif sampler["kind"] == "euler-maruyama" and schedule["kind"] == "vp":
        steps, start, low = sampler["steps"], schedule["start"], schedule["beta-min"]
        slope, dt = schedule["beta-max"] - low, (1 - schedule["start"]) / sampler["steps"]
        for i in range(steps):
            t = start + (1 - start) * (steps - i) / steps
            b, integral = low + t * slope, low * t + 0.5 * slope * t * t
            sigma = max(np.sqrt(-np.expm1(-integral)), schedule["min-sigma"])
            score = -eps(x, t, np.exp(-0.5 * integral), sigma) / sigma
            z = normals(seed, numbers, i * dimension, dimension, stream=1)
            x = x + (0.5 * b * x + b * score) * dt + np.sqrt(b * dt) * z
    else:
        raise SystemExit("this example knows ddpm over all levels, and euler-maruyama with vp")
    # float32 is what the program keeps; the origin is there where that would lose the data's digits.
    data = (x * np.array(model["deviation"]) + np.array(model["mean"])).astype("f4")
    return data + np.array(model["origin"]) if "origin" in model else data

if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    np.save(sys.argv[3], sample(sys.argv[1], int(sys.argv[2])))
