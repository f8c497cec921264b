package dev.spectraledge.trainer.corpus;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;

/** Which documents are for validation: of each so many consecutive ones a random one, always the same. */
record DocumentSplit(int every) {
    private static final PhiloxKey DRAWS = new PhiloxKey(0, 0x73706c74);

    /** @param share of the documents, above 0 and below 1 */
    static DocumentSplit of(double share) {
        return new DocumentSplit((int) Math.max(2, Math.round(1 / share)));
    }

    /** Whether the document of this number is for validation. */
    boolean validates(long document) {
        return document % every == Philox.below(DRAWS, document / every, every, new int[4]);
    }
}
