package dev.spectraledge.bench.gpu;

import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.bindings.CudaDriver;

/** Times work in a stream by the device's own clock. */
final class StreamTimer implements AutoCloseable {
    private static final double MICROSECONDS_PER_MILLISECOND = 1e3;

    private final CudaDriver.Stream stream;
    private final CudaDriver.Event begin = CudaDriver.createTimingEvent();
    private final CudaDriver.Event end = CudaDriver.createTimingEvent();

    StreamTimer(CudaDriver.Stream stream) {
        this.stream = stream;
    }

    /** Microseconds of a call: the median over {@code samples} of {@code calls} each, after one that is not counted. */
    double microseconds(int samples, int calls, Runnable work) {
        double[] times = new double[samples];
        for (int sample = -1; sample < samples; sample++) {
            CudaDriver.record(begin, stream);
            for (int call = 0; call < calls; call++) {
                work.run();
            }
            CudaDriver.record(end, stream);
            CudaDriver.synchronize(end);
            if (sample >= 0) {
                times[sample] = CudaDriver.elapsedMilliseconds(begin, end) * MICROSECONDS_PER_MILLISECOND / calls;
            }
        }
        return Quantile.of(times, 0.5);
    }

    @Override
    public void close() {
        CudaDriver.destroy(begin);
        CudaDriver.destroy(end);
    }
}
