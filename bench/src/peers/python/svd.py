"""Leading singular values by another library.

Arguments: torch-svd-lowrank|sklearn-randomized-svd|lapack-gesdd FILE ROWS COLUMNS RANK ROUNDS BUDGET. Prints one line of
JSON: seconds of each round after a first one, residual, singular values, and the largest resident set of the process before
the residual was measured. No round begins when BUDGET seconds have passed, and a first round that took longer counts.
"""

import json
import sys
import time

import numpy as np

OVERSAMPLING = 10
POWER_ITERATIONS = 2
BLOCK = 1 << 16


def peak_bytes():
    with open("/proc/self/status", encoding="utf-8") as status:
        for line in status:
            if line.startswith("VmHWM:"):
                return 1024 * int(line.split()[1])
    return None


def algorithm(name, matrix, rank):
    if name == "torch-svd-lowrank":
        import torch

        tensor = torch.from_numpy(matrix)
        width = min(rank + OVERSAMPLING, min(matrix.shape))

        def lowrank():
            torch.manual_seed(1)
            u, s, v = torch.svd_lowrank(tensor, q=width, niter=POWER_ITERATIONS)
            return u[:, :rank].numpy(), s[:rank].numpy(), v[:, :rank].numpy().T

        return lowrank
    if name == "sklearn-randomized-svd":
        from sklearn.utils.extmath import randomized_svd

        return lambda: randomized_svd(
            matrix,
            n_components=rank,
            n_oversamples=OVERSAMPLING,
            n_iter=POWER_ITERATIONS,
            power_iteration_normalizer="QR",
            random_state=1,
        )
    if name == "lapack-gesdd":

        def gesdd():
            u, s, vt = np.linalg.svd(matrix, full_matrices=False)
            return u[:, :rank], s[:rank], vt[:rank]

        return gesdd
    raise SystemExit("unknown: " + name)


def main():
    name, file, rows, columns, rank, rounds, budget = sys.argv[1:]
    shape = (int(rows), int(columns))
    # Copy on write: PyTorch warns of read-only arrays, and nobody writes.
    matrix = np.memmap(file, dtype=np.float32, mode="c", shape=shape).view(np.ndarray)
    decompose = algorithm(name, matrix, int(rank))
    seconds = []
    while len(seconds) <= int(rounds) and sum(seconds) < float(budget):
        begin = time.perf_counter()
        u, s, vt = decompose()
        seconds.append(time.perf_counter() - begin)
    peak = peak_bytes()
    squares = 0.0
    for begin in range(0, shape[0], BLOCK):
        residual = matrix[begin : begin + BLOCK] - (u[begin : begin + BLOCK] * s) @ vt
        squares += float(np.sum(np.square(residual, dtype=np.float64)))
    print(
        json.dumps(
            {
                "seconds": seconds[1:] or seconds,
                "peak_bytes": peak,
                "residual": squares**0.5,
                "singular_values": [float(value) for value in s],
            }
        )
    )


if __name__ == "__main__":
    main()
