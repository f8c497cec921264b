"""Writes the singular values of windows that OfflineSpectraTest compares with, by NumPy in float64.

    python make_spectra.py

Reads the checkpoints that make_checkpoints.py has written, stacks the differences of neighbours as rows and takes their
singular values as they are, without a Gram matrix.
"""

import json
import pathlib
import struct

import numpy
import torch

BLOCK = "transformer.h.0."
ATTENTION = [BLOCK + "attn.c_attn.weight", BLOCK + "attn.c_proj.weight"]
MLP = [BLOCK + "mlp.c_fc.weight", BLOCK + "mlp.c_proj.weight"]
ONCE = [
    "transformer.wte.weight",
    "transformer.wpe.weight",
    BLOCK + "ln_1.weight",
    BLOCK + "ln_2.weight",
    "transformer.ln_f.weight",
    *ATTENTION,
    *MLP,
]
SUBSETS = {"attention": ATTENTION, "mlp": MLP, "all": ONCE, "all tied": [*ONCE, "lm_head.weight"]}
FORMS = {
    "flat": lambda step: read(f"flat/gpt2-step{step}-lr0.01.safetensors"),
    "bf16": lambda step: read(f"bf16/tiny-step{step}/model.safetensors"),
    "nanogpt": lambda step: {
        name.removeprefix("_orig_mod."): tensor.double().numpy()
        for name, tensor in torch.load(CHECKPOINTS / f"nanogpt/out-{step}/ckpt.pt")["model"].items()
    },
}
RESOURCES = pathlib.Path(__file__).resolve().parents[4] / "analysis/src/test/resources/dev/spectraledge/analysis"
CHECKPOINTS = RESOURCES / "checkpoint"
STEPS = range(1, 5)


def read(file):
    raw = (CHECKPOINTS / file).read_bytes()
    (length,) = struct.unpack("<Q", raw[:8])
    header, data = json.loads(raw[8 : 8 + length]), raw[8 + length :]
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] == "BF16":
            bits = numpy.frombuffer(data[begin:end], "<u2").astype("<u4") << 16
            tensors[name] = bits.view("<f4").astype(numpy.float64)
        elif entry["dtype"] == "F32":
            tensors[name] = numpy.frombuffer(data[begin:end], "<f4").astype(numpy.float64)
    return tensors


def rows():
    for form, load in FORMS.items():
        checkpoints = [load(step) for step in STEPS]
        for subset, names in SUBSETS.items():
            if not all(name in checkpoints[0] for name in names):
                continue
            vectors = numpy.stack([numpy.concatenate([c[n].ravel() for n in names]) for c in checkpoints])
            updates = numpy.diff(vectors, axis=0)
            for end in range(2, len(updates) + 1):
                sigma = numpy.linalg.svd(updates[:end], compute_uv=False)
                yield f"{form},{subset},{STEPS[end]}," + " ".join(repr(float(value)) for value in sigma)


if __name__ == "__main__":
    lines = ["form,subset,step,singular values", *rows()]
    (RESOURCES / "offline/spectra.csv").write_text("\n".join(lines) + "\n")
