package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** SwiGLU: a block a row. */
final class SwiGlu {
    private static final int THREADS = 256;

    private final Launcher launcher;
    private final TypedKernel forward;
    private final TypedKernel backward;

    SwiGlu(CudaDevice device, Launcher launcher) {
        this.launcher = launcher;
        forward = new TypedKernel(device, "swiglu", "swiGlu");
        backward = new TypedKernel(device, "swiglu", "swiGluBackward");
    }

    void forward(Rows rows, Tensor gate, Tensor up, Tensor output) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(gate.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(forward, gate.type())
                .rows(rows)
                .integer(width)
                .view(gate)
                .view(up)
                .view(output)
                .run(most, rows.runs(), 1, Launcher.threadsOfPacks(width, gate.type(), THREADS));
    }

    void backward(Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(gate.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(backward, gate.type())
                .rows(rows)
                .integer(width)
                .view(outputGradient)
                .view(gate)
                .view(up)
                .view(gateGradient)
                .view(upGradient)
                .run(most, rows.runs(), 1, Launcher.threadsOfPacks(width, gate.type(), THREADS));
    }
}
