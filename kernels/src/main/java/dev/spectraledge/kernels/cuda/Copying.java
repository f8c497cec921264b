package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;

/** Copies within the device, to it and from it, fills, and slots of rings. */
final class Copying {
    private static final int THREADS = 256;
    private static final int MOST_BLOCKS = 1024;
    private static final int MOST_ROWS = 65_535;
    /** Axes that the kernels know, the last one contiguous. */
    private static final int AXES = 4;
    /** Targets that one launch loads. */
    private static final int MOST_LOADED = 16;
    /** Each takes them in turns. */
    private static final int WORDS_PER_BLOCK = 1024;

    private final CudaDevice device;
    private final CudaMemory memory;
    private final Launcher launcher;
    private final TypedKernel copy;
    private final TypedKernel copyFromFloat;
    private final TypedKernel copyFromDouble;
    private final TypedKernel fill;
    private final TypedKernel fillRows;
    private final TypedKernel increment;
    private final TypedKernel loadNext;
    private final TypedKernel storeNext;
    /** Packs and converts what comes from or goes to the host. */
    private final Backend host = new CpuBackend();

    Copying(CudaDevice device, Launcher launcher) {
        this.device = device;
        memory = device.memory();
        this.launcher = launcher;
        copy = new TypedKernel(device, "copying", "copy");
        copyFromFloat = new TypedKernel(device, "copying", "copyFromFloat");
        copyFromDouble = new TypedKernel(device, "copying", "copyFromDouble");
        fill = new TypedKernel(device, "copying", "fill");
        fillRows = new TypedKernel(device, "rows", "fillRows");
        increment = new TypedKernel(device, "copying", "increment");
        loadNext = new TypedKernel(device, "copying", "loadNext");
        storeNext = new TypedKernel(device, "copying", "storeNext");
    }

    void copy(Tensor source, Tensor target) {
        if (source.elements() == 0) {
            return;
        }
        if (source.isOnDevice() && target.isOnDevice()) {
            copyOnDevice(source, target);
        } else if (target.isOnDevice()) {
            upload(source, target);
        } else if (source.isOnDevice()) {
            download(source, target);
        } else {
            host.copy(source, target);
        }
    }

    private void copyOnDevice(Tensor source, Tensor target) {
        if (source.type() == target.type() && source.isContiguous() && target.isContiguous()) {
            memory.copy(source, target);
        } else {
            launcher.begin(kernelFor(source, target), target.type());
            sizes(target);
            elements(source, null, null);
            elements(target, null, null);
            run(target);
        }
    }

    private TypedKernel kernelFor(Tensor source, Tensor target) {
        if (source.type() == target.type()) {
            return copy;
        }
        return source.type() == DType.FLOAT32 ? copyFromFloat : copyFromDouble;
    }

    private void upload(Tensor source, Tensor target) {
        device.requireNotRecording("a copy from the host");
        if (isPlain(source, target)) {
            memory.upload(source, target);
            memory.synchronize();
            return;
        }
        try (MemoryOwner staging = MemoryOwner.open("copy to a device")) {
            Tensor packed = Tensor.allocate(staging, target.type(), target.shape());
            Tensor near = memory.allocate(staging, target.type(), target.shape());
            host.copy(source, packed);
            memory.upload(packed, near);
            copyOnDevice(near, target);
            memory.synchronize();
        }
    }

    private void download(Tensor source, Tensor target) {
        device.requireNotRecording("a copy to the host");
        if (isPlain(source, target)) {
            memory.download(source, target.segment());
            memory.synchronize();
            return;
        }
        try (MemoryOwner staging = MemoryOwner.open("copy from a device")) {
            Tensor packed = Tensor.allocate(staging, source.type(), source.shape());
            Tensor near = memory.allocate(staging, source.type(), source.shape());
            copyOnDevice(source, near);
            memory.download(near, packed.segment());
            memory.synchronize();
            host.copy(packed, target);
        }
    }

    private static boolean isPlain(Tensor source, Tensor target) {
        return source.type() == target.type() && source.isContiguous() && target.isContiguous();
    }

    void fill(Tensor target, double value) {
        if (target.elements() == 0) {
            return;
        }
        if (value == 0 && target.isContiguous()) {
            memory.clear(target);
            return;
        }
        launcher.begin(fill, target.type());
        sizes(target);
        elements(target, null, null);
        if (target.type() == DType.INT32) {
            // The bits of an integer, moved as the bits of a float.
            launcher.integer(Math.toIntExact((long) value));
        } else {
            launcher.element(target.type(), value);
        }
        run(target);
    }

    void fill(Rows rows, Tensor target, double value) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(target.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(fillRows, target.type())
                .rows(rows)
                .integer(width)
                .view(target)
                .element(target.type(), value)
                .run(most, rows.runs(), 1, Launcher.threadsOfPacks(width, target.type(), THREADS));
    }

