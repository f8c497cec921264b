package dev.spectraledge.bindings;

import com.sun.management.ThreadMXBean;
import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.stream.Stream;

/** Main class of a forked test JVM with a driver that does nothing: what the facade itself does with its arguments. */
final class CheckDriverCalls {
    private static final int ROUNDS = 60_000;
    private static final int ATTEMPTS = 20;
    private static final CudaDriver.Stream STREAM = new CudaDriver.Stream(MemorySegment.NULL);
    private static final CudaDriver.Event EVENT = new CudaDriver.Event(MemorySegment.NULL);
    private static final CudaDriver.Kernel KERNEL = new CudaDriver.Kernel(MemorySegment.NULL);
    private static final CudaDriver.ExecutableGraph GRAPH = new CudaDriver.ExecutableGraph(MemorySegment.NULL);
    private static final CudaDriver.Extent GRID = new CudaDriver.Extent(3, 2);
    private static final CudaDriver.Extent BLOCK = new CudaDriver.Extent(128);

    private CheckDriverCalls() {}

    public static void main(String[] arguments) {
        Stream.of(
                        SizeCheck.of(
                                "copyToDevice",
                                s -> CudaDriver.copyToDevice(s[0], s[1], 24, STREAM),
                                new Argument("device", 24, 1),
                                new Argument("host", 24, 1)),
                        SizeCheck.of(
                                "copyToHost",
                                s -> CudaDriver.copyToHost(s[0], s[1], 24, STREAM),
                                new Argument("host", 24, 1),
                                new Argument("device", 24, 1)),
                        SizeCheck.of(
                                "copyOnDevice",
                                s -> CudaDriver.copyOnDevice(s[0], s[1], 24, STREAM),
                                new Argument("target", 24, 1),
                                new Argument("source", 24, 1)),
                        SizeCheck.of(
                                "fillBytes",
                                s -> CudaDriver.fillBytes(s[0], (byte) 1, 24, STREAM),
                                new Argument("device", 24, 1)),
                        SizeCheck.of(
                                "fillInts",
                                s -> CudaDriver.fillInts(s[0], 1, 6, STREAM),
                                new Argument("device", 6, Integer.BYTES)))
                .forEach(SizeCheck::verify);
        System.out.println("sizes are checked");
        System.out.println(allocatesNothing() ? "nothing is allocated" : "something is allocated");
        System.out.println("done " + CudaDriver.isDone(STREAM));
        try {
            CudaDriver.free(MemorySegment.NULL);
        } catch (CudaException e) {
            System.out.println("refused " + e.getMessage());
        }
    }

    /** Whether some round of calls allocates nothing; the compiler may lag behind in the first ones. */
    private static boolean allocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(64);
            KernelArguments arguments = new KernelArguments(arena, 2);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                repeat(memory, arguments);
                // The counter itself may cost a little; one byte per round would already exceed this.
                if (threads.getCurrentThreadAllocatedBytes() - before < ROUNDS) {
                    return true;
                }
            }
            return false;
        }
    }

    private static void repeat(MemorySegment memory, KernelArguments arguments) {
        for (int i = 0; i < ROUNDS; i++) {
            arguments.clear().addPointer(memory).addInt(7);
            CudaDriver.launch(KERNEL, GRID, BLOCK, 0, STREAM, arguments);
            CudaDriver.launch(GRAPH, STREAM);
            CudaDriver.copyToDevice(memory, memory, 64, STREAM);
            CudaDriver.copyToHost(memory, memory, 64, STREAM);
            CudaDriver.copyOnDevice(memory, memory, 64, STREAM);
            CudaDriver.fillBytes(memory, (byte) 0, 64, STREAM);
            CudaDriver.fillInts(memory, 0, 16, STREAM);
            CudaDriver.record(EVENT, STREAM);
            CudaDriver.waitFor(STREAM, EVENT);
        }
    }
}
