package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;

/** The way of tensors between a backend's memory and files: those that are on the host already are used as they are. */
final class HostCopies implements AutoCloseable {
    private final Backend backend;
    private final MemoryOwner owner = MemoryOwner.open("host copies");
    private final Map<Tensor, Tensor> copies = new LinkedHashMap<>();

    HostCopies(Backend backend) {
        this.backend = backend;
    }

    /** The same tensors on the host, with what they hold now. */
    Map<String, Tensor> download(Map<String, Tensor> tensors) {
        Map<String, Tensor> onHost = room(tensors);
        tensors.forEach((name, tensor) -> {
            if (tensor.isOnDevice()) {
                backend.copy(tensor, onHost.get(name));
            }
        });
        return onHost;
    }

    /** Room on the host for the same tensors, to be filled before {@link #upload}. */
    Map<String, Tensor> room(Map<String, Tensor> tensors) {
        Map<String, Tensor> onHost = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> onHost.put(name, tensor.isOnDevice() ? roomFor(tensor) : tensor));
        return onHost;
    }

    private Tensor roomFor(Tensor tensor) {
        Tensor copy = Tensor.allocate(owner, tensor.type(), tensor.shape());
        copies.put(tensor, copy);
        return copy;
    }

    /** Overwrites the tensors with what their copies hold. */
    void upload() {
        copies.forEach((tensor, copy) -> backend.copy(copy, tensor));
    }

    @Override
    public void close() {
        owner.close();
    }
}
