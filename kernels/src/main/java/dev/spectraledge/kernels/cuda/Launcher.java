package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.bindings.KernelArguments;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.RowRange;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.Arena;

/**
 * Launches kernels: {@link #begin}, then the arguments in the kernel's order, then {@link #run}. One block of memory takes
 * the arguments of all launches, since a launch reads them before it returns.
 */
final class Launcher {
    static final int WARP = 32;

    /** The largest access of a thread. */
    static final int PACK_BYTES = 16;

    private static final int SLOTS = 64;

    private final CudaDevice device;
    private final SequenceTables tables;
    private final KernelArguments arguments;
    private CudaDriver.Kernel kernel;
    private CudaDriver.Stream stream;

    Launcher(CudaDevice device, SequenceTables tables, Arena arena) {
        this.device = device;
        this.tables = tables;
        arguments = new KernelArguments(arena, SLOTS);
    }

    Launcher begin(TypedKernel typedKernel, DType type) {
        device.use();
        kernel = typedKernel.of(type);
        stream = device.stream();
        arguments.clear();
        return this;
    }

    /** In another stream than the device's own. */
    Launcher on(CudaDriver.Stream other) {
        stream = other;
        return this;
    }

    Launcher integer(int value) {
        arguments.addInt(value);
        return this;
    }

    Launcher number(long value) {
        arguments.addLong(value);
        return this;
    }

    Launcher real(double value) {
        arguments.addDouble(value);
        return this;
    }

    /** A number in the element type of the kernel. */
    Launcher element(DType type, double value) {
        switch (type) {
            case FLOAT32 -> arguments.addFloat((float) value);
            case FLOAT64 -> arguments.addDouble(value);
            case INT32 -> arguments.addInt(Math.toIntExact((long) value));
        }
        return this;
    }

    /** Begins a structure that is passed by value; its members take 8 bytes each. */
    Launcher beginStructure() {
        arguments.beginStructure();
        return this;
    }

    Launcher endStructure() {
        arguments.endStructure();
        return this;
    }

    /** A {@code View}: address, and the strides of the runs and of the rows; all 0 for null. */
    Launcher view(Tensor tensor) {
        beginStructure().members(tensor);
        return endStructure();
    }

    /** A {@code View} of contiguous memory. */
    Launcher view(long address, long runStride, long rowStride) {
        return beginStructure()
                .number(address)
                .number(runStride)
                .number(rowStride)
                .endStructure();
    }

    /** The three members of a {@code View}. */
    Launcher members(Tensor tensor) {
        boolean isGiven = tensor != null;
        return number(isGiven ? tensor.deviceAddress() : 0)
                .number(isGiven ? tensor.stride(0) : 0)
                .number(isGiven && tensor.rank() > 2 ? tensor.stride(1) : 0);
    }

    /** {@code Sequences}: their table on the device. */
    Launcher sequences(PackedSequences sequences) {
        beginStructure().tableMembers(sequences);
        return endStructure();
    }

    private void tableMembers(PackedSequences sequences) {
        Tensor table = tables.of(sequences);
        number(table.deviceAddress()).number(table.stride(0));
    }

    /** {@code Rows}: a number where all runs have as many, otherwise the table that the kernel finds them in. */
    Launcher rows(Rows rows) {
        beginStructure().rowMembers(rows);
        return endStructure();
    }

    /** The three members of {@code Rows}. */
    Launcher rowMembers(Rows rows) {
        if (RowCounts.areEqual(rows)) {
            number(0).number(0).number(rows.rows(0));
        } else if (rows instanceof PackedSequences sequences) {
            tableMembers(sequences);
            number(Integer.MAX_VALUE);
        } else if (rows instanceof RowRange range && range.all() instanceof PackedSequences sequences) {
            tableMembers(sequences);
            number((long) range.begin() << Integer.SIZE | range.capacity());
        } else {
            throw new IllegalArgumentException(
                    "runs have different numbers of rows, for which a device needs packed sequences");
        }
        return this;
    }

    /**
     * @param blocks of each run along the first axis
     * @param runs blocks along the second axis
     * @param depth blocks along the third axis
     * @param threads of a block, a multiple of {@link #WARP}
     */
    void run(long blocks, long runs, long depth, int threads) {
        run(blocks, runs, depth, threads, 0);
    }

    void run(long blocks, long runs, long depth, int threads, int sharedBytes) {
        CudaDriver.launch(
                kernel,
                Math.toIntExact(blocks),
                Math.toIntExact(runs),
                Math.toIntExact(depth),
                threads,
                sharedBytes,
                stream,
                arguments);
    }

    /** Threads for {@code elements} in one block: whole warps, at most {@code most}. */
    static int threads(long elements, int most) {
        return Math.clamp((elements + WARP - 1) / WARP * WARP, WARP, most);
    }

    /** The same where a thread takes elements of 16 bytes at once. */
    static int threadsOfPacks(long elements, DType type, int most) {
        return threads(blocks(elements, PACK_BYTES / type.bytes()), most);
    }

    static long blocks(long elements, long perBlock) {
        return (elements + perBlock - 1) / perBlock;
    }
}
