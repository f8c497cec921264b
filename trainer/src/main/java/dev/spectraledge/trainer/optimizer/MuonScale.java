package dev.spectraledge.trainer.optimizer;

/** How large Muon's update of a matrix is, as a factor on its orthogonalised momentum; named as in PyTorch. */
public enum MuonScale {
    /** √max(1, rows/columns) (Jordan et al. 2024). */
    ORIGINAL {
        @Override
        double factor(long rows, long columns) {
            return Math.sqrt(Math.max(1, (double) rows / columns));
        }
    },
    /** 0.2·√max(rows, columns), about the size of AdamW's updates (Liu et al. 2025, Muon is scalable for LLM training). */
    MATCH_RMS_ADAMW {
        @Override
        double factor(long rows, long columns) {
            return 0.2 * Math.sqrt((double) Math.max(rows, columns));
        }
    };

    abstract double factor(long rows, long columns);
}
