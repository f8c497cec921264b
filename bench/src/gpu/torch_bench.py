"""Times the Dyck training step and dense factorisations in PyTorch on the GPU, in true float32.

Appends its results to report.jsonl, in the form of CheckResult. Needs nothing but torch.
Arguments: folder of the results, folder of the reference trajectories (may be absent), full or tiny, and compile to time
torch.compile alone, which is left out otherwise.
"""

import platform
import signal
import statistics
import sys
import time

from check_results import Results, golden_or_none, read_safetensors, spread

CONTEXT = 24
POSITIONS = 48
WIDTH = 128
CLASSES = 13
SEQUENCES = 50
BATCH = 50
IGNORED_LABEL = -100
STRETCH = 64
COMPILE_SECONDS = 55
EIGEN_RUNS = 64
WINDOW = 10

results = None
torch = None
nn = None


class TooLong(Exception):
    pass


def read_tensors(path):
    types = {"F32": torch.float32, "F64": torch.float64, "I32": torch.int32}
    return {
        name: torch.frombuffer(data, dtype=torch.uint8).clone().view(types[dtype]).reshape(shape)
        for name, (dtype, shape, data) in read_safetensors(path).items()
    }


def make_model(device):
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
            self.register_buffer("positions", torch.arange(CONTEXT).unsqueeze(0), persistent=False)
            mask = nn.Transformer.generate_square_subsequent_mask(CONTEXT)
            self.register_buffer("mask", mask, persistent=False)

        def forward(self, tokens):
            hidden = self.tok_emb(tokens) + self.pos_emb(self.positions)
            return self.head(self.ln(self.encoder(hidden, mask=self.mask, is_causal=True)))

    torch.manual_seed(42)
    return DyckModel().to(device).train()


class Training:
    """One run whose data lies on the device, as are the draws of all steps."""

    def __init__(self, device, golden, **adamw):
        self.model = make_model(device)
        if golden is None:
            generator = torch.Generator().manual_seed(1)
            tokens = torch.randint(0, 2, (SEQUENCES, CONTEXT), generator=generator)
            labels = torch.randint(0, CLASSES, (SEQUENCES, CONTEXT), generator=generator)
            batches = torch.randint(0, SEQUENCES, (300, BATCH), generator=generator)
        else:
            data = read_tensors(golden / "dyck_data/data.safetensors")
            tokens, labels = data["train_x"], data["train_y"]
            batches = read_tensors(golden / "dyck_s42_f32/trace.safetensors")["batch_idx"]
            self.model.load_state_dict(read_tensors(golden / "dyck_s42_f32/weights_000000.safetensors"))
        self.tokens = tokens.long().to(device)
        self.labels = labels.long().to(device)
        self.batches = batches.long().to(device)
        self.parameters = list(self.model.parameters())
        self.optimizer = torch.optim.AdamW(
            self.parameters, lr=1e-3, betas=(0.9, 0.98), eps=1e-8, weight_decay=1.0, **adamw
        )
        self.loss_function = nn.CrossEntropyLoss(ignore_index=IGNORED_LABEL)
        self.forward = self.model
        self.count = 0

    def next_rows(self):
        rows = self.batches[self.count % len(self.batches)]
        self.count += 1
        return rows

    def step_on(self, rows):
        logits = self.forward(self.tokens[rows])
        loss = self.loss_function(logits.reshape(-1, CLASSES), self.labels[rows].reshape(-1))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimizer.step()
        return loss

    def step(self):
        return self.step_on(self.next_rows())


def graphed(training):
    """The whole step in one CUDA graph; only the draws are copied in from outside."""
    rows = torch.zeros(BATCH, dtype=torch.long, device="cuda")
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(5):
            rows.copy_(training.next_rows())
            training.step_on(rows)
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    training.optimizer.zero_grad(set_to_none=True)
    with torch.cuda.graph(graph):
        training.step_on(rows)

    def step():
        rows.copy_(training.next_rows())
        graph.replay()

    return step


def time_steps(group, name, step, seconds, most=50, least=3):
    for _ in range(2 * STRETCH):
        step()
    torch.cuda.synchronize()
    wall, device = [], []
    begin = time.perf_counter()
    while len(wall) < least or (len(wall) < most and time.perf_counter() - begin < seconds):
        first, last = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start = time.perf_counter_ns()
        first.record()
        for _ in range(STRETCH):
            step()
        last.record()
        torch.cuda.synchronize()
        wall.append((time.perf_counter_ns() - start) * 1e-3 / STRETCH)
        device.append(first.elapsed_time(last) * 1e3 / STRETCH)
    values = spread(wall, STRETCH)
    values["device_clock_microseconds_per_step"] = statistics.median(device)
    results.record(group, name, "measured", "", values)


def compiled(golden):
    training = Training("cuda", golden, fused=True)
    training.forward = torch.compile(training.model)

    def too_long(signum, frame):
        raise TooLong(f"not compiled within {COMPILE_SECONDS} s")

    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(COMPILE_SECONDS)
    begin = time.perf_counter()
    try:
        training.step()
        torch.cuda.synchronize()
    finally:
        signal.alarm(0)
    results.record("torch-compile", "compilation", "measured", "", {"seconds": time.perf_counter() - begin})
    time_steps("torch-compile", "compile", training.step, 4)


