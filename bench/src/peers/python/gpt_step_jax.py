"""The training step of a GPT in JAX: see jax_steps.py.

Sizes are those of the weights, whose metadata say how many heads there are and which GELU.
"""

import sys


from jax_steps import serve  # before jax

import jax
import jax.numpy as jnp
import numpy as np
from dyck_model_jax import MAXIMUM_NORM, NORM_GUARD, initial_state, layer_norm
from safetensors_arrays import read_metadata

FACTS = read_metadata(sys.argv[3])
HEADS = int(FACTS["heads"])
LEARNING_RATE = 1e-3
BETA_1, BETA_2, EPSILON = 0.9, 0.95, 1e-8
WEIGHT_DECAY = 0.1


def linear(x, weights, name):
    product = x @ weights[name + ".weight"].T
    return product + weights[name + ".bias"] if name + ".bias" in weights else product


def attention(x, weights, name):
    batch, length, width = x.shape
    packed = linear(x, weights, name + ".c_attn")
    q, k, v = (part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3) for part in jnp.split(packed, 3, -1))
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(width // HEADS, dtype=np.float32)
    causal = jnp.tril(jnp.ones((length, length), bool))
    probabilities = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf), -1)
    return linear((probabilities @ v).transpose(0, 2, 1, 3).reshape(batch, length, width), weights, name + ".c_proj")


def loss_of(weights, tokens, labels):
    table = weights["transformer.wte.weight"]
    hidden = table[tokens] + weights["transformer.wpe.weight"][: tokens.shape[1]]
    layers = sum(name.endswith(".ln_1.weight") for name in weights)
    for index in range(layers):
        block = f"transformer.h.{index}"
        hidden = hidden + attention(layer_norm(hidden, weights, block + ".ln_1"), weights, block + ".attn")
        wide = linear(layer_norm(hidden, weights, block + ".ln_2"), weights, block + ".mlp.c_fc")
        active = jax.nn.gelu(wide, approximate=FACTS["gelu"] == "tanh")
        hidden = hidden + linear(active, weights, block + ".mlp.c_proj")
    logits = layer_norm(hidden, weights, "transformer.ln_f") @ table.T
    return -jnp.take_along_axis(jax.nn.log_softmax(logits, -1), labels[..., None], -1).mean()


def step(state, batch):
    weights, first, second, count = state
    loss, gradients = jax.value_and_grad(loss_of)(weights, *batch)
    norm = jnp.sqrt(sum(jnp.square(gradient).sum() for gradient in gradients.values()))
    clipping = jnp.minimum(1, MAXIMUM_NORM / (norm + NORM_GUARD))
    count = count + 1
    new = {}, {}, {}
    for name, gradient in gradients.items():
        gradient = gradient * clipping
        decay = WEIGHT_DECAY if gradient.ndim > 1 else 0
        m = BETA_1 * first[name] + (1 - BETA_1) * gradient
        v = BETA_2 * second[name] + (1 - BETA_2) * gradient * gradient
        change = m / (1 - BETA_1**count) / (jnp.sqrt(v / (1 - BETA_2**count)) + EPSILON)
        new[0][name] = weights[name] * (1 - LEARNING_RATE * decay) - LEARNING_RATE * change
        new[1][name], new[2][name] = m, v
    return (*new, count), loss


if __name__ == "__main__":
    serve(step, initial_state)
