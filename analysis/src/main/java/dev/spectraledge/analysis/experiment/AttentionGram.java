package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/**
 * Products, in double, of vectors as long as θ_A with each other: of weights at snapshots, of updates between them, and of others
 * that somebody keeps. Only a piece of each is in memory, so that many vectors of large models fit.
 */
public final class AttentionGram {
    /** That of a small model is one. */
    private static final long PIECE = 1 << 20;

    private final StudiedRun run;
    private final long piece;

    public AttentionGram(StudiedRun run) {
        this(run, PIECE);
    }

    /** @param piece elements of a piece at most, unless a tensor has more */
    AttentionGram(StudiedRun run, long piece) {
        this.run = run;
        this.piece = piece;
    }

    /**
     * Of the weights at the first of some snapshots, and then of the updates between neighbours.
     *
     * @param snapshots steps, ascending
     */
    public GramMatrix ofPath(List<Long> snapshots) {
        return of(snapshots, true, List.of());
    }

    /**
     * Of the updates between neighbours of some snapshots, and then of other vectors.
     *
     * @param others {@code [1, p]} of any floating-point type
     */
    public GramMatrix ofUpdates(List<Long> snapshots, List<Tensor> others) {
        return of(snapshots, false, others);
    }

    private GramMatrix of(List<Long> snapshots, boolean withFirst, List<Tensor> others) {
        int ofSnapshots = snapshots.size() - (withFirst ? 0 : 1);
        GramMatrix gram = new GramMatrix(ofSnapshots + others.size());
        gram.resize(ofSnapshots + others.size());
        List<AttentionPiece> pieces = AttentionPiece.of(run.layout(), piece);
        long longest = pieces.stream().mapToLong(AttentionPiece::size).max().orElseThrow();
        Backend backend = run.backend();
        try (MemoryOwner owner = MemoryOwner.open("pieces of vectors")) {
            Tensor room = backend.allocate(owner, DType.FLOAT64, 1, gram.rows() * longest);
            Tensor twoWeights = backend.allocate(owner, DType.FLOAT64, 1, 2 * longest);
            Tensor products = backend.allocate(owner, DType.FLOAT64, 1, gram.rows());
            for (AttentionPiece each : pieces) {
                long size = each.size();
                Tensor before = twoWeights.viewPerRun(0, size);
                Tensor now = twoWeights.viewPerRun(longest, size);
                int row = 0;
                for (long step : snapshots) {
                    run.readAttention(step, each, now);
                    boolean isFirst = step == snapshots.getFirst();
                    if (isFirst && withFirst) {
                        backend.copy(now, room.viewPerRun(0, size));
                        row++;
                    } else if (!isFirst) {
                        backend.subtract(now, before, room.viewPerRun(row * size, size));
                        row++;
                    }
                    backend.copy(now, before);
                }
                for (Tensor other : others) {
                    backend.copy(other.slice(1, each.begin(), each.begin() + size), room.viewPerRun(row * size, size));
                    row++;
                }
                add(backend, room, size, products, gram);
            }
        }
        return gram;
    }

    /** Adds the products of the pieces that are in the room, one after another. */
    private static void add(Backend backend, Tensor room, long size, Tensor products, GramMatrix gram) {
        for (int row = 0; row < gram.rows(); row++) {
            backend.gramRow(
                    room.viewPerRun(0, row + 1, size),
                    room.viewPerRun(row * size, size),
                    products.viewPerRun(0, row + 1));
            for (int other = 0; other <= row; other++) {
                gram.set(row, other, gram.get(row, other) + products.get(0, other));
            }
        }
    }
}
