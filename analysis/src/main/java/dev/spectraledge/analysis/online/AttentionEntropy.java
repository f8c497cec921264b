package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.AttentionPattern;
import java.util.List;

/**
 * How evenly queries attend to what they see: −Σ a ln a/ln n of a query that sees n keys, which is 1 where it attends to all
 * of them alike and 0 where it attends to a single one, whatever n is. In the mean over layers, heads and queries, without
 * padding and without queries that see a single key, which have nothing to choose.
 */
final class AttentionEntropy {
    private double sum;
    private long rows;

    /** Of the first run of a batch; NaN where no query sees two keys. */
    double mean(List<AttentionPattern> layers) {
        sum = 0;
        rows = 0;
        layers.forEach(this::add);
        return sum / rows;
    }

    private void add(AttentionPattern pattern) {
        Tensor probabilities = pattern.probabilities().at(0);
        for (int sequence = 0; sequence < pattern.queries().sequences(0); sequence++) {
            int begin = pattern.queries().begin(0, sequence);
            int real = pattern.realQueries(0, sequence);
            for (int query = 0; query < real; query++) {
                int keys = pattern.visibleKeys(0, sequence, query);
                if (keys > 1) {
                    add(probabilities, begin + query, keys, pattern.shape().heads());
                }
            }
        }
    }

    private void add(Tensor probabilities, int row, int keys, int heads) {
        for (int head = 0; head < heads; head++) {
            double entropy = 0;
            for (int key = 0; key < keys; key++) {
                double weight = probabilities.get(row, head, key);
                entropy -= weight > 0 ? weight * Math.log(weight) : 0;
            }
            sum += entropy / Math.log(keys);
            rows++;
        }
    }
}
