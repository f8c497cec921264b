"""Writes what GptGoldenRunTest compares with when there is nothing larger: a tiny GPT that PyTorch 2.13 trains in float64.

The model, the names and the recipe are those of nanoGPT with biases: learned positions, LayerNorm, the approximate GELU, a head
that is the table of tokens; AdamW with decay on matrices alone, clipping at 1, warm-up and cosine, two micro-batches a step.
"""
import math
import pathlib

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional as F

VOCABULARY, CONTEXT, LAYERS, WIDTH, HEADS, HIDDEN = 24, 12, 2, 16, 2, 32
STEPS, BATCHES, BATCH = 16, 2, 3
HERE = pathlib.Path(__file__).parent


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attn = nn.ModuleDict({"c_attn": nn.Linear(WIDTH, 3 * WIDTH), "c_proj": nn.Linear(WIDTH, WIDTH)})
        self.mlp = nn.ModuleDict({"c_fc": nn.Linear(WIDTH, HIDDEN), "c_proj": nn.Linear(HIDDEN, WIDTH)})

    def forward(self, x):
        rows = lambda part: part.view(*x.shape[:2], HEADS, -1).transpose(1, 2)
        q, k, v = map(rows, self.attn["c_attn"](self.ln_1(x)).split(WIDTH, -1))
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        x = x + self.attn["c_proj"](mixed.transpose(1, 2).reshape(x.shape))
        return x + self.mlp["c_proj"](F.gelu(self.mlp["c_fc"](self.ln_2(x)), approximate="tanh"))


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.transformer = nn.ModuleDict({
            "wte": nn.Embedding(VOCABULARY, WIDTH),
            "wpe": nn.Embedding(CONTEXT, WIDTH),
            "h": nn.ModuleList(Block() for _ in range(LAYERS)),
            "ln_f": nn.LayerNorm(WIDTH),
        })
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1:
                nn.init.normal_(parameter, std=0.2)
            elif name.endswith("bias"):
                nn.init.normal_(parameter, std=0.1)

    def loss(self, tokens):
        parts = self.transformer
        x = parts["wte"](tokens[:, :-1]) + parts["wpe"].weight
        for block in parts["h"]:
            x = block(x)
        logits = F.linear(parts["ln_f"](x), parts["wte"].weight)
        return F.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))


def rate(step):
    return 3e-3 * (step / 4 if step < 4 else max(0.1, (1 + math.cos(math.pi * (step - 4) / 12)) / 2))


torch.manual_seed(7)
torch.set_default_dtype(torch.float64)
generator = np.random.default_rng(7)
streams = {name: generator.integers(0, VOCABULARY, size).astype("<u2") for name, size in (("train", 400), ("validation", 120))}
for name, stream in streams.items():
    stream.tofile(HERE / f"{name}.bin")
model = Gpt()
save_file({name: p.detach().clone() for name, p in model.named_parameters()}, HERE / "weights.safetensors")
batches = generator.integers(0, 400 - CONTEXT, (STEPS, BATCHES, BATCH)).astype(np.int32)
validation = generator.integers(0, 120 - CONTEXT, 9).astype(np.int32)


def windows(name, starts):
    return torch.tensor(np.stack([streams[name][s : s + CONTEXT + 1] for s in starts]).astype(np.int64))


groups = [[p for p in model.parameters() if (p.dim() > 1) == matrix] for matrix in (True, False)]
optimizer = torch.optim.AdamW(
    [{"params": groups[0], "weight_decay": 0.5}, {"params": groups[1], "weight_decay": 0.0}], betas=(0.9, 0.95), eps=1e-8)
losses, norms, judged = [], [], []
for step in range(STEPS + 1):
    with torch.no_grad():
        judged.append(float(model.loss(windows("validation", validation))))
    if step == STEPS:
        break
    optimizer.zero_grad()
    total = 0.0
    for starts in batches[step]:
        loss = model.loss(windows("train", starts)) / BATCHES
        loss.backward()
        total += float(loss)
    norms.append(float(nn.utils.clip_grad_norm_(model.parameters(), 1.0)))
    losses.append(total)
    for group in optimizer.param_groups:
        group["lr"] = rate(step + 1)
    optimizer.step()
save_file({
    "batch_idx": torch.from_numpy(batches),
    "validation_idx": torch.from_numpy(validation),
    "loss": torch.tensor(losses),
    "grad_norm": torch.tensor(norms),
    "validation_loss": torch.tensor(judged),
}, HERE / "trace.safetensors")
print(losses[:2], losses[-1], norms, judged[-1])
