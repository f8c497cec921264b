"""Writes the checkpoints that the tests of analysis and trainer read, with PyTorch (2.13, CPU), always the same bytes.

    python make_checkpoints.py

One tiny GPT with nanoGPT's names is trained for four steps by AdamW, with a rate that stays and weight decay on tensors of
two dimensions, and saved after every step as flat, sharded and bfloat16 safetensors, as nanoGPT's ckpt.pt and, after the
second step, as DeepSpeed writes ZeRO's stage 2 on two ranks (by hand: DeepSpeed had no part in it). A second one with
GPT-2's names, biases and norms is saved after two steps as the Trainer of Hugging Face does. values.pt, in the
trainer's resources, holds what people save beside tensors.
"""

import argparse
import collections
import json
import math
import pathlib
import struct

import numpy
import torch

VOCABULARY, CONTEXT, WIDTH, HEADS, INNER = 11, 6, 8, 2, 16
RATE, DECAY, BETAS, EPSILON = 1e-2, 0.3, (0.9, 0.95), 1e-8
NAMES = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16", torch.float64: "F64", torch.bool: "BOOL"}


class Attention(torch.nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.c_attn = torch.nn.Linear(WIDTH, 3 * WIDTH, bias=bias)
        self.c_proj = torch.nn.Linear(WIDTH, WIDTH, bias=bias)
        self.register_buffer("bias", torch.ones(CONTEXT, CONTEXT).tril().view(1, 1, CONTEXT, CONTEXT).bool())

    def forward(self, x):
        batch, length, _ = x.shape
        q, k, v = (
            part.view(batch, length, HEADS, -1).transpose(1, 2) for part in self.c_attn(x).split(WIDTH, dim=2)
        )
        scores = q @ k.transpose(-2, -1) / math.sqrt(WIDTH // HEADS)
        scores = scores.masked_fill(~self.bias[:, :, :length, :length], -math.inf)
        return self.c_proj((scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, WIDTH))


class Mlp(torch.nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.c_fc = torch.nn.Linear(WIDTH, INNER, bias=bias)
        self.c_proj = torch.nn.Linear(INNER, WIDTH, bias=bias)

    def forward(self, x):
        return self.c_proj(torch.nn.functional.gelu(self.c_fc(x)))


class Block(torch.nn.Module):
    def __init__(self, bias):
        super().__init__()
        self.ln_1 = torch.nn.LayerNorm(WIDTH, bias=bias)
        self.attn = Attention(bias)
        self.ln_2 = torch.nn.LayerNorm(WIDTH, bias=bias)
        self.mlp = Mlp(bias)

    def forward(self, x):
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class Gpt(torch.nn.Module):
    def __init__(self, bias, layers):
        super().__init__()
        self.transformer = torch.nn.ModuleDict(
            dict(
                wte=torch.nn.Embedding(VOCABULARY, WIDTH),
                wpe=torch.nn.Embedding(CONTEXT, WIDTH),
                h=torch.nn.ModuleList([Block(bias) for _ in range(layers)]),
                ln_f=torch.nn.LayerNorm(WIDTH, bias=bias),
            )
        )
        self.lm_head = torch.nn.Linear(WIDTH, VOCABULARY, bias=False)
        self.lm_head.weight = self.transformer.wte.weight

    def forward(self, tokens):
        x = self.transformer.wte(tokens) + self.transformer.wpe.weight[: tokens.shape[1]]
        for block in self.transformer.h:
            x = block(x)
        return self.lm_head(self.transformer.ln_f(x))


def advance(model, optimizer):
    tokens = torch.randint(VOCABULARY, (4, CONTEXT + 1))
    logits = model(tokens[:, :-1])
    loss = torch.nn.functional.cross_entropy(logits.reshape(-1, VOCABULARY), tokens[:, 1:].reshape(-1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def write_safetensors(path, tensors, metadata=None):
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for name, tensor in tensors.items():
        tensor = tensor.detach().contiguous()
        raw = tensor.view(torch.uint8 if tensor.dtype != torch.bfloat16 else torch.int16).numpy().tobytes() \
            if tensor.dtype != torch.bool else tensor.numpy().tobytes()
        header[name] = dict(
            dtype=NAMES[tensor.dtype], shape=list(tensor.shape), data_offsets=[len(data), len(data) + len(raw)]
        )
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def save(value, path, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(value, path, **options)


def untied(state):
    """As safetensors of Hugging Face: without the second name of a tied tensor, names in alphabetical order."""
    return {name: state[name] for name in sorted(state) if name != "lm_head.weight"}


def write_shards(folder, state):
    names = list(untied(state))
    index = {}
    for shard, part in enumerate((names[::2], names[1::2]), start=1):
        file = f"model-{shard:05}-of-00002.safetensors"
        write_safetensors(folder / file, {name: state[name] for name in part}, {"format": "pt"})
        index.update({name: file for name in part})
    document = dict(metadata=dict(total_size=0), weight_map=index)
    (folder / "model.safetensors.index.json").write_text(json.dumps(document))


def groups_by_dimension(model):
    parameters = list(model.parameters())
    return [
        dict(params=[p for p in parameters if p.dim() >= 2], weight_decay=DECAY),
        dict(params=[p for p in parameters if p.dim() < 2], weight_decay=0.0),
    ]


def groups_by_name(model):
    def decays(name):
        return not name.endswith("bias") and ".ln_" not in name

    named = list(model.named_parameters())
    return [
        dict(params=[p for n, p in named if decays(n)], weight_decay=DECAY),
        dict(params=[p for n, p in named if not decays(n)], weight_decay=0.0),
    ]


def write_zero(folder, model, optimizer, ranks=2):
    """The layout of DeepSpeed's stage 2 without its elastic form: every group is flattened, padded and cut by rank."""
    names = {id(p): n for n, p in model.named_parameters()}
    shapes, flat = [], []
    for group in optimizer.param_groups:
        shapes.append(collections.OrderedDict((names[id(p)], p.shape) for p in group["params"]))
        flattened = {}
        for key in ("theta", "exp_avg", "exp_avg_sq"):
            parts = [p.detach() if key == "theta" else optimizer.state[p][key] for p in group["params"]]
            whole = torch.cat([part.reshape(-1) for part in parts])
            flattened[key] = torch.nn.functional.pad(whole, (0, -len(whole) % (2 * ranks)))
        flattened["padding"] = -len(whole) % (2 * ranks)
        flat.append(flattened)
    halves = {t.data_ptr(): t.half() if t.is_floating_point() else t for t in model.state_dict().values()}
    module = collections.OrderedDict((n, halves[t.data_ptr()]) for n, t in model.state_dict().items())
    save(
        dict(
            module=module,
            buffer_names=[n for n, _ in model.named_buffers()],
            optimizer=None,
            param_shapes=shapes,
            frozen_param_shapes=None,
            frozen_param_fragments=None,
            shared_params={"lm_head.weight": "transformer.wte.weight"},
            lr_scheduler=None,
            data_sampler=None,
            random_ltd=None,
            sparse_tensor_module_names=set(),
            skipped_steps=0,
            global_steps=2,
            global_samples=8,
            dp_world_size=ranks,
            mp_world_size=1,
            ds_config={"zero_optimization": {"stage": 2}},
            ds_version="0.16.0",
        ),
        folder / "mp_rank_00_model_states.pt",
    )
    for rank in range(ranks):
        def part(tensor):
            length = len(tensor) // ranks
            return tensor[rank * length : (rank + 1) * length].clone()

        state = {
            index: dict(
                step=torch.tensor(2.0), exp_avg=part(group["exp_avg"]), exp_avg_sq=part(group["exp_avg_sq"])
            )
            for index, group in enumerate(flat)
        }
        groups = [
            {**{k: v for k, v in group.items() if k != "params"}, "params": [index]}
            for index, group in enumerate(optimizer.param_groups)
        ]
        save(
            dict(
                optimizer_state_dict=dict(
                    loss_scaler=None,
                    dynamic_loss_scale=False,
                    overflow=False,
                    clip_grad=0.0,
                    base_optimizer_state=dict(state=state, param_groups=groups),
                    single_partition_of_fp32_groups=[
                        part(group["theta"])[: -group["padding"] or None] if rank == ranks - 1 else part(group["theta"])
                        for group in flat
                    ],
                    zero_stage=2,
                    group_paddings=[0, 0],
                    partition_count=[ranks, ranks],
                    ds_version="0.16.0",
                    param_slice_mappings=[],
                ),
                ds_config={"zero_optimization": {"stage": 2}},
                ds_version="0.16.0",
            ),
            folder / f"zero_pp_rank_{rank}_mp_rank_00_optim_states.pt",
        )


def write_nanogpt(folder):
    torch.manual_seed(1)
    model = Gpt(bias=False, layers=1)
    optimizer = torch.optim.AdamW(groups_by_dimension(model), lr=RATE, betas=BETAS, eps=EPSILON)
    for step in range(1, 5):
        advance(model, optimizer)
        state = model.state_dict()
        compiled = {"_orig_mod." + name: tensor for name, tensor in state.items()}
        save(
            dict(
                model=compiled,
                optimizer=optimizer.state_dict(),
                model_args=dict(n_layer=1, n_head=HEADS, n_embd=WIDTH, bias=False),
                iter_num=step,
                best_val_loss=torch.tensor(2.5),
                config=dict(learning_rate=RATE, weight_decay=DECAY, beta1=BETAS[0], beta2=BETAS[1]),
            ),
            folder / "nanogpt" / f"out-{step}" / "ckpt.pt",
        )
        write_safetensors(
            folder / "flat" / f"gpt2-step{step}-lr0.01.safetensors",
            untied(state),
            {"format": "pt", "step": str(step), "LR": str(RATE), "WEIGHT_DECAY": str(DECAY)},
        )
        write_safetensors(
            folder / "bf16" / f"tiny-step{step}" / "model.safetensors",
            {n: t.bfloat16() if t.is_floating_point() else t for n, t in untied(state).items()},
        )
        write_shards(folder / "sharded" / f"checkpoint-{step}", state)
        if step == 2:
            write_zero(folder / "zero" / "global_step2", model, optimizer)


def write_trainer(folder):
    torch.manual_seed(2)
    model = Gpt(bias=True, layers=1)
    optimizer = torch.optim.AdamW(groups_by_name(model), lr=RATE, betas=BETAS, eps=EPSILON)
    for step in range(1, 3):
        advance(model, optimizer)
        target = folder / "trainer" / f"checkpoint-{step}"
        write_safetensors(target / "model.safetensors", untied(model.state_dict()), {"format": "pt"})
        save(optimizer.state_dict(), target / "optimizer.pt")
        (target / "trainer_state.json").write_text(json.dumps(dict(global_step=step, log_history=[])))


def write_values(folder):
    """Everything that may stand beside tensors, in the newest protocol as well."""
    parameter = torch.nn.Parameter(torch.ones(2))
    parameter.note = "kept"
    matrix = torch.arange(6, dtype=torch.float32).view(2, 3)
    value = dict(
        model=collections.OrderedDict(
            transposed=matrix.t(),
            view=matrix[1],
            tied=matrix[1],
            parameter=parameter,
            half=torch.tensor([1.5, -2.0], dtype=torch.float16),
            brain=torch.tensor([1.5, -2.0], dtype=torch.bfloat16),
            double=torch.tensor([0.1], dtype=torch.float64),
            mask=torch.tensor([True, False]),
            integers=torch.tensor([-(2**40)]),
            empty=torch.zeros(0, 3),
            scalar=torch.tensor(7.0),
            expanded=torch.tensor([[4.0]]).expand(1, 1),
        ),
        unsigned=torch.zeros(2, dtype=torch.uint16),
        complex=torch.zeros(2, dtype=torch.complex64),
        dtype=torch.bfloat16,
        device=torch.device("cpu"),
        size=torch.Size([2, 3]),
        namespace=argparse.Namespace(lr=1e-3),
        path=pathlib.PurePosixPath("a/b"),
        metric=numpy.float64(1.5),
        random=numpy.random.RandomState(0).get_state()[0:2],
        torch_random=torch.get_rng_state()[:4].clone(),
        big=2**63,
        negative=-(2**40),
        counts=collections.Counter("aab"),
        nested=collections.defaultdict(dict, a={"b": [1, (2, 3)]}),
        bytes=b"\x00\xff",
        unordered={1, 2},
        none=None,
        step=7,
    )
    save(value, folder / "values.pt")
    save(value, folder / "values-protocol-4.pt", pickle_protocol=4)


if __name__ == "__main__":
    torch.set_num_threads(1)
    repository = pathlib.Path(__file__).resolve().parents[4]
    checkpoints = repository / "analysis/src/test/resources/dev/spectraledge/analysis/checkpoint"
    write_nanogpt(checkpoints)
    write_trainer(checkpoints)
    write_values(repository / "trainer/src/test/resources/dev/spectraledge/trainer/io/torch")
