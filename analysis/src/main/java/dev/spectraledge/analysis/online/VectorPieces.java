package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** What each worker has of each piece of a vector {@code [S, n]}. Slices are remembered: the same tensors come again and again. */
final class VectorPieces {
    private final Workers workers;
    private final WatchedPieces pieces;
    private final long size;
    private final List<Map<Tensor, Tensor[]>> known;
    private final List<Function<Tensor, Tensor[]>> cuts;

    VectorPieces(Workers workers, WatchedPieces pieces) {
        this.workers = workers;
        this.pieces = pieces;
        size = pieces.end(pieces.count() - 1);
        known = IntStream.range(0, workers.count())
                .<Map<Tensor, Tensor[]>>mapToObj(worker -> new IdentityHashMap<>())
                .toList();
        cuts = IntStream.range(0, workers.count())
                .<Function<Tensor, Tensor[]>>mapToObj(worker -> part -> cut(part, worker))
                .toList();
    }

    /** By worker and piece; null where they have nothing in common. */
    Tensor[][] of(Tensor vector) {
        Tensor[] parts = workers.slices(vector);
        return IntStream.range(0, parts.length)
                .mapToObj(worker -> cut(parts[worker], worker))
                .toArray(Tensor[][]::new);
    }

    /** Of a worker's part of a vector, by piece; each worker calls for itself. */
    Tensor[] ofPart(Tensor part, int worker) {
        return known.get(worker).computeIfAbsent(part, cuts.get(worker));
    }

    private Tensor[] cut(Tensor part, int worker) {
        long from = workers.partBegin(size, worker);
        long to = workers.partBegin(size, worker + 1);
        Tensor[] result = new Tensor[pieces.count()];
        for (int piece = 0; piece < result.length; piece++) {
            long begin = Math.max(from, pieces.begin(piece));
            long end = Math.min(to, pieces.end(piece));
            if (begin < end) {
                result[piece] = part.slice(1, begin - from, end - from);
            }
        }
        return result;
    }
}
