package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** A vector that lies in pieces, one for each rank, and holds the parameters of a group one after the other. */
final class FlatGroup {
    private final List<StoredTensor> pieces;
    private final Arena arena;

    /**
     * Puts the pieces together.
     *
     * @param pieces by rank, of one type
     * @param arena that owns what must be copied because it begins in one piece and ends in another
     */
    FlatGroup(List<StoredTensor> pieces, Arena arena) {
        this.pieces = pieces;
        this.arena = arena;
        StoredTensor first = pieces.getFirst();
        for (StoredTensor piece : pieces) {
            if (piece.type() != first.type() || piece.shape().size() != 1) {
                throw new RunException(
                        piece.file() + ": " + Printable.value(piece.name()) + " holds " + piece.type() + " of shape "
                                + Printable.value(piece.shape()) + ", a vector of " + first.type() + " belongs there");
            }
        }
    }

    long elements() {
        return pieces.stream().mapToLong(StoredTensor::elements).sum();
    }

    /** The elements from {@code offset} on as a tensor; they must be inside. */
    StoredTensor tensor(String name, List<Long> shape, long offset, long elements) {
        long from = offset;
        int index = 0;
        while (index < pieces.size() - 1 && from >= pieces.get(index).elements()) {
            from -= pieces.get(index++).elements();
        }
        StoredTensor piece = pieces.get(index);
        int width = piece.type().bytes();
        MemorySegment data = from + elements <= piece.elements()
                ? piece.data().asSlice(from * width, elements * width)
                : joined(index, from * width, elements * width);
        Object identity = List.of(piece.storage(), offset, shape);
        return new StoredTensor(name, piece.type(), shape, data, piece.file(), identity);
    }

    private MemorySegment joined(int firstPiece, long firstByte, long bytes) {
        MemorySegment copy = arena.allocate(bytes, Long.BYTES);
        long done = 0;
        long from = firstByte;
        for (int index = firstPiece; done < bytes; index++) {
            MemorySegment piece = pieces.get(index).data();
            long length = Math.min(piece.byteSize() - from, bytes - done);
            MemorySegment.copy(piece, from, copy, done, length);
            done += length;
            from = 0;
        }
        return copy.asReadOnly();
    }
}
