package dev.spectraledge.kernels;

/**
 * A host copy of a tensor of a backend, moved in either direction without waiting: a transfer takes its turn among the
 * operations of the backend. Between the call of a transfer and {@link #isDone} the host copy is the device's.
 */
public interface HostMirror {
    /** The host copy, of the same type and shape. */
    Tensor values();

    /** Begins to copy the tensor to {@link #values}. */
    void download();

    /** Begins to copy {@link #values} to the tensor. */
    void upload();

    /** Whether the last transfer has finished; true before the first one. */
    boolean isDone();

    /**
     * Waits for the last transfer, not for operations that were called after it. Throws what operations before a download
     * had to refuse.
     */
    void await();
}
