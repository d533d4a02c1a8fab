"""The sampling and the training of a Scorefield checkpoint in JAX: the whole loop in one compiled lax.scan.

As pytorch_peer.py: the answers are compared first, JAX draws its own noise while it is timed. Modes: float32 (products
in full precision), tf32, bfloat16 and float16, and how often the scan is unrolled. JAX has no events: seconds are on the
wall, until the result is ready.
"""
import os, sys, time
import numpy as np

os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
import jax
import jax.numpy as jnp
from peer import Book, Work, agreeing, arguments

CHUNKS = (1 << 16, 1 << 18, 1 << 20)
KINDS = {"float32": (jnp.float32, "highest"), "tf32": (jnp.float32, "default"),
         "bfloat16": (jnp.bfloat16, "default"), "float16": (jnp.float16, "default")}
ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu, "silu": jax.nn.silu, "softplus": jax.nn.softplus,
               "leaky-relu": lambda x: jax.nn.leaky_relu(x, 0.01)}


def network_of(work, kind):
    dtype, precision = KINDS[kind]
    activation = ACTIVATIONS[work.activation]

    def network(weights, x, f):
        a = jnp.concatenate([x.astype(dtype), jnp.broadcast_to(f.astype(dtype), (x.shape[0], f.shape[-1]))], axis=1)
        for l, (w, b) in enumerate(weights):
            a = jnp.matmul(a, w.astype(dtype).T, precision=precision) + b.astype(dtype)
            a = activation(a) if l < len(weights) - 1 else a
        return a.astype(jnp.float32)
    return network


def weights_of(work):
    return [(jnp.asarray(w, jnp.float32), jnp.asarray(b, jnp.float32)) for w, b in work.weights]


def step_of(work, guided, kind):
    """x after a row: f [E], c [7], z like x."""
    network, radius = network_of(work, kind), work.radius() if guided else 0.0
    deviation, mean = jnp.asarray(work.deviation, jnp.float32), jnp.asarray(work.mean, jnp.float32)

    def loss(x, weights, f, c):
        o = network(weights, x, f)
        x0 = (x - c[4] * o) / c[3] * deviation + mean
        r = jnp.linalg.norm(x0, axis=1, keepdims=True) - radius
        return 0.5 * jnp.sum(r ** 2), (o, r)

    def step(weights, x, f, c, z):
        if not guided:
            return c[0] * x + c[1] * network(weights, x, f) + c[2] * z
        gradient, (o, r) = jax.grad(loss, has_aux=True)(x, weights, f, c)
        length = jnp.linalg.norm(gradient, axis=1, keepdims=True)
        gradient = gradient * jnp.minimum(c[6] * jnp.abs(r) / jnp.maximum(length, 1e-30), 1.0)
        return c[0] * x + c[1] * o + c[2] * z - c[5] * gradient
    return step


def tables(work, guided):
    return jnp.asarray(work.features, jnp.float32), jnp.asarray(work.table(guided), jnp.float32)


def with_noise(work, guided, kind, count):
    """Scorefield's own samples."""
    step, weights = jax.jit(step_of(work, guided, kind)), weights_of(work)
    f, c = tables(work, guided)
    x = jnp.asarray(work.noise(count, -1), jnp.float32)
    for i in range(len(work.rows)):
        x = step(weights, x, f[i], c[i], jnp.asarray(work.noise(count, i), jnp.float32))
    return np.asarray(x)


def sampler(work, guided, kind, unroll, count, chunk):
    step, weights = step_of(work, guided, kind), weights_of(work)
    f, c = tables(work, guided)

    def sample(key, weights, f, c):
        start, key = jax.random.split(key)

        def body(carry, row):
            x, key = carry
            now, key = jax.random.split(key)
            return (step(weights, x, row[0], row[1], jax.random.normal(now, x.shape)), key), None

        x = jax.random.normal(start, (chunk, work.dimension))
        return jax.lax.scan(body, (x, key), (f, c), unroll=unroll)[0][0]

    compiled = jax.jit(sample)

    def run():
        done = [compiled(jax.random.PRNGKey(first), weights, f, c) for first in range(0, count, chunk)]
        jax.block_until_ready(done)
        return done
    return run


def training(work):
    """100 optimiser steps of a batch in one scan, Adam by hand."""
    network, weights = network_of(work, "float32"), weights_of(work)
    f = jax.random.normal(jax.random.PRNGKey(1), (work.batch, work.features.shape[1]))

    def loss(weights, x, y):
        return jnp.mean(jnp.sum((network(weights, x, f) - y) ** 2, axis=1))

    def body(carry, t):
        weights, m, v, key = carry
        one, two, key = jax.random.split(key, 3)
        shape = (work.batch, work.dimension)
        g = jax.grad(loss)(weights, jax.random.normal(one, shape), jax.random.normal(two, shape))
        m = jax.tree_util.tree_map(lambda m, g: 0.9 * m + 0.1 * g, m, g)
        v = jax.tree_util.tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, v, g)
        rate = 1e-4 * jnp.sqrt(1 - 0.999 ** t) / (1 - 0.9 ** t)
        weights = jax.tree_util.tree_map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + 1e-8), weights, m, v)
        return (weights, m, v, key), None

    zero = jax.tree_util.tree_map(jnp.zeros_like, weights)
    run = jax.jit(lambda weights: jax.lax.scan(body, (weights, zero, zero, jax.random.PRNGKey(2)),
                                               jnp.arange(1.0, 101.0))[0][0])
    return lambda: jax.block_until_ready(run(weights))


def clock(run):
    began = time.perf_counter()
    run()
    return time.perf_counter() - began, None


def main():
    given = arguments(__doc__)
    work, sizes = Work(given.checkpoint), sorted(int(float(s)) for s in given.sizes.split(","))
    book = Book(given, {"jax": jax.__version__, "backend": jax.default_backend(), "steps": len(work.rows)})
    methods = [("plain", given.plain)] + ([] if given.guided == "-" else [("likelihood", given.guided)])
    kinds = {}
    for name, path in methods:
        kinds[name] = agreeing(
            book, work, path, name, KINDS, lambda kind, count: with_noise(work, name != "plain", kind, count))
    book.attempt("train", "scan", work.batch, lambda: training(work), clock)
    for size in sizes:
        for name, _ in methods:
            for kind in kinds[name]:
                for unroll in (1, 10):
                    for chunk in (size,) if size <= 1_000_000 else CHUNKS[1:]:
                        smaller = book.best("sample " + name, sizes[max(0, sizes.index(size) - 1)])
                        expected = smaller[1] * size / sizes[sizes.index(size) - 1] if smaller and size > sizes[0] else 0.0
                        if size > 1_000_000 and (not smaller or not smaller[0].startswith(f"scan {kind} unrolled {unroll}")):
                            continue  # the largest sizes in the best mode alone
                        book.attempt(
                            "sample " + name, f"scan {kind} unrolled {unroll}" + ("" if chunk == size else f" chunks of {chunk}"),
                            size, lambda: sampler(work, name != "plain", kind, unroll, size, chunk), clock, expected)
    for name, _ in methods:
        for size in sizes:
            print(f"best: {name} {size:,}: {book.best('sample ' + name, size)}")
    sys.exit(0 if all(kinds.values()) else 1)


if __name__ == "__main__":
    main()
