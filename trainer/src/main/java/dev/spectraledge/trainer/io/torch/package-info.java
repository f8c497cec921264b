/**
 * Reads what {@code torch.save} writes, without Python and without executing anything: a zip archive whose entry {@code
 * data.pkl} is a pickle that describes a value, and whose other entries are the bytes of tensors.
 *
 * <p>The pickle is read by our own machine for the opcodes that PyTorch uses, not by a library: {@code
 * net.razorvine:pickle}, which would be the choice, allocates what a file claims before it has looked at the file, resolves
 * names through one registry for the whole process, and forgets the order of dictionaries, by which PyTorch numbers the
 * parameters of an optimiser.
 */
package dev.spectraledge.trainer.io.torch;
