package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.paper.Paper;
import java.util.List;

/** Y. Xu, "The Spectral Edge Thesis" (arXiv 2603.28964). */
public final class ThesisPaper {
    private ThesisPaper() {}

    /** From the resources beside this class. */
    public static Paper read() {
        return Paper.read(
                ThesisPaper.class,
                List.of(new PrecedenceSection(), new EventSection(), new SeedSpread(), new EndOfRuns()));
    }
}