def trajectory(golden):
    expected = read_tensors(golden / "dyck_s42_f64/trace.safetensors")["loss"].tolist()
    training = Training("cuda", golden)
    losses = [training.step().detach() for _ in expected]
    differences = [abs(loss.item() / reference - 1) for loss, reference in zip(losses, expected)]
    values = {"steps": len(losses), "largest_relative_difference": max(differences)}
    results.record("torch", "float64 reference", "measured", "", values)


def median_microseconds(work, samples=3):
    times = []
    for sample in range(samples + 1):
        torch.cuda.synchronize()
        begin = time.perf_counter_ns()
        work()
        torch.cuda.synchronize()
        if sample > 0:
            times.append((time.perf_counter_ns() - begin) * 1e-3)
    return statistics.median(times)


def error_ratio(matrix, product, dimension):
    epsilon = torch.finfo(matrix.dtype).eps
    difference = torch.linalg.norm(product.double() - matrix.double())
    return (difference / torch.linalg.norm(matrix.double())).item() / (dimension * epsilon)


def eigen(order):
    random = torch.rand(EIGEN_RUNS, order, order, dtype=torch.float64, device="cuda") * 2 - 1
    matrices = torch.triu(random) + torch.triu(random, 1).transpose(1, 2)
    microseconds = median_microseconds(lambda: torch.linalg.eigh(matrices))
    values, vectors = torch.linalg.eigh(matrices)
    product = vectors[0] @ torch.diag(values[0]) @ vectors[0].T
    name = f"{EIGEN_RUNS} symmetric matrices of order {order}, float64"
    ratio = error_ratio(matrices[0], product, order)
    results.record("linalg", name, "measured", "", {"microseconds": microseconds, "error_ratio": ratio})


def svd(rows, columns):
    matrix = torch.rand(rows, columns, device="cuda") * 2 - 1
    microseconds = median_microseconds(lambda: torch.linalg.svd(matrix, full_matrices=False))
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    product = left.double() @ torch.diag(values.double()) @ right.double()
    ratio = error_ratio(matrix, product, max(rows, columns))
    name = f"svd of {rows} x {columns}, float32"
    results.record("linalg", name, "measured", "", {"microseconds": microseconds, "error_ratio": ratio})


def gram_row(parameters):
    window = torch.rand(WINDOW, parameters, device="cuda") * 2 - 1
    newest = torch.rand(parameters, device="cuda") * 2 - 1
    microseconds = median_microseconds(lambda: [window @ newest for _ in range(10)], samples=10) / 10
    results.record("linalg", f"gram row of {parameters}", "measured", "float32 sums", {"microseconds": microseconds})


def main():
    global results, torch, nn
    folder, golden_folder, size = sys.argv[1:4]
    compiles = sys.argv[4:] == ["compile"]
    step = "torch-compile" if compiles else "torch"
    results = Results(folder)
    try:
        import torch as imported
    except ImportError:
        results.record(step, "the step", "skipped", f"{sys.executable} has no torch", {})
        return
    torch, nn = imported, imported.nn
    if not torch.cuda.is_available():
        results.record(step, "the step", "skipped", f"torch {torch.__version__} sees no CUDA device", {})
        return
    if size == "tiny":
        results.record(step, "the step", "skipped", "times of a tiny run mean nothing", {})
        return
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False
    golden = golden_or_none(golden_folder)
    if compiles:
        results.attempt(step, "compile", lambda: compiled(golden))
    else:
        uncompiled(golden)


def uncompiled(golden):
    environment = {
        "PyTorch": torch.__version__,
        "CUDA of PyTorch": torch.version.cuda,
        "Python": platform.python_version(),
    }
    results.record("torch", "environment", "measured", "", environment)
    results.attempt("torch", "eager", lambda: time_steps("torch", "eager", Training("cuda", golden).step, 7))
    fused = "eager, fused AdamW"
    results.attempt("torch", fused, lambda: time_steps("torch", fused, Training("cuda", golden, fused=True).step, 5))
    results.attempt(
        "torch",
        "cuda graph",
        lambda: time_steps("torch", "cuda graph", graphed(Training("cuda", golden, fused=True, capturable=True)), 4),
    )
    if golden is not None:
        results.attempt("torch", "float64 reference", lambda: trajectory(golden))
    for order in (10, 128, 256):
        results.attempt("linalg", f"eigen of order {order}", lambda: eigen(order))
    for rows, columns in ((128, 128), (256, 256), (768, 3072)):
        results.attempt("linalg", f"svd of {rows} x {columns}", lambda: svd(rows, columns))
    for parameters in (131_072, 2_359_296, 50_000_000):
        results.attempt("linalg", f"gram row of {parameters}", lambda: gram_row(parameters))


if __name__ == "__main__":
    main()
