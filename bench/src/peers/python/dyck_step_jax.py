"""The Dyck training step in JAX, compiled as one function.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but jax.
Arguments: the variant (jit: a call for each step; scan: a loop of steps in one call), OPERATORS:GEMM threads, weights file,
data file, trace file (safetensors).
"""

import json
import os
import platform
import struct
import sys
import time

THREADS = int(sys.argv[2].split(":")[0])
# XLA makes its pool as large as the processors that it may use, and reads that once, when it starts.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

CONTEXT = 24
WIDTH = 128
HEADS = 4
LAYERS = 2
IGNORED_LABEL = -100
LAYER_NORM_EPSILON = 1e-5
LEARNING_RATE = 1e-3
BETA_1, BETA_2, EPSILON = 0.9, 0.98, 1e-8
WEIGHT_DECAY = 1.0
MAXIMUM_NORM = 1.0
NORM_GUARD = 1e-6


def read_safetensors(path):
    types = {"F32": "<f4", "I32": "<i4"}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    tensors = {}
    for name, entry in header.items():
        if name != "__metadata__":
            begin, end = entry["data_offsets"]
            flat = np.frombuffer(data[begin:end], dtype=types[entry["dtype"]])
            tensors[name] = flat.reshape(entry["shape"])
    return tensors


def layer_norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    normalized = (x - mean) * jax.lax.rsqrt(variance + LAYER_NORM_EPSILON)
    return normalized * weights[name + ".weight"] + weights[name + ".bias"]


def linear(x, weights, name, separator="."):
    return x @ weights[name + separator + "weight"].T + weights[name + separator + "bias"]


def attention(x, weights, name):
    batch, length, _ = x.shape
    packed = linear(x, weights, name + ".in_proj", "_")
    q, k, v = (part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3) for part in jnp.split(packed, 3, -1))
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS, dtype=np.float32)
    causal = jnp.tril(jnp.ones((length, length), bool))
    probabilities = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf), -1)
    joined = (probabilities @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    return linear(joined, weights, name + ".out_proj")


def loss_of(weights, tokens, labels):
    hidden = weights["tok_emb.weight"][tokens] + weights["pos_emb.weight"][:CONTEXT]
    for index in range(LAYERS):
        layer = f"encoder.layers.{index}"
        hidden = hidden + attention(layer_norm(hidden, weights, layer + ".norm1"), weights, layer + ".self_attn")
        wide = linear(layer_norm(hidden, weights, layer + ".norm2"), weights, layer + ".linear1")
        hidden = hidden + linear(jax.nn.gelu(wide, approximate=False), weights, layer + ".linear2")
    logits = linear(layer_norm(hidden, weights, "ln"), weights, "head")
    counted = labels != IGNORED_LABEL
    target = jnp.where(counted, labels, 0)[..., None]
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits, -1), target, -1)[..., 0]
    return -jnp.where(counted, chosen, 0).sum() / counted.sum()


def step(state, batch):
    weights, first, second, count = state
    loss, gradients = jax.value_and_grad(loss_of)(weights, *batch)
    norm = jnp.sqrt(sum(jnp.square(gradient).sum() for gradient in gradients.values()))
    clipping = jnp.minimum(1, MAXIMUM_NORM / (norm + NORM_GUARD))
    count = count + 1
    correction_1 = 1 - BETA_1**count
    correction_2 = 1 - BETA_2**count
    new = {}, {}, {}
    for name, gradient in gradients.items():
        gradient = gradient * clipping
        m = BETA_1 * first[name] + (1 - BETA_1) * gradient
        v = BETA_2 * second[name] + (1 - BETA_2) * gradient * gradient
        change = m / correction_1 / (jnp.sqrt(v / correction_2) + EPSILON)
        new[0][name] = weights[name] * (1 - LEARNING_RATE * WEIGHT_DECAY) - LEARNING_RATE * change
        new[1][name], new[2][name] = m, v
    return (*new, count), loss


class Training:
    def __init__(self, variant, weights, data, trace):
        self.variant = variant
        self.tokens, self.labels = data["train_x"], data["train_y"]
        self.batches = trace["batch_idx"]
        self.taken = 0
        # Copies, because the compiled function writes over what it was given.
        weights = {name: jnp.array(value) for name, value in weights.items()}
        zeros = [{name: jnp.zeros_like(value) for name, value in weights.items()} for _ in range(2)]
        self.state = (weights, *zeros, jnp.float32(0))
        self.one = jax.jit(step, donate_argnums=0)
        self.loop = jax.jit(lambda state, batches: jax.lax.scan(step, state, batches), donate_argnums=0)
        self.loops = {}

    def rows(self, count):
        numbers = (self.taken + np.arange(count)) % len(self.batches)
        self.taken += count
        indices = self.batches[numbers]
        return self.tokens[indices], self.labels[indices]

    def run(self, count):
        """Losses and nanoseconds of so many steps; of a loop each step has its share."""
        if self.variant == "scan":
            if count not in self.loops:
                # A loop is compiled for its length, which is not to be timed.
                example = self.rows(count)
                self.taken -= count
                self.loops[count] = self.loop.lower(self.state, example).compile()
            start = time.perf_counter_ns()
            self.state, losses = self.loops[count](self.state, self.rows(count))
            losses = np.asarray(losses).tolist()
            share = (time.perf_counter_ns() - start) // count
            return [(loss, share) for loss in losses]
        pairs = []
        for _ in range(count):
            start = time.perf_counter_ns()
            tokens, labels = self.rows(1)
            self.state, loss = self.one(self.state, (tokens[0], labels[0]))
            pairs.append((float(loss), time.perf_counter_ns() - start))
        return pairs


def main():
    variant, _, weights_path, data_path, trace_path = sys.argv[1:6]
    training = Training(variant, *map(read_safetensors, (weights_path, data_path, trace_path)))
    environment = {
        "JAX": jax.__version__,
        "Python": platform.python_version(),
        "platform": jax.default_backend(),
        "processors": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
    }
    print("ready " + ";".join(f"{key}={value}" for key, value in environment.items()), flush=True)
    for line in sys.stdin:
        pairs = training.run(int(line.removeprefix("steps ")))
        print("times " + " ".join(f"{loss!r}:{nanoseconds}" for loss, nanoseconds in pairs), flush=True)


if __name__ == "__main__":
    main()
