package dev.spectraledge.analysis.lifecycle;

import java.util.List;

/** How much of the paper is computed. */
public enum LifecycleScale {
    /** Whether everything works; nothing has grokked by then. */
    SMOKE(false, 400, 400, 500),
    /** The seed that the paper looks at closely, until some time after grokking. */
    SHORT(false, 5000, 4000, 5000),
    /** The paper's seeds and steps. */
    FULL(true, 10_000, 10_000, 15_000);

    private static final List<Long> PAPER_SEEDS = List.of(42L, 137L, 2024L);

    private final boolean everySeed;
    private final long dyckSteps;
    private final long modularSteps;
    private final long scanSteps;

    LifecycleScale(boolean everySeed, long dyckSteps, long modularSteps, long scanSteps) {
        this.everySeed = everySeed;
        this.dyckSteps = dyckSteps;
        this.modularSteps = modularSteps;
        this.scanSteps = scanSteps;
    }

    List<Long> seeds(LifecycleTask task) {
        return everySeed ? PAPER_SEEDS : List.of(task.closelyStudiedSeed());
    }

    long steps(LifecycleTask task) {
        return switch (task) {
            case DYCK -> dyckSteps;
            case MODULAR -> modularSteps;
            case SCAN -> scanSteps;
        };
    }
}
