package dev.spectraledge.analysis.experiment.trajectory;

import dev.spectraledge.analysis.experiment.Procedure;

/** What is left of θ_0 in the point from which a run's weights are measured: θ_t − a_tθ_0 is edited, and a_tθ_0 added again. */
enum Anchor {
    /** θ_0 itself, a = 1: what weight decay has taken away of it is put into what is edited. As published. */
    START("start", Procedure.PUBLISHED),
    /** 0: θ itself is edited. */
    ZERO("zero", Procedure.CONTROLLED),
    /** What weight decay has left of θ_0, a_t = Π(1 − ηω): what is edited has come from gradients alone. */
    DECAYED_START("decayed-start", Procedure.CONTROLLED);

    private final String key;
    private final Procedure procedure;

    Anchor(String key, Procedure procedure) {
        this.key = key;
        this.procedure = procedure;
    }

    Procedure procedure() {
        return procedure;
    }

    /** Name in items. */
    String key() {
        return key;
    }

    /** What items begin with: published ones say no anchor. */
    String prefix() {
        return procedure == Procedure.PUBLISHED ? "" : key + "/";
    }

    /**
     * a_t at each snapshot.
     *
     * @param left of θ_0 after weight decay, at each snapshot
     */
    double[] shares(double[] left) {
        double[] shares = new double[left.length];
        for (int row = 0; row < left.length; row++) {
            shares[row] = switch (this) {
                case START -> 1;
                case ZERO -> 0;
                case DECAYED_START -> left[row];
            };
        }
        return shares;
    }

    /** What a walk keeps of its position from one snapshot to the next: all of it where decay belongs to its steps. */
    double[] kept(double[] left) {
        double[] kept = new double[left.length];
        for (int row = 0; row < left.length; row++) {
            kept[row] = this == START || row == 0 ? 1 : left[row] / left[row - 1];
        }
        return kept;
    }
}
