package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Sums of token and position rows, or token rows alone, and their backward. */
final class Embedding {
    private static final int THREADS = 256;
    private static final int BACKWARD_THREADS = 1024;

    private final Launcher launcher;
    private final Faults faults;
    private final TypedKernel forward;
    private final TypedKernel backward;

    Embedding(CudaDevice device, Launcher launcher) {
        this.launcher = launcher;
        faults = device.memory().faults();
        forward = new TypedKernel(device, "embedding", "embedding");
        backward = new TypedKernel(device, "embedding", "embeddingBackward");
    }

    void forward(Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(tokenTable.size(2));
        if (most == 0 || width == 0) {
            return;
        }
        launcher.begin(forward, output.type())
                .rows(rows)
                .integer(width)
                .view(tokens)
                .view(positions)
                .view(tokenTable)
                .integer(Math.toIntExact(tokenTable.size(1)))
                .view(positionTable)
                .integer(tableRows(positionTable))
                .view(output)
                .number(faults.address())
                .run(most, rows.runs(), 1, Launcher.threads(width, THREADS));
    }

    private static int tableRows(Tensor table) {
        return table == null ? 0 : Math.toIntExact(table.size(1));
    }

    void backward(
            Rows rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient) {
        int most = RowCounts.most(rows);
        int width = Math.toIntExact(tokenTableGradient.size(2));
        int tokenCount = Math.toIntExact(tokenTableGradient.size(1));
        int positionCount = tableRows(positionTableGradient);
        if (most == 0 || width == 0 || tokenCount + positionCount == 0) {
            return;
        }
        launcher.begin(backward, outputGradient.type())
                .rows(rows)
                .integer(width)
                .view(tokens)
                .view(positions)
                .view(outputGradient)
                .view(tokenTableGradient)
                .integer(tokenCount)
                .view(positionTableGradient)
                .integer(positionCount)
                .number(faults.address())
                .run(
                        tokenCount + positionCount,
                        rows.runs(),
                        Launcher.blocks(width, Launcher.WARP),
                        // A warp searches 32 rows at a time.
                        Launcher.threads(most, BACKWARD_THREADS));
    }
}
