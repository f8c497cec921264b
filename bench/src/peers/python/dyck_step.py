"""The Dyck training step in eager PyTorch with torch.nn.TransformerEncoder.

Speaks the protocol of ContestantProcess on standard input and output. Needs nothing but torch.
Arguments: the variant, which is eager, OPERATORS:GEMM threads, weights file, data file, trace file (safetensors).
"""

import json
import platform
import struct
import sys
import time

import torch
from torch import nn

CONTEXT = 24
POSITIONS = 48
WIDTH = 128
CLASSES = 13
IGNORED_LABEL = -100


def read_safetensors(path):
    types = {"F32": torch.float32, "I32": torch.int32}
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        begin, end = entry["data_offsets"]
        flat = torch.frombuffer(data, dtype=torch.uint8)[begin:end].clone().view(types[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors


def read_metadata(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        return json.loads(file.read(length)).get("__metadata__", {})


class DyckModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.tok_emb = nn.Embedding(3, WIDTH)
        self.pos_emb = nn.Embedding(POSITIONS, WIDTH)
        layer = nn.TransformerEncoderLayer(
            WIDTH, 4, 256, dropout=0.0, activation="gelu", batch_first=True, norm_first=True
        )
        self.encoder = nn.TransformerEncoder(layer, num_layers=2, enable_nested_tensor=False)
        self.ln = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, CLASSES)

    def forward(self, tokens):
        length = tokens.shape[1]
        positions = torch.arange(length).unsqueeze(0)
        hidden = self.tok_emb(tokens) + self.pos_emb(positions)
        mask = nn.Transformer.generate_square_subsequent_mask(length)
        return self.head(self.ln(self.encoder(hidden, mask=mask, is_causal=True)))


def main():
    threads, weights_path, data_path, trace_path = sys.argv[2:6]
    torch.set_num_threads(int(threads.split(":")[0]))
    model = DyckModel()
    model.load_state_dict(read_safetensors(weights_path))
    model.train()
    data = read_safetensors(data_path)
    tokens, labels = data["train_x"].long(), data["train_y"].long()
    batches = read_safetensors(trace_path)["batch_idx"].long()
    loss_function = nn.CrossEntropyLoss(ignore_index=IGNORED_LABEL)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.98), eps=1e-8, weight_decay=1.0)
    count = 0

    def step():
        nonlocal count
        rows = batches[count % len(batches)]
        count += 1
        logits = model(tokens[rows])
        loss = loss_function(logits.reshape(-1, CLASSES), labels[rows].reshape(-1))
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
