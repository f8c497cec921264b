"""The SCAN training step in PyTorch with torch.nn.Transformer, padded commands attended to as published.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but torch, and a C++ compiler for the
compiled variants. Arguments: variant (eager, fused, compiled, compiled-fused), OPERATORS:GEMM threads, weights file, data
file, trace file (safetensors).
"""

import sys

import torch
from torch import nn

from dyck_step import read_safetensors
from torch_steps import serve

WIDTH = 256
COMMAND = 11
CONTEXT = 50
IGNORED_LABEL = -100


class ScanModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.src_tok_emb = nn.Embedding(16, WIDTH)
        self.src_pos_emb = nn.Embedding(COMMAND, WIDTH)
        self.tgt_tok_emb = nn.Embedding(9, WIDTH)
        self.tgt_pos_emb = nn.Embedding(CONTEXT, WIDTH)
        self.transformer = nn.Transformer(
            WIDTH, 4, 3, 3, 512, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.ln = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, 9)
        self.register_buffer(
            "causal", torch.triu(torch.ones(CONTEXT, CONTEXT, dtype=torch.bool), diagonal=1), persistent=False
        )

    def forward(self, commands, actions):
        source = self.src_tok_emb(commands) + self.src_pos_emb.weight
        target = self.tgt_tok_emb(actions) + self.tgt_pos_emb.weight
        hidden = self.transformer(
            source,
            target,
            tgt_mask=self.causal,
            src_key_padding_mask=commands == 0,
            tgt_key_padding_mask=actions == 0,
        )
        return self.head(self.ln(hidden))


def main():
    variant, threads, weights_path, data_path, trace_path = sys.argv[1:6]
    torch.set_num_threads(int(threads.split(":")[0]))
    model = ScanModel()
    model.load_state_dict(read_safetensors(weights_path))
    model.train()
    data = read_safetensors(data_path)
    commands, actions, labels = (data["train_" + part].long() for part in ("src", "tgt_in", "tgt_out"))
    batches = read_safetensors(trace_path)["batch_idx"].long()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-8, weight_decay=1.0, fused="fused" in variant
    )

    def loss_of(rows):
        logits = model(commands[rows], actions[rows])
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels[rows].flatten(), ignore_index=IGNORED_LABEL)

    serve(model, loss_of, optimizer, batches, variant)


if __name__ == "__main__":
    main()
