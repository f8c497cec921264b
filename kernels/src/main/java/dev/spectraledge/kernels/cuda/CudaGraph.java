package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.Replay;

/** Recorded operations as a CUDA graph. */
final class CudaGraph implements Replay {
    private final CudaDevice device;
    private final long nodes;
    private CudaDriver.ExecutableGraph graph;

    /** @param nodes of the graph: kernels, copies and fills */
    CudaGraph(CudaDevice device, CudaDriver.ExecutableGraph graph, long nodes) {
        this.device = device;
        this.nodes = nodes;
        this.graph = graph;
        CudaDriver.upload(graph, device.stream());
    }

    long nodes() {
        return nodes;
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
