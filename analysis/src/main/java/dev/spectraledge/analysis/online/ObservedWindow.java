package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.kernels.linalg.UpdateGram;
import dev.spectraledge.trainer.Update;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** What an exact observer makes of the windows of one width of one run: its tables, and the histories that they are read from. */
final class ObservedWindow {
    private final SpectrumLog log;
    private final UpdateProducts products;
    /** Of the pieces of the parameters; empty where nobody asks for them. */
    private final ProductHistory[] pieces;

    private final UpdateProducts[] ofPieces;
    /** Null where no groups are wanted. */
    private final GroupLog groups;

    private final MemorySegment[] states;

    /** Without pieces. */
    ObservedWindow(SpectrumLog log) {
        this(log, List.of(), null);
    }

    /**
     * Where products of pieces are wanted.
     *
     * @param pieces histories of the same window; those of which the log's is a sum are among them
     * @param groups that are made of them, or null
     */
    ObservedWindow(SpectrumLog log, List<ProductHistory> pieces, GroupLog groups) {
        this.log = log;
        this.groups = groups;
        this.pieces = pieces.toArray(ProductHistory[]::new);
        int window = log.history().window();
        products = new UpdateProducts(window);
        ofPieces = new UpdateProducts[this.pieces.length];
        for (int piece = 0; piece < ofPieces.length; piece++) {
            ofPieces[piece] = new UpdateProducts(window);
        }
        states = new MemorySegment[1 + this.pieces.length];
    }

    SpectrumLog log() {
        return log;
    }

    int window() {
        return log.history().window();
    }

    DecaySource decaySource() {
        return log.history().decaySource();
    }

    boolean hasPieces() {
        return pieces.length > 0;
    }

    /** All tables. */
    List<ObserverTable> tables() {
        return groups == null ? List.of(log) : List.of(log, groups);
    }

    /** Doubles that {@link #save} writes. */
    int stateLength() {
        int length = log.history().stateLength();
        for (ProductHistory piece : pieces) {
            length += piece.stateLength();
        }
        return length + (groups == null ? 0 : groups.stateLength());
    }

    /** Says where {@link #save} writes and {@link #restore} reads: {@link #stateLength} doubles. */
    void keepIn(MemorySegment state) {
        long begin = 0;
        for (int index = 0; index < states.length; index++) {
            ProductHistory history = index == 0 ? log.history() : pieces[index - 1];
            long bytes = (long) history.stateLength() * Double.BYTES;
            states[index] = state.asSlice(begin, bytes);
            begin += bytes;
        }
        if (groups != null) {
            groups.keepIn(state.asSlice(begin));
        }
    }

    void save() {
        log.history().save(states[0]);
        for (int piece = 0; piece < pieces.length; piece++) {
            pieces[piece].save(states[1 + piece]);
        }
        if (groups != null) {
            groups.save();
        }
    }

    void restore() {
        log.history().restore(states[0]);
        for (int piece = 0; piece < pieces.length; piece++) {
            pieces[piece].restore(states[1 + piece]);
        }
        if (groups != null) {
            groups.restore();
        }
    }

    /** Reads the products of the newest update with those of this window. */
    UpdateProducts read(UpdateGram gram, int run) {
        products.read(gram, run, log.history().survivors(), decaySource() == DecaySource.ACCUMULATED);
        return products;
    }

    /** The same in one piece, to which the products with the parameters and the factor of decay are to be added. */
    UpdateProducts readPiece(UpdateGram gram, int run, int piece) {
        ofPieces[piece].readGroup(gram, run, piece, pieces[piece].survivors());
        return ofPieces[piece];
    }

    /** Takes the update that was read, all of it. */
    void append(Update update, long step) {
        double square = products.updates[log.history().survivors()];
        for (int piece = 0; piece < pieces.length; piece++) {
            pieces[piece].append(ofPieces[piece]);
        }
        log.append(step, update.stride(), products);
        if (groups != null) {
            groups.append(step, update.stride(), ofPieces, square);
        }
    }
}
