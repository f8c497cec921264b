"""The training step of a GPT in PyTorch, with its fastest attention, as nanoGPT has it.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but torch, and a C++ compiler for the
compiled variants. Sizes are those of the weights, whose metadata say how many heads there are and which GELU. Arguments:
variant (eager, fused, compiled, compiled-fused; with -bfloat16 under autocast), OPERATORS:GEMM threads, weights file, data
file, trace file (safetensors).
"""

import sys

import torch
from torch import nn
from torch.nn import functional as F

from dyck_step import read_metadata, read_safetensors
from torch_steps import serve


class Block(nn.Module):
    def __init__(self, width, heads, gelu, bias):
        super().__init__()
        self.heads = heads
        self.gelu = "tanh" if gelu == "tanh" else "none"
        self.ln_1 = nn.LayerNorm(width)
        self.attn = nn.ModuleDict(
            {"c_attn": nn.Linear(width, 3 * width, bias=bias), "c_proj": nn.Linear(width, width, bias=bias)}
        )
        self.ln_2 = nn.LayerNorm(width)
        self.mlp = nn.ModuleDict(
            {"c_fc": nn.Linear(width, 4 * width, bias=bias), "c_proj": nn.Linear(4 * width, width, bias=bias)}
        )

    def forward(self, hidden):
        batch, length, width = hidden.shape
        operands = self.attn["c_attn"](self.ln_1(hidden)).split(width, dim=2)
        q, k, v = (part.view(batch, length, self.heads, -1).transpose(1, 2) for part in operands)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        hidden = hidden + self.attn["c_proj"](mixed.transpose(1, 2).reshape(batch, length, width))
        return hidden + self.mlp["c_proj"](F.gelu(self.mlp["c_fc"](self.ln_2(hidden)), approximate=self.gelu))


class Gpt(nn.Module):
    def __init__(self, vocabulary, positions, layers, width, heads, gelu, bias):
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocabulary, width),
                "wpe": nn.Embedding(positions, width),
                "h": nn.ModuleList(Block(width, heads, gelu, bias) for _ in range(layers)),
                "ln_f": nn.LayerNorm(width),
            }
        )

    def forward(self, tokens):
        parts = self.transformer
        hidden = parts["wte"](tokens) + parts["wpe"].weight[: tokens.shape[1]]
        for block in parts["h"]:
            hidden = block(hidden)
        return F.linear(parts["ln_f"](hidden), parts["wte"].weight)


def main():
    variant, threads, weights_path, data_path, trace_path = sys.argv[1:6]
    torch.set_num_threads(int(threads.split(":")[0]))
    weights = read_safetensors(weights_path)
    vocabulary, width = weights["transformer.wte.weight"].shape
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("transformer.h."))
    facts = read_metadata(weights_path)
    bias = "transformer.h.0.attn.c_attn.bias" in weights
    positions = len(weights["transformer.wpe.weight"])
    model = Gpt(vocabulary, positions, layers, width, int(facts["heads"]), facts["gelu"], bias)
    model.load_state_dict(weights)
    model.train()
    data = read_safetensors(data_path)
    tokens, labels = data["train_x"].long(), data["train_y"].long()
    batches = read_safetensors(trace_path)["batch_idx"].long()
    groups = [
        {"params": [p for p in model.parameters() if p.dim() > 1], "weight_decay": 0.1},
        {"params": [p for p in model.parameters() if p.dim() == 1], "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.95), eps=1e-8, fused="fused" in variant)

    def loss_of(rows):
        with torch.autocast("cpu", torch.bfloat16, enabled="bfloat16" in variant):
            logits = model(tokens[rows])
        return F.cross_entropy(logits.float().flatten(0, 1), labels[rows].flatten())

    serve(model, loss_of, optimizer, batches, variant)


if __name__ == "__main__":
    main()
