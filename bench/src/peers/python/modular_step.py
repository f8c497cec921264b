"""The modular-arithmetic training step in PyTorch with torch.nn.TransformerEncoder.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but torch, and a C++ compiler for the
compiled variants. Arguments: variant (eager, fused, compiled, compiled-fused), OPERATORS:GEMM threads, weights file, data
file, trace file (safetensors).
"""

import sys

import torch
from torch import nn

from dyck_step import read_safetensors
from torch_steps import serve

PRIME = 97
WIDTH = 128


class ModularModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok_emb = nn.Embedding(PRIME, WIDTH)
        self.pos_emb = nn.Parameter(torch.empty(2, WIDTH))
        layer = nn.TransformerEncoderLayer(
            WIDTH, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.ln = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, PRIME)

    def forward(self, tokens):
        hidden = self.encoder(self.tok_emb(tokens) + self.pos_emb)
        return self.head(self.ln(hidden[:, 0]))


def main():
    variant, threads, weights_path, data_path, trace_path = sys.argv[1:6]
    torch.set_num_threads(int(threads.split(":")[0]))
    model = ModularModel()
    model.load_state_dict(read_safetensors(weights_path))
    model.train()
    data = read_safetensors(data_path)
    tokens, labels = data["train_x"].long(), data["train_y"].long().reshape(-1)
    batches = read_safetensors(trace_path)["batch_idx"].long()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-3, betas=(0.9, 0.98), eps=1e-8, weight_decay=1.0, fused="fused" in variant
    )

    def loss_of(rows):
        return nn.functional.cross_entropy(model(tokens[rows]), labels[rows])

    serve(model, loss_of, optimizer, batches, variant)


if __name__ == "__main__":
    main()
