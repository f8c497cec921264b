package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.util.IdentityHashMap;

/**
 * The tables of sequences on the device, one for each object that was ever used. A call of an operation brings the table
 * up to date; a replay takes what is there.
 */
final class SequenceTables {
    private static final class Twin {
        final Tensor table;
        /** What is brought over; the sequences themselves may lie in page-locked memory, and change before it is read. */
        final Tensor staging;

        long changes = -1;

        Twin(Tensor table, Tensor staging) {
            this.table = table;
            this.staging = staging;
        }
    }

    private final CudaDevice device;
    private final CudaMemory memory;
    private final IdentityHashMap<PackedSequences, Twin> twins = new IdentityHashMap<>();

    SequenceTables(CudaDevice device, CudaMemory memory) {
        this.device = device;
        this.memory = memory;
    }

    Tensor of(PackedSequences sequences) {
        Twin twin = twins.get(sequences);
        if (twin == null) {
            twin = make(sequences);
        }
        if (twin.changes != sequences.changes() && !device.isRecording()) {
            twin.staging.segment().copyFrom(sequences.table().segment());
            memory.upload(twin.staging, twin.table);
            twin.changes = sequences.changes();
        }
        return twin.table;
    }

    private Twin make(PackedSequences sequences) {
        Tensor table = sequences.table();
        MemoryOwner owner = table.owner();
        Twin twin = new Twin(
                memory.allocate(owner, DType.INT32, table.shape()), Tensor.allocate(owner, DType.INT32, table.shape()));
        twins.put(sequences, twin);
        owner.onClose(() -> twins.remove(sequences));
        return twin;
    }
}
