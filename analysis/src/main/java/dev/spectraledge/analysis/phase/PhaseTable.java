package dev.spectraledge.analysis.phase;

import dev.spectraledge.analysis.protocol.Parameter;

/** The two tables of fixed steps of the published code, one snapshot apart (Lifecycle §4; both are labelled alike). */
public enum PhaseTable {
    /** Ablation, curvature, perturbation, random controls, depth basis, several seeds. */
    A(Parameter.PHASES_A),
    /** Decomposition into gradient and decay, functional modes, loss decomposition. */
    B(Parameter.PHASES_B),
    /** Probes and geometry: the snapshots nearest to these steps. */
    NEAREST(Parameter.PHASES_NEAREST);

    private final Parameter steps;

    PhaseTable(Parameter steps) {
        this.steps = steps;
    }

    /** What has its steps in the protocol. */
    Parameter steps() {
        return steps;
    }
}
