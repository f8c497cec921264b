"""Checkpoints that `sedge analyze` reads, from plain PyTorch, Lightning and the Hugging Face Trainer.

Copy this file beside your training script; it needs PyTorch and safetensors.

Plain PyTorch, after each optimiser step that you want to look at:

    from spectral_edge_callback import save_checkpoint

    for step in range(1, steps + 1):
        loss = model(batch).loss
        loss.backward()
        optimizer.step()
        if step % 10 == 0:
            save_checkpoint(model, "my-run", step, optimizer)
        optimizer.zero_grad()

Lightning:

    trainer = lightning.Trainer(callbacks=[lightning_callback("my-run", every=10)])

Hugging Face Trainer:

    trainer = Trainer(model=model, args=args, train_dataset=data, callbacks=[trainer_callback("my-run", every=10)])

Then, in a shell:

    ./sedge analyze my-run --subset attention --window 5
"""

import os

import torch
from safetensors.torch import save_file


def save_checkpoint(model, folder, step, optimizer=None):
    """Writes my-run/step_00000010.safetensors; a reader sees the whole file or none.

    Floating-point types stay as they are, bfloat16 included. Of tied tensors one copy is written, and the metadata names the
    others, as safetensors.torch.save_model does.
    """
    tensors, metadata = _untied(model.state_dict())
    metadata.update(_settings(model, optimizer), step=str(step))
    os.makedirs(folder, exist_ok=True)
    name = f"step_{step:08d}.safetensors"
    unfinished = os.path.join(folder, f".{name}.partial")
    save_file(tensors, unfinished, metadata)
    with open(unfinished, "rb") as file:
        os.fsync(file.fileno())
    os.replace(unfinished, os.path.join(folder, name))


def lightning_callback(folder, every=1):
    """A callback for lightning.Trainer that saves before the first step and after every few."""
    from lightning.pytorch import Callback

    class SpectralEdgeCallback(Callback):
        def __init__(self):
            self.last = None

        def on_train_start(self, trainer, module):
            self.save(trainer, module)

        def on_train_batch_end(self, trainer, module, outputs, batch, batch_index):
            self.save(trainer, module)

        def save(self, trainer, module):
            step = trainer.global_step
            # Batches that are accumulated share a step.
            if trainer.is_global_zero and step % every == 0 and step != self.last:
                optimizer = trainer.optimizers[0] if len(trainer.optimizers) == 1 else None
                save_checkpoint(module, folder, step, optimizer)
                self.last = step

    return SpectralEdgeCallback()


def trainer_callback(folder, every=1):
    """A callback for transformers.Trainer that saves before the first step and after every few."""
    from transformers import TrainerCallback

    class SpectralEdgeCallback(TrainerCallback):
        def on_train_begin(self, args, state, control, model=None, optimizer=None, **others):
            self.save(state, model, optimizer)

        def on_step_end(self, args, state, control, model=None, optimizer=None, **others):
            self.save(state, model, optimizer)

        def save(self, state, model, optimizer):
            if state.is_world_process_zero and state.global_step % every == 0:
                save_checkpoint(model, folder, state.global_step, optimizer)

    return SpectralEdgeCallback()


def _untied(state):
    """The tensors on the CPU, each memory once, and for those left out the name of the one that is there."""
    tensors, names, tied = {}, {}, {}
    for name, value in state.items():
        if not torch.is_tensor(value):
            continue
        memory = (value.device, value.data_ptr(), value.shape, value.stride(), value.dtype)
        if value.numel() and memory in names:
            tied[name] = names[memory]
        else:
            names[memory] = name
            copy = value.detach().cpu().contiguous()
            # A part of another tensor is copied, because the file holds each memory once.
            whole = copy.untyped_storage().nbytes() == copy.numel() * copy.element_size()
            tensors[name] = copy if whole else copy.clone()
    return tensors, tied


def _settings(model, optimizer):
    """Learning rate, weight decay, and which parameters decay, as far as the groups of the optimiser agree."""
    if optimizer is None:
        return {}
    settings = {}
    groups = optimizer.param_groups
    rates = {float(group["lr"]) for group in groups}
    if len(rates) == 1:
        settings["LR"] = repr(rates.pop())
    decays = {id(parameter): float(group.get("weight_decay", 0)) for group in groups for parameter in group["params"]}
    parameters = [parameter for parameter in model.parameters() if id(parameter) in decays]
    strengths = {decay for decay in decays.values() if decay} or {0.0}
    decayed = {id(parameter) for parameter in parameters if decays[id(parameter)]}
    everything = {id(parameter) for parameter in parameters}
    matrices = {id(parameter) for parameter in parameters if parameter.dim() > 1}
    if len(strengths) == 1 and decayed in (everything, matrices, set()):
        settings["WEIGHT_DECAY"] = repr(strengths.pop())
        settings["DECAYED"] = "matrices" if decayed == matrices != everything else "all"
    return settings
