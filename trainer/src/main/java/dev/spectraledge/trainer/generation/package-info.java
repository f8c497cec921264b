/** Text that a trained GPT writes: what is drawn from its probabilities, token by token. */
package dev.spectraledge.trainer.generation;
