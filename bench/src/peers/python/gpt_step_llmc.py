"""The training step of GPT-2 in llm.c (github.com/karpathy/llm.c), whose code for processors becomes a library with OpenMP.

Speaks the protocol of ContestantProcess on standard input and output. Needs numpy, a C compiler (CC, else cc) with OpenMP, and
llm.c in the folder that LLMC_DIRECTORY names. Arguments: variant (openmp), OPERATORS:GEMM threads, weights file, data file,
trace file (safetensors). Clipping, which llm.c's step lacks, is numpy's, and norms and biases do not decay.
"""

import ctypes
import os
import platform
import subprocess
import sys
import tempfile
import time
from ctypes import POINTER, c_float, c_int, c_size_t

import numpy as np

from safetensors_arrays import read_metadata, read_safetensors

MAGIC, VERSION = 20240326, 3
LEARNING_RATE, BETA_1, BETA_2, EPSILON, WEIGHT_DECAY = 1e-3, 0.9, 0.95, 1e-8, 0.1
MAXIMUM_NORM, NORM_GUARD = 1.0, 1e-6
# Names of llm.c's parameter tensors in their order; those with a point are in each block.
TENSORS = [
    "wte.weight",
    "wpe.weight",
    ".ln_1.weight",
    ".ln_1.bias",
    ".attn.c_attn.weight",
    ".attn.c_attn.bias",
    ".attn.c_proj.weight",
    ".attn.c_proj.bias",
    ".ln_2.weight",
    ".ln_2.bias",
    ".mlp.c_fc.weight",
    ".mlp.c_fc.bias",
    ".mlp.c_proj.weight",
    ".mlp.c_proj.bias",
    "ln_f.weight",
    "ln_f.bias",
]
PARAMETERS, ACTIVATIONS = len(TENSORS), 23


class Config(ctypes.Structure):
    _fields_ = [
        (name, c_int)
        for name in ("max_seq_len", "vocab_size", "padded_vocab_size", "num_layers", "num_heads", "channels")
    ]


class Model(ctypes.Structure):
    _fields_ = [
        ("config", Config),
        ("params", POINTER(c_float) * PARAMETERS),
        ("param_sizes", c_size_t * PARAMETERS),
        ("params_memory", POINTER(c_float)),
        ("num_parameters", c_size_t),
        ("grads", POINTER(c_float) * PARAMETERS),
        ("grads_memory", POINTER(c_float)),
        ("m_memory", POINTER(c_float)),
        ("v_memory", POINTER(c_float)),
        ("acts", POINTER(c_float) * ACTIVATIONS),
        ("act_sizes", c_size_t * ACTIVATIONS),
        ("acts_memory", POINTER(c_float)),
        ("num_activations", c_size_t),
        ("grads_acts", POINTER(c_float) * ACTIVATIONS),
        ("grads_acts_memory", POINTER(c_float)),
        ("batch_size", c_int),
        ("seq_len", c_int),
        ("inputs", POINTER(c_int)),
        ("targets", POINTER(c_int)),
        ("mean_loss", c_float),
    ]


def library(folder):
    source = os.path.join(os.environ.get("LLMC_DIRECTORY", ""), "train_gpt2.c")
    if not os.path.isfile(source):
        sys.exit("LLMC_DIRECTORY names no folder with llm.c's train_gpt2.c")
    target = os.path.join(folder, "llmc.so")
    options = ["-Ofast", "-march=native", "-fopenmp", "-DOMP", "-DTESTING", "-w", "-shared", "-fPIC"]
    command = [os.environ.get("CC", "cc"), *options, source, "-o", target, "-lm"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    loaded = ctypes.CDLL(target)
    loaded.gpt2_update.argtypes = [POINTER(Model)] + 5 * [c_float] + [c_int]
    loaded.gpt2_forward.argtypes = [POINTER(Model), POINTER(c_int), POINTER(c_int), c_size_t, c_size_t]
    return loaded


def write_checkpoint(path, weights, heads):
    table = weights["transformer.wte.weight"]
    vocabulary, width = table.shape
    padded = -(-vocabulary // 128) * 128
    layers = sum(name.endswith(".ln_1.weight") for name in weights)
    positions = len(weights["transformer.wpe.weight"])
    header = np.zeros(256, np.int32)
    header[:8] = MAGIC, VERSION, positions, vocabulary, layers, heads, width, padded
    with open(path, "wb") as file:
        header.tofile(file)
        for name in TENSORS:
            if name.startswith("."):
                for layer in range(layers):
                    weights[f"transformer.h.{layer}{name}"].tofile(file)
            else:
                weights["transformer." + name].tofile(file)
            if name == "wte.weight":
                np.zeros((padded - vocabulary, width), np.float32).tofile(file)


def main():
    _, threads, weights_path, data_path, trace_path = sys.argv[1:6]
    os.environ["OMP_NUM_THREADS"] = threads.split(":")[0]
    # llm.c prints what it loads, which must not disturb the protocol.
    replies = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    data = read_safetensors(data_path)
    batches = read_safetensors(trace_path)["batch_idx"]
    model = Model()
    with tempfile.TemporaryDirectory() as folder:
        llmc = library(folder)
        checkpoint = os.path.join(folder, "gpt2.bin")
        write_checkpoint(checkpoint, read_safetensors(weights_path), int(read_metadata(weights_path)["heads"]))
        llmc.gpt2_build_from_checkpoint(ctypes.byref(model), checkpoint.encode())
    vectors = [
        np.ctypeslib.as_array(model.params[index], (model.param_sizes[index],))
        for index, name in enumerate(TENSORS)
        if name.endswith(".bias") or ".ln_" in name or name.startswith("ln_")
    ]
    count = 0

    def step():
        nonlocal count
        rows = batches[count % len(batches)]
        count += 1
        tokens, labels = (np.ascontiguousarray(data[name][rows], np.int32) for name in ("train_x", "train_y"))
        pointers = (array.ctypes.data_as(POINTER(c_int)) for array in (tokens, labels))
        llmc.gpt2_forward(ctypes.byref(model), *pointers, *tokens.shape)
        llmc.gpt2_zero_grad(ctypes.byref(model))
        llmc.gpt2_backward(ctypes.byref(model))
        gradient = np.ctypeslib.as_array(model.grads_memory, (model.num_parameters,))
        norm = np.sqrt(np.dot(gradient, gradient))
        if norm > MAXIMUM_NORM:
            gradient *= np.float32(MAXIMUM_NORM / (norm + NORM_GUARD))
        before = [vector.copy() for vector in vectors]
        llmc.gpt2_update(ctypes.byref(model), LEARNING_RATE, BETA_1, BETA_2, EPSILON, WEIGHT_DECAY, count)
        for vector, old in zip(vectors, before):
            vector += np.float32(LEARNING_RATE * WEIGHT_DECAY) * old
        return float(model.mean_loss)

    environment = {"Python": platform.python_version(), "numpy": np.__version__, "threads": threads.split(":")[0]}
    print("ready " + ";".join(f"{key}={value}" for key, value in environment.items()), file=replies, flush=True)
    for line in sys.stdin:
        pairs = []
        for _ in range(int(line.removeprefix("steps "))):
            start = time.perf_counter_ns()
            loss = step()
            pairs.append(f"{loss!r}:{time.perf_counter_ns() - start}")
        print("times " + " ".join(pairs), file=replies, flush=True)


if __name__ == "__main__":
    main()
