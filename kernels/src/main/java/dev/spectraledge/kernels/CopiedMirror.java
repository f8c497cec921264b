package dev.spectraledge.kernels;

/** The mirror of a tensor that is on the host itself: every transfer is done when its call returns. */
final class CopiedMirror implements HostMirror {
    private final Backend backend;
    private final Tensor tensor;
    private final Tensor values;

    CopiedMirror(Backend backend, MemoryOwner owner, Tensor tensor) {
        this.backend = backend;
        this.tensor = tensor;
        values = Tensor.allocate(owner, tensor.type(), tensor.shape());
    }

    @Override
    public Tensor values() {
        return values;
    }

    @Override
    public void download() {
        backend.copy(tensor, values);
    }

    @Override
    public void upload() {
        backend.copy(values, tensor);
    }

    @Override
    public boolean isDone() {
        return true;
    }

    @Override
    public void await() {
        backend.synchronize();
    }
}
