"""Training steps in JAX, compiled as one function, in the protocol of ContestantProcess. Needs nothing but jax.

To be imported before jax. Arguments: the variant (jit: a call for each step; scan: a loop of steps in one call),
OPERATORS:GEMM threads, weights file, data file, trace file (safetensors).
"""

import os
import platform
import sys
import time

THREADS = int(sys.argv[2].split(":")[0])
# XLA makes its pool as large as the processors that it may use, and reads that once, when it starts.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import numpy as np  # noqa: E402
from safetensors_arrays import read_safetensors  # noqa: E402


class Training:
    def __init__(self, step, initial_state, variant, weights, data, trace):
        self.variant = variant
        self.tokens, self.labels = data["train_x"], data["train_y"]
        self.batches = trace["batch_idx"]
        self.taken = 0
        self.state = initial_state(weights)
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


def serve(step, initial_state):
    """Steps on standard input and output, until that ends."""
    variant, _, weights_path, data_path, trace_path = sys.argv[1:6]
    training = Training(step, initial_state, variant, *map(read_safetensors, (weights_path, data_path, trace_path)))
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
