package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.MemoryOwner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Gives each test the CUDA machine without a GPU as it is at its start, and a backend on it where the test asks for one;
 * afterwards takes everything back, and fails a test that leaves a {@link MemoryOwner} open.
 */
public final class EmulatedDevice implements BeforeEachCallback, AfterEachCallback {
    private final List<String> shared;
    private boolean checksAccesses = true;
    private List<String> ownersBefore;
    private EmulatedCuda machine;
    private CudaBackend backend;

    /** @param shared owners that live as long as the virtual machine, of which a test may be the first to need one */
    public EmulatedDevice(MemoryOwner... shared) {
        this.shared = Arrays.stream(shared).map(MemoryOwner::name).toList();
    }

    /**
     * Without a look at every load and store of the kernels, which takes as long as the kernels themselves: for what is done with
     * kernels whose accesses, at sizes like these, another test looks at.
     */
    public EmulatedDevice withoutAccessChecks() {
        checksAccesses = false;
        return this;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        ownersBefore = MemoryOwner.live();
        machine = EmulatedCuda.start();
        machine.reset();
        if (!checksAccesses) {
            machine.set("check", 0);
        }
    }

    /** The machine of the running test. */
    public EmulatedCuda machine() {
        return machine;
    }

    /** A backend in float32 on the device of the machine, until the test ends or calls {@link #closeBackend}. */
    public CudaBackend backend() {
        if (backend == null) {
            backend = new CudaBackend(CudaDevice.open(0, machine.cache()), ProductPrecision.FP32);
        }
        return backend;
    }

    /** Closes the backend, if it is open. */
    public void closeBackend() {
        if (backend != null) {
            backend.close();
            backend = null;
        }
    }

    @Override
    public void afterEach(ExtensionContext context) {
        if (machine == null) {
            return;
        }
        closeBackend();
        machine.reset();
        List<String> leaked = new ArrayList<>(MemoryOwner.live());
        ownersBefore.forEach(leaked::remove);
        leaked.removeAll(shared);
        if (!leaked.isEmpty()) {
            throw new AssertionError(context.getDisplayName() + " leaves memory owners open: " + leaked);
        }
    }
}
