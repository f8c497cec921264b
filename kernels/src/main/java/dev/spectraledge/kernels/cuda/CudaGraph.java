package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.Replay;

/** Recorded operations as a CUDA graph. */
final class CudaGraph implements Replay {
    private final CudaDevice device;
    private CudaDriver.ExecutableGraph graph;

    CudaGraph(CudaDevice device, CudaDriver.ExecutableGraph graph) {
        this.device = device;
        this.graph = graph;
        CudaDriver.upload(graph, device.stream());
    }

    @Override
    public void replay() {
        if (graph == null) {
            throw new IllegalStateException("this recording is closed");
        }
        device.use();
        device.requireNotRecording("a replay");
        CudaDriver.launch(graph, device.stream());
    }

    @Override
    public void close() {
        if (graph != null) {
            device.use();
            CudaDriver.synchronize(device.stream());
            CudaDriver.destroy(graph);
            graph = null;
            device.forget(this);
        }
    }
}
