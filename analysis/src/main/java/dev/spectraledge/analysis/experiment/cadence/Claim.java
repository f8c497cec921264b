package dev.spectraledge.analysis.experiment.cadence;

import java.util.Locale;

/** What the paper says of one window, as a question that each window of the sweep answers by yes or no. */
enum Claim {
    GRADIENT_BELOW_HALF("the gradient's share of v1 is below one half"),
    EDGE_AT_ONE("the largest ratio of neighbouring singular values is the first"),
    REMOVAL_BEATS_RANDOM("removing the edge costs more accuracy than each of " + WindowEffects.RANDOM_REMOVALS
            + " random removals of the same norm"),
    REMOVAL_BEATS_SHRINKING("removing the edge costs more accuracy than shrinking all weights by the same norm"),
    CURVATURE_BEATS_RANDOM("the loss bends more along v1 than along each of " + WindowEffects.RANDOM_DIRECTIONS
            + " random directions"),
    DIVERGENCE_BEATS_RANDOM("moves of " + WindowEffects.AMOUNT + " along v1 change the output more than along each of "
            + WindowEffects.RANDOM_DIRECTIONS + " random directions"),
    SLOW_ROTATION("v1 turns by less than 45 degrees within one stride");

    private static final double HALF = 0.5;
    private static final double HALF_A_RIGHT_ANGLE = 45;

    private final String sentence;

    Claim(String sentence) {
        this.sentence = sentence;
    }

    /** In findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** For people. */
    String sentence() {
        return sentence;
    }

    boolean holds(SweptWindow window) {
        WindowEffects.Effects effects = window.effects();
        return switch (this) {
            case GRADIENT_BELOW_HALF -> window.gradientFraction() < HALF;
            case EDGE_AT_ONE -> window.edgePosition() == 1;
            case REMOVAL_BEATS_RANDOM -> effects.accuracyChange() < effects.randomWorst();
            case REMOVAL_BEATS_SHRINKING -> effects.accuracyChange() < effects.shrinkChange();
            case CURVATURE_BEATS_RANDOM -> effects.curvature() > window.randomCurvature();
            case DIVERGENCE_BEATS_RANDOM -> effects.divergence() > window.randomDivergence();
            case SLOW_ROTATION -> window.rotation() < HALF_A_RIGHT_ANGLE;
        };
    }

    /** Whether the window can answer: the first one of a run has not turned. */
    boolean asks(SweptWindow window) {
        return this != SLOW_ROTATION || !Double.isNaN(window.rotation());
    }
}
