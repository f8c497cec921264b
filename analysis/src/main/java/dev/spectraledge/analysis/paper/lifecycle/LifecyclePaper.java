package dev.spectraledge.analysis.paper.lifecycle;

import dev.spectraledge.analysis.paper.Paper;
import java.util.List;

/** Y. Xu, "The Lifecycle of the Spectral Edge" (arXiv 2604.07380). */
public final class LifecyclePaper {
    private LifecyclePaper() {}

    /** From the resources beside this class. */
    public static Paper read() {
        return Paper.read(LifecyclePaper.class, List.of(new ClassSection()));
    }
}
