"""Times the Dyck training step in JAX on the GPU, in true float32: compiled as one function, and mapped over many runs.

Appends its results to report.jsonl, in the form of CheckResult. Needs nothing but jax.
Arguments: folder of the results, folder of the reference trajectories, full or tiny.
"""

import os
import platform
import sys
import time

# Only what is used, because others may be using the device as well.
os.environ["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"

from check_results import Results, golden_or_none, read_safetensors, spread  # noqa: E402

RUNS = 64
STRETCH = 64
SECONDS = 5
LEAST, MOST = 3, 50

jax = None


def read_arrays(path):
    import numpy as np

    types = {"F32": "<f4", "F64": "<f8", "I32": "<i4"}
    return {
        name: np.frombuffer(data, dtype=types[dtype]).reshape(shape)
        for name, (dtype, shape, data) in read_safetensors(path).items()
    }


def stretch_of(advance, state, batches):
    """A function that does one stretch of steps, each a call, and waits for the last."""
    cell = [state]

    def stretch():
        for number in range(STRETCH):
            cell[0], loss = advance(cell[0], batches[number % len(batches)])
        loss.block_until_ready()

    return stretch


def time_steps(results, name, stretch, runs, seconds=SECONDS):
    begin = time.perf_counter()
    stretch()
    compilation = time.perf_counter() - begin
    stretch()
    times = []
    begin = time.perf_counter()
    while len(times) < LEAST or (len(times) < MOST and time.perf_counter() - begin < seconds):
        start = time.perf_counter_ns()
        stretch()
        times.append((time.perf_counter_ns() - start) * 1e-3 / STRETCH)
    values = spread(times, STRETCH)
    values["runs"] = runs
    values["microseconds_per_run_step"] = values["microseconds_per_step"] / runs
    values["first_stretch_seconds"] = compilation
    results.record("jax", name, "measured", "", values)


def one_run(results, golden):
    from dyck_model_jax import initial_state, step

    tokens, labels, rows, weights = inputs(golden)
    batches = [(jax.device_put(tokens[draw]), jax.device_put(labels[draw])) for draw in rows]
    advance = jax.jit(step, donate_argnums=0)
    time_steps(results, "jit", stretch_of(advance, initial_state(weights), batches), 1)


def many_runs(results, golden):
    import jax.numpy as jnp
    from dyck_model_jax import initial_state, step

    tokens, labels, rows, weights = inputs(golden)
    # Runs differ in their draws: each begins elsewhere among them.
    batches = []
    for number in range(STRETCH):
        draws = [rows[(number + 7 * run) % len(rows)] for run in range(RUNS)]
        batches.append((jax.device_put(tokens[draws]), jax.device_put(labels[draws])))
    state = jax.tree.map(lambda leaf: jnp.stack([leaf] * RUNS), initial_state(weights))
    advance = jax.jit(jax.vmap(step), donate_argnums=0)
    time_steps(results, f"jit, vmap over {RUNS} runs", stretch_of(advance, state, batches), RUNS)


def inputs(golden):
    data = read_arrays(golden / "dyck_data/data.safetensors")
    trace = read_arrays(golden / "dyck_s42_f32/trace.safetensors")
    weights = read_arrays(golden / "dyck_s42_f32/weights_000000.safetensors")
    return data["train_x"], data["train_y"], trace["batch_idx"][:STRETCH], weights


def main():
    global jax
    folder, golden_folder, size = sys.argv[1:4]
    results = Results(folder)
    try:
        import jax as imported
    except ImportError:
        results.record("jax", "the step", "skipped", f"{sys.executable} has no jax", {})
        return
    jax = imported
    golden = golden_or_none(golden_folder)
    reason = None
    if size == "tiny":
        reason = "times of a tiny run mean nothing"
    elif jax.default_backend() != "gpu":
        reason = f"jax {jax.__version__} computes on {jax.default_backend()}"
    elif golden is None:
        reason = "there are no reference trajectories to start from"
    if reason is not None:
        results.record("jax", "the step", "skipped", reason, {})
        return
    # True float32, as everybody else here.
    jax.config.update("jax_default_matmul_precision", "highest")
    environment = {"JAX": jax.__version__, "Python": platform.python_version()}
    results.record("jax", "environment", "measured", "", environment)
    results.attempt("jax", "jit", lambda: one_run(results, golden))
    results.attempt("jax", f"vmap over {RUNS} runs", lambda: many_runs(results, golden))


if __name__ == "__main__":
    main()
