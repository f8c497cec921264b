package dev.spectraledge.analysis.experiment.functional;

/**
 * How a head attends.
 *
 * @param entropy −Σ a ln a of a query, in nats, in the mean
 * @param divergence Kullback–Leibler divergence from uniform attention, in nats: near zero for a head that counts
 * @param local attention to the query's own position
 * @param recent attention to the query's own position and the two before it
 */
record AttentionScores(double entropy, double divergence, double local, double recent) {
    private static final double GUARD = 1e-10;
    private static final int RECENT = 3;

    /**
     * As published (Lifecycle §4.10): over all queries, padding included; divergence, local and recent of the pattern's mean
     * over the sequences, and the divergence without query 0, which has nothing to choose; with the published guards against
     * log 0. It can be negative by these.
     */
    static AttentionScores published(AttentionHead head) {
        double entropy = 0;
        int queries = 0;
        for (double[][] sequence : head.weights()) {
            for (double[] row : sequence) {
                for (double weight : row) {
                    entropy -= weight * Math.log(weight + GUARD);
                }
                queries++;
            }
        }
        double[][] mean = head.meanPattern();
        double divergence = 0;
        double local = 0;
        double recent = 0;
        for (int query = 0; query < mean.length; query++) {
            for (int key = 0; key <= query && key < head.positions(); key++) {
                if (query > 0) {
                    divergence += mean[query][key]
                            * Math.log((mean[query][key] + GUARD) / (1.0 / (query + 1) + GUARD))
                            / (mean.length - 1);
                }
                local += key == query ? mean[query][key] / mean.length : 0;
                recent += key > query - RECENT ? mean[query][key] / mean.length : 0;
            }
        }
        return new AttentionScores(entropy / queries, divergence, local, recent);
    }

    /**
     * Controlled (ours): over real queries that see more than one key, each by itself, so that patterns that differ between
     * sequences do not cancel; local and recent are what exceeds that of a uniform head.
     */
    static AttentionScores controlled(AttentionHead head) {
        double entropy = 0;
        double divergence = 0;
        double local = 0;
        double recent = 0;
        int queries = 0;
        for (int sequence = 0; sequence < head.weights().length; sequence++) {
            for (int query = 0; query < head.realQueries()[sequence]; query++) {
                double[] row = head.weights()[sequence][query];
                if (row.length < 2) {
                    continue;
                }
                double uniform = 1.0 / row.length;
                for (int key = 0; key < row.length; key++) {
                    if (row[key] > 0) {
                        entropy -= row[key] * Math.log(row[key]);
                        divergence += row[key] * Math.log(row[key] / uniform);
                    }
                    local += key == query ? row[key] - uniform : 0;
                    recent += key <= query && key > query - RECENT ? row[key] - uniform : 0;
                }
                queries++;
            }
        }
        return new AttentionScores(entropy / queries, divergence / queries, local / queries, recent / queries);
    }
}
