package dev.spectraledge.bench.gpu;

/** One step of the check; the steps do not know of each other. */
@FunctionalInterface
interface CheckStep {
    /** Does the step and logs what comes out. What it throws is logged as its failure. */
    void run(CheckLog log) throws Exception;
}
