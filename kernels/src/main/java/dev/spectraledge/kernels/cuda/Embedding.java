package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/**
 * Sums of token and position rows, or token rows alone, and their backward: for each row of a small table all rows of the batch
 * are searched; those of a large one are put in the order of the table first.
 */
final class Embedding {
    private static final int THREADS = 256;
    private static final int BACKWARD_THREADS = 1024;
    /**
     * From so many rows of a table on, an order is made: it is a kernel more, and compares the rows of a batch with each other in
     * place of each row of the table with all of them.
     */
    private static final int LARGE = 2048;

    private final Launcher launcher;
    private final Faults faults;
    private final TypedKernel forward;
    private final TypedKernel backward;
    private final TypedKernel order;
    private final TypedKernel backwardInOrder;
    private final GrowingMemory tokenOrder;
    private final GrowingMemory positionOrder;

    Embedding(CudaDevice device, Launcher launcher) {
        this.launcher = launcher;
        faults = device.memory().faults();
        forward = new TypedKernel(device, "embedding", "embedding");
        backward = new TypedKernel(device, "embedding", "embeddingBackward");
        order = new TypedKernel(device, "embedding", "embeddingOrder");
        backwardInOrder = new TypedKernel(device, "embedding", "embeddingBackwardInOrder");
        tokenOrder = new GrowingMemory(device.memory(), "order of tokens");
        positionOrder = new GrowingMemory(device.memory(), "order of positions");
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
        if (RowCounts.most(rows) == 0 || tokenTableGradient.size(2) == 0) {
            return;
        }
        boolean largeTokens = tableRows(tokenTableGradient) >= LARGE;
        boolean largePositions = tableRows(positionTableGradient) >= LARGE;
        if (largeTokens) {
            addInOrder(rows, tokens, Faults.TOKEN, tokenOrder, outputGradient, tokenTableGradient);
        }
        if (largePositions) {
            addInOrder(rows, positions, Faults.POSITION, positionOrder, outputGradient, positionTableGradient);
        }
        search(
                rows,
                largeTokens ? null : tokens,
                largePositions ? null : positions,
                outputGradient,
                largeTokens ? null : tokenTableGradient,
                largePositions ? null : positionTableGradient);
    }

    /** Tables that are not given are left out. */
    private void search(
            Rows rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient) {
        int tokenCount = tableRows(tokenTableGradient);
        int positionCount = tableRows(positionTableGradient);
        if (tokenCount + positionCount == 0) {
            return;
        }
        int width = Math.toIntExact(outputGradient.size(2));
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
                        Launcher.threads(RowCounts.most(rows), BACKWARD_THREADS));
    }

    private void addInOrder(
            Rows rows, Tensor numbers, int fault, GrowingMemory memory, Tensor outputGradient, Tensor tableGradient) {
        int most = RowCounts.most(rows);
        int bound = tableRows(tableGradient);
        int width = Math.toIntExact(tableGradient.size(2));
        long address = memory.atLeast((long) rows.runs() * most * Integer.BYTES).address();
        launcher.begin(order, outputGradient.type())
                .rows(rows)
                .view(numbers)
                .integer(bound)
                .integer(fault)
                .view(address, most, 0)
                .number(faults.address())
                .run(Launcher.blocks(most, THREADS), rows.runs(), 1, THREADS);
        launcher.begin(backwardInOrder, outputGradient.type())
                .rows(rows)
                .integer(width)
                .view(numbers)
                .view(address, most, 0)
                .view(outputGradient)
                .view(tableGradient)
                .integer(bound)
                .run(Launcher.blocks(most, Launcher.WARP), rows.runs(), Launcher.blocks(width, Launcher.WARP), THREADS);
    }
}
