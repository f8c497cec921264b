package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The CPU backend with memory of its own, freed after the trial. */
@State(Scope.Thread)
public class CpuContext {

    final Backend backend = new CpuBackend();
    MemoryOwner owner;
    private long stream;

    @Setup(Level.Trial)
    public void open(Resolved resolved) {
        owner = MemoryOwner.open("benchmark");
    }

    @TearDown(Level.Trial)
    public void close() {
        owner.close();
    }

    /** A float32 tensor of N(0, 1) numbers, of one run. */
    Tensor normal(long... shape) {
        Tensor tensor = backend.allocate(owner, DType.FLOAT32, shape);
        fillNormal(tensor);
        return tensor;
    }

    /** Overwrites a tensor of one run with N(0, 1) numbers. */
    void fillNormal(Tensor tensor) {
        backend.normal(new PhiloxKey[] {new PhiloxKey(42, stream++)}, 0, 1, tensor);
    }
}
