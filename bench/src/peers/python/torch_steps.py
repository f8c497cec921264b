"""Training steps in PyTorch, one for each call, in the protocol of ContestantProcess. Needs nothing but torch."""

import platform
import sys
import time

import torch
from torch import nn


def serve(model, loss_of, optimizer, batches, variant):
    """Steps (forward, loss, backward, clipping, optimiser) on standard input and output, until that ends."""
    compiled, fused = "compiled" in variant, "fused" in variant
    differentiable_loss = torch.compile(loss_of) if compiled else loss_of
    count = 0

    def step():
        nonlocal count
        rows = batches[count % len(batches)]
        count += 1
        loss = differentiable_loss(rows)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        return loss.item()

    environment = {
        "PyTorch": torch.__version__,
        "Python": platform.python_version(),
        "CPU capability": torch.backends.cpu.get_cpu_capability(),
        "MKL": torch.backends.mkl.is_available(),
        "operator threads": torch.get_num_threads(),
        "torch.compile": compiled,
        "fused AdamW": fused,
        "bfloat16 autocast": "bfloat16" in variant,
    }
    print("ready " + ";".join(f"{key}={value}" for key, value in environment.items()), flush=True)
    for line in sys.stdin:
        pairs = []
        for _ in range(int(line.removeprefix("steps "))):
            start = time.perf_counter_ns()
            loss = step()
            pairs.append(f"{loss!r}:{time.perf_counter_ns() - start}")
        print("times " + " ".join(pairs), flush=True)
