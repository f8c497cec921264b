package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Rotary positions: a block a row. */
final class Rotary {
    private static final int THREADS = 256;

    private final Launcher launcher;
    private final Faults faults;
    private final TypedKernel kernel;

    Rotary(CudaDevice device, Launcher launcher) {
        this.launcher = launcher;
        faults = device.memory().faults();
        kernel = new TypedKernel(device, "rotary", "rotary");
    }

    /** Rotates by the angles, or back by them where {@code sign} is −1. */
    void rotate(Rows rows, RotaryShape shape, int sign, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        int most = RowCounts.most(rows);
        if (most == 0 || shape.heads() == 0) {
            return;
        }
        launcher.begin(kernel, input.type())
                .rows(rows)
                .beginStructure()
                .number(shape.heads())
                .number(shape.headWidth())
                .number(shape.pairs())
                .number(shape.pairing() == RotaryShape.Pairing.INTERLEAVED ? 1 : 0)
                .endStructure()
                .integer(sign)
                .view(positions)
                .view(angles.deviceAddress(), 0, angles.stride(0))
                .integer(Math.toIntExact(angles.size(0)))
                .view(input)
                .view(output)
                .number(faults.address())
                .run(most, rows.runs(), 1, Launcher.threads((long) shape.heads() * shape.pairs(), THREADS));
    }
}
