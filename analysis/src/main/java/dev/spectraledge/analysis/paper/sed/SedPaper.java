package dev.spectraledge.analysis.paper.sed;

import dev.spectraledge.analysis.paper.Paper;
import java.util.List;

/** Y. Xu, "Spectral Edge Dynamics of Training Trajectories" (arXiv 2603.15678). */
public final class SedPaper {
    private SedPaper() {}

    /** From the resources beside this class. */
    public static Paper read() {
        return Paper.read(SedPaper.class, List.of());
    }
}
