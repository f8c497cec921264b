"""The SCAN training step in PyTorch with torch.nn.Transformer, padded commands attended to as published.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but torch, and a C++ compiler for the
compiled variants. Arguments: variant (eager, fused, compiled, compiled-fused), OPERATORS:GEMM threads, weights file, data
file, trace file (safetensors).
"""

import platform
import sys
import time

import torch
from torch import nn

from dyck_step import read_safetensors

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
    compiled, fused = "compiled" in variant, "fused" in variant
    torch.set_num_threads(int(threads.split(":")[0]))
    model = ScanModel()
    model.load_state_dict(read_safetensors(weights_path))
    model.train()
    data = read_safetensors(data_path)
    commands, actions, labels = (data["train_" + part].long() for part in ("src", "tgt_in", "tgt_out"))
    batches = read_safetensors(trace_path)["batch_idx"].long()
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=1e-4, betas=(0.9, 0.98), eps=1e-8, weight_decay=1.0, fused=fused
    )
    count = 0

    def loss_of(rows):
        logits = model(commands[rows], actions[rows])
        return nn.functional.cross_entropy(logits.flatten(0, 1), labels[rows].flatten(), ignore_index=IGNORED_LABEL)

    differentiable_loss = torch.compile(loss_of) if compiled else loss_of

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
    }
    print("ready " + ";".join(f"{key}={value}" for key, value in environment.items()), flush=True)
    for line in sys.stdin:
        pairs = []
        for _ in range(int(line.removeprefix("steps "))):
            start = time.perf_counter_ns()
            loss = step()
            pairs.append(f"{loss!r}:{time.perf_counter_ns() - start}")
        print("times " + " ".join(pairs), flush=True)


if __name__ == "__main__":
    main()
