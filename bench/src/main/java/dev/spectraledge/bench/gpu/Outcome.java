package dev.spectraledge.bench.gpu;

/** How a check ended. */
enum Outcome {
    PASSED,
    FAILED,
    /** Not done, for a reason that is no fault of ours. */
    SKIPPED,
    /** A number that nothing is demanded of. */
    MEASURED
}
