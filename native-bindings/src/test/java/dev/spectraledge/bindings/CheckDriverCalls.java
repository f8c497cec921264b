package dev.spectraledge.bindings;

import dev.spectraledge.bindings.SizeCheck.Argument;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/** Main class of a forked test JVM with a driver that does nothing: what the facade itself does with its arguments. */
final class CheckDriverCalls {
    private CheckDriverCalls() {}

    public static void main(String[] arguments) {
        CudaDriver.Stream stream = new CudaDriver.Stream(MemorySegment.NULL);
        Stream.of(
                        SizeCheck.of(
                                "copyToDevice",
                                s -> CudaDriver.copyToDevice(s[0], s[1], 24, stream),
                                new Argument("device", 24, 1),
                                new Argument("host", 24, 1)),
                        SizeCheck.of(
                                "copyToHost",
                                s -> CudaDriver.copyToHost(s[0], s[1], 24, stream),
                                new Argument("host", 24, 1),
                                new Argument("device", 24, 1)),
                        SizeCheck.of(
                                "copyOnDevice",
                                s -> CudaDriver.copyOnDevice(s[0], s[1], 24, stream),
                                new Argument("target", 24, 1),
                                new Argument("source", 24, 1)),
                        SizeCheck.of(
                                "fillBytes",
                                s -> CudaDriver.fillBytes(s[0], (byte) 1, 24, stream),
                                new Argument("device", 24, 1)),
                        SizeCheck.of(
                                "fillInts",
                                s -> CudaDriver.fillInts(s[0], 1, 6, stream),
                                new Argument("device", 6, Integer.BYTES)))
                .forEach(SizeCheck::verify);
        System.out.println("sizes are checked");
        System.out.println("done " + CudaDriver.isDone(stream));
        try {
            CudaDriver.free(MemorySegment.NULL);
        } catch (CudaException e) {
            System.out.println("refused " + e.getMessage());
        }
    }
}
