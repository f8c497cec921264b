package dev.spectraledge.bench.peers;

/** What the peers need to know of the Dyck training step; the padding token is 2. */
public final class DyckStepFacts {

    public static final int CONTEXT = 24;
    public static final int MODEL_WIDTH = 128;
    public static final int HEADS = 4;
    public static final int LAYERS = 2;
    public static final int CLASSES = 13;
    public static final int IGNORED_LABEL = -100;
    public static final double LEARNING_RATE = 1e-3;
    public static final double BETA_1 = 0.9;
    public static final double BETA_2 = 0.98;
    public static final double EPSILON = 1e-8;
    public static final double WEIGHT_DECAY = 1.0;
    public static final double MAXIMUM_GRADIENT_NORM = 1.0;
    public static final double LAYER_NORM_EPSILON = 1e-5;

    private DyckStepFacts() {}
}
