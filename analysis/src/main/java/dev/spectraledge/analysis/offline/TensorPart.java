package dev.spectraledge.analysis.offline;

import java.util.Locale;

/** What a tensor of a transformer is part of. */
enum TensorPart {
    ATTENTION,
    MLP,
    EMBEDDINGS,
    HEAD,
    NORMS,
    OTHER,
    /** No parameter: nothing trains it. */
    BUFFER;

    /** Name in tables and files. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
