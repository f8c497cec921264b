"""The Dyck model and one step of its training (forward, loss, backward, clipping, AdamW) in JAX. Needs nothing but jax."""

import jax
import jax.numpy as jnp
import numpy as np

CONTEXT = 24
WIDTH = 128
HEADS = 4
LAYERS = 2
IGNORED_LABEL = -100
LAYER_NORM_EPSILON = 1e-5
LEARNING_RATE = 1e-3
BETA_1, BETA_2, EPSILON = 0.9, 0.98, 1e-8
WEIGHT_DECAY = 1.0
MAXIMUM_NORM = 1.0
NORM_GUARD = 1e-6


def layer_norm(x, weights, name):
    mean = x.mean(-1, keepdims=True)
    variance = jnp.square(x - mean).mean(-1, keepdims=True)
    normalized = (x - mean) * jax.lax.rsqrt(variance + LAYER_NORM_EPSILON)
    return normalized * weights[name + ".weight"] + weights[name + ".bias"]


def linear(x, weights, name, separator="."):
    return x @ weights[name + separator + "weight"].T + weights[name + separator + "bias"]


def attention(x, weights, name):
    batch, length, _ = x.shape
    packed = linear(x, weights, name + ".in_proj", "_")
    q, k, v = (part.reshape(batch, length, HEADS, -1).transpose(0, 2, 1, 3) for part in jnp.split(packed, 3, -1))
    scores = q @ k.transpose(0, 1, 3, 2) / np.sqrt(WIDTH // HEADS, dtype=np.float32)
    causal = jnp.tril(jnp.ones((length, length), bool))
    probabilities = jax.nn.softmax(jnp.where(causal, scores, -jnp.inf), -1)
    joined = (probabilities @ v).transpose(0, 2, 1, 3).reshape(batch, length, WIDTH)
    return linear(joined, weights, name + ".out_proj")


def loss_of(weights, tokens, labels):
    hidden = weights["tok_emb.weight"][tokens] + weights["pos_emb.weight"][:CONTEXT]
    for index in range(LAYERS):
        layer = f"encoder.layers.{index}"
        hidden = hidden + attention(layer_norm(hidden, weights, layer + ".norm1"), weights, layer + ".self_attn")
        wide = linear(layer_norm(hidden, weights, layer + ".norm2"), weights, layer + ".linear1")
        hidden = hidden + linear(jax.nn.gelu(wide, approximate=False), weights, layer + ".linear2")
    logits = linear(layer_norm(hidden, weights, "ln"), weights, "head")
    counted = labels != IGNORED_LABEL
    target = jnp.where(counted, labels, 0)[..., None]
    chosen = jnp.take_along_axis(jax.nn.log_softmax(logits, -1), target, -1)[..., 0]
    return -jnp.where(counted, chosen, 0).sum() / counted.sum()


def step(state, batch):
    weights, first, second, count = state
    loss, gradients = jax.value_and_grad(loss_of)(weights, *batch)
    norm = jnp.sqrt(sum(jnp.square(gradient).sum() for gradient in gradients.values()))
    clipping = jnp.minimum(1, MAXIMUM_NORM / (norm + NORM_GUARD))
    count = count + 1
    correction_1 = 1 - BETA_1**count
    correction_2 = 1 - BETA_2**count
    new = {}, {}, {}
    for name, gradient in gradients.items():
        gradient = gradient * clipping
        m = BETA_1 * first[name] + (1 - BETA_1) * gradient
        v = BETA_2 * second[name] + (1 - BETA_2) * gradient * gradient
        change = m / correction_1 / (jnp.sqrt(v / correction_2) + EPSILON)
        new[0][name] = weights[name] * (1 - LEARNING_RATE * WEIGHT_DECAY) - LEARNING_RATE * change
        new[1][name], new[2][name] = m, v
    return (*new, count), loss


def initial_state(weights):
    """What a step is given and gives back: weights, both moments, the number of steps done."""
    # Copies, because the compiled function writes over what it was given.
    weights = {name: jnp.array(value) for name, value in weights.items()}
    zeros = [{name: jnp.zeros_like(value) for name, value in weights.items()} for _ in range(2)]
    return (weights, *zeros, jnp.float32(0))