    void store(Tensor source, Tensor ring, Tensor counter) {
        if (source.elements() > 0) {
            launcher.begin(copy, source.type());
            sizes(source);
            elements(source, null, null);
            elements(source, ring, counter);
            run(source);
        }
    }

    void load(Tensor ring, Tensor counter, Tensor target) {
        if (target.elements() > 0) {
            launcher.begin(copy, target.type());
            sizes(target);
            elements(target, ring, counter);
            elements(target, null, null);
            run(target);
        }
    }

    void increment(Tensor counter) {
        launcher.begin(increment, DType.FLOAT64).number(counter.deviceAddress()).run(1, 1, 1, Launcher.WARP);
    }

    void loadNext(Tensor[] rings, Tensor counter, Tensor[] targets) {
        for (int first = 0; first < rings.length; first += MOST_LOADED) {
            loadNext(rings, counter, targets, first, Math.min(rings.length, first + MOST_LOADED));
        }
    }

    private void loadNext(Tensor[] rings, Tensor counter, Tensor[] targets, int first, int end) {
        long longest = 1;
        launcher.begin(loadNext, DType.FLOAT64).beginStructure();
        for (int i = first; i < first + MOST_LOADED; i++) {
            boolean isGiven = i < end;
            long words = isGiven ? words(rings[i], targets[i]) : 0;
            longest = Math.max(longest, words);
            launcher.number(isGiven ? targets[i].deviceAddress() : 0)
                    .number(isGiven ? rings[i].deviceAddress() : 0)
                    .number(words);
        }
        launcher.endStructure()
                .number(rings[first].size(0))
                .number(counter.deviceAddress())
                .integer(end == rings.length ? 1 : 0)
                .number(memory.tickets(1).address())
                .run(
                        Math.min(MOST_BLOCKS, Launcher.blocks(longest, WORDS_PER_BLOCK)),
                        (long) end - first,
                        1,
                        Launcher.threads(longest, THREADS));
    }

    void storeNext(Tensor source, Tensor ring, Tensor counter, Tensor cleared) {
        long words = words(ring, source);
        launcher.begin(storeNext, DType.FLOAT64)
                .number(words)
                .number(source.deviceAddress())
                .number(ring.deviceAddress())
                .number(ring.size(0))
                .number(counter.deviceAddress())
                .number(cleared == null ? 0 : words(cleared))
                .number(cleared == null ? 0 : cleared.deviceAddress())
                .run(1, 1, 1, Launcher.threads(words, THREADS));
    }

    /** Of 4 bytes, of a tensor and of each slot of its ring. */
    private static long words(Tensor ring, Tensor tensor) {
        if (!ring.isContiguous()) {
            throw new IllegalArgumentException("a ring that counts on is contiguous, " + ring + " is strided");
        }
        return words(tensor);
    }

    private static long words(Tensor tensor) {
        if (!tensor.isContiguous()) {
            throw new IllegalArgumentException(
                    "what a ring that counts on gives or takes is contiguous, " + tensor + " is strided");
        }
        return tensor.elements() * tensor.type().bytes() / Integer.BYTES;
    }

    /** {@code Sizes} of a tensor, with leading axes of size 1 where it has fewer than the kernel. */
    private void sizes(Tensor tensor) {
        if (tensor.rank() > AXES) {
            throw new IllegalArgumentException(
                    "a device copies strided tensors of at most " + AXES + " axes, got " + tensor);
        }
        launcher.beginStructure();
        for (int axis = 0; axis < AXES; axis++) {
            launcher.number(size(tensor, axis));
        }
        launcher.endStructure();
    }

    private static long size(Tensor tensor, int axis) {
        int own = axis - (AXES - tensor.rank());
        return own < 0 ? 1 : tensor.size(own);
    }

    /** {@code Elements} of a tensor, or of the slot of a ring that the counter says where there is a ring. */
    private void elements(Tensor tensor, Tensor ring, Tensor counter) {
        Tensor memoryOf = ring == null ? tensor : ring;
        int leading = ring == null ? 0 : 1;
        launcher.beginStructure().number(memoryOf.deviceAddress());
        for (int axis = 0; axis < AXES - 1; axis++) {
            int own = axis - (AXES - tensor.rank());
            launcher.number(own < 0 ? 0 : memoryOf.stride(own + leading));
        }
        launcher.number(ring == null ? 0 : counter.deviceAddress())
                .number(ring == null ? 1 : ring.size(0))
                .number(ring == null ? 0 : ring.stride(0))
                .endStructure();
    }

    private void run(Tensor tensor) {
        long columns = size(tensor, AXES - 1);
        int threads = Launcher.threads(columns, THREADS);
        long blocks = Math.min(MOST_BLOCKS, Launcher.blocks(columns, threads));
        launcher.run(blocks, Math.min(MOST_ROWS, tensor.elements() / columns), 1, threads);
    }
}
