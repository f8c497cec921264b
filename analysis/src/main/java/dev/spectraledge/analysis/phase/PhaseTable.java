package dev.spectraledge.analysis.phase;

/** The two tables of fixed steps of the published code, one snapshot apart (Lifecycle §4; both are labelled alike). */
public enum PhaseTable {
    /** Ablation, curvature, perturbation, random controls, depth basis, several seeds. */
    A,
    /** Decomposition into gradient and decay, functional modes, loss decomposition. */
    B,
    /** Probes and geometry: the snapshots nearest to these steps. */
    NEAREST
}
