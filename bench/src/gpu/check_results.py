"""What the scripts that time other engines on the GPU share: results in the form of CheckResult, and reading of safetensors."""

import json
import math
import struct
from pathlib import Path

EIGHT_BYTES = 8


class Results:
    """Appends results to report.jsonl, each at once."""

    def __init__(self, folder):
        self.file = Path(folder) / "report.jsonl"

    def record(self, step, name, outcome, text, values):
        result = {"step": step, "name": name, "outcome": outcome, "text": text, "values": values}
        with open(self.file, "a") as file:
            file.write(json.dumps(result) + "\n")
        print(outcome, step + ":", name, text, values, flush=True)

    def attempt(self, step, name, work):
        """What another engine cannot do is no failure of ours."""
        try:
            work()
        except Exception as e:
            reason = (str(e).splitlines() or [""])[0]
            self.record(step, name, "skipped", f"{type(e).__name__}: {reason}", {})


def golden_or_none(folder):
    return Path(folder) if (Path(folder) / "dyck_data").is_dir() else None


def read_safetensors(path):
    """Type, shape and bytes of each tensor by name."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(EIGHT_BYTES))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    return {
        name: (entry["dtype"], entry["shape"], data[slice(*entry["data_offsets"])])
        for name, entry in header.items()
        if name != "__metadata__"
    }


def quantile(values, fraction):
    ordered = sorted(values)
    position = fraction * (len(ordered) - 1)
    below = math.floor(position)
    above = math.ceil(position)
    return ordered[below] + (position - below) * (ordered[above] - ordered[below])


def spread(times, steps):
    """Median and quartiles of the times of stretches of steps, per step."""
    return {
        "microseconds_per_step": quantile(times, 0.5),
        "lower_quartile": quantile(times, 0.25),
        "upper_quartile": quantile(times, 0.75),
        "stretches": len(times),
        "steps_in_a_stretch": steps,
    }
