package dev.spectraledge.trainer.optimizer;

import java.util.List;

/** Every optimiser, with three runs that differ in all settings. */
enum OptimizerKind {
    ADAM_W,
    ADAM,
    SGD,
    MOMENTUM,
    NESTEROV,
    MUON,
    MUON_LIKE_ADAM_W;

    /** Of whatever Muon leaves to AdamW. */
    static final double ADAM_W_LEARNING_RATE = 3e-3;

    private static final double NEVER = Double.POSITIVE_INFINITY;

    /** The third waits for an event, which says when its weight decay changes. */
    private static final List<OptimizerSettings> SETTINGS = List.of(
            new OptimizerSettings(1e-2, 0.5, 0.9, 0.98, 1e-8, 0.9, 1, new ScheduleSettings(10, 80, 0.1, 0.1, 40, 20)),
            new OptimizerSettings(5e-3, 0, 0.8, 0.95, 1e-7, 0.5, NEVER, new ScheduleSettings(0, 200, 0, 1, 50, 0)),
            new OptimizerSettings(2e-2, 1, 0.9, 0.99, 1e-8, 0.95, 20, new ScheduleSettings(5, NEVER, 0, 0, NEVER, 10)));

    boolean isMuon() {
        return this == MUON || this == MUON_LIKE_ADAM_W;
    }

    /** Largest factor by which the rule itself enlarges a relative error: the slope at zero of Newton–Schulz. */
    double amplification() {
        return isMuon() ? Math.pow(3.4445, 5) : 1;
    }

    List<OptimizerSettings> settings() {
        return this == SGD ? SETTINGS.stream().map(own -> own.withMomentum(0)).toList() : SETTINGS;
    }

    Optimizer create(OptimizerTarget target) {
        List<OptimizerSettings> others = settings().stream()
                .map(own -> own.withLearningRate(ADAM_W_LEARNING_RATE))
                .toList();
        return switch (this) {
            case ADAM_W -> FusedOptimizer.adamW(target, settings());
            case ADAM -> FusedOptimizer.adam(target, settings());
            case SGD, MOMENTUM -> FusedOptimizer.sgd(target, settings());
            case NESTEROV -> FusedOptimizer.nesterov(target, settings());
            case MUON ->
                new Muon(
                        target,
                        settings(),
                        others,
                        new Muon.Settings(true, 5, MuonScale.ORIGINAL, MuonConvention.JORDAN));
            case MUON_LIKE_ADAM_W ->
                new Muon(
                        target,
                        settings(),
                        others,
                        new Muon.Settings(false, 5, MuonScale.MATCH_RMS_ADAMW, MuonConvention.JORDAN));
        };
    }
}
