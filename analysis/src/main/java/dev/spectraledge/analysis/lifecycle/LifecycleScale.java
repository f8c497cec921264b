package dev.spectraledge.analysis.lifecycle;

import java.util.List;

/** How much of the paper is computed. */
public enum LifecycleScale {
    /** Whether everything works; nothing has grokked by then. */
    SMOKE(1, 400, 400, 500),
    /** One seed, until some time after grokking. */
    SHORT(1, 5000, 4000, 5000),
    /** The paper's seeds and steps. */
    FULL(3, 10_000, 10_000, 15_000);

    private static final List<Long> PAPER_SEEDS = List.of(42L, 137L, 2024L);

    private final int seeds;
    private final long dyckSteps;
    private final long modularSteps;
    private final long scanSteps;

    LifecycleScale(int seeds, long dyckSteps, long modularSteps, long scanSteps) {
        this.seeds = seeds;
        this.dyckSteps = dyckSteps;
        this.modularSteps = modularSteps;
        this.scanSteps = scanSteps;
    }

    List<Long> seeds() {
        return PAPER_SEEDS.subList(0, seeds);
    }

    long steps(LifecycleTask task) {
        return switch (task) {
            case DYCK -> dyckSteps;
            case MODULAR -> modularSteps;
            case SCAN -> scanSteps;
        };
    }
}
