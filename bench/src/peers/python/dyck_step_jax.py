"""The Dyck training step in JAX: see jax_steps.py, which has to come before everything that imports jax."""

from jax_steps import serve

from dyck_model_jax import initial_state, step

if __name__ == "__main__":
    serve(step, initial_state)
