package dev.spectraledge.analysis.experiment.course;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of embedding tables that no gradient ever reaches, because their token or position does not occur in training: from one
 * snapshot to the next they are multiplied by (1 − ηω)^N and nothing else (Lifecycle §2.1).
 */
final class DeadRows {
    private static final String TABLE = "emb";
    /** N roundings to float32 of up to 6e-8 each, for the 500 steps at most that lie between two snapshots. */
    private static final double TOLERANCE = 500 * 6e-8;

    private final List<Row> rows;

    private record Row(String table, int index) {}

    private DeadRows(List<Row> rows) {
        this.rows = rows;
    }

    /** From the first two snapshots. */
    static DeadRows of(StudiedRun run) {
        long first = run.steps().first();
        Long second = run.steps().higher(first);
        List<Row> rows = new ArrayList<>();
        if (second == null) {
            return new DeadRows(rows);
        }
        Backend backend = run.backend();
        try (MemoryOwner owner = MemoryOwner.open("dead rows")) {
            Parameters before = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
            Parameters after = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
            run.read(first, before);
            run.read(second, after);
            for (ParameterSpec spec : run.layout().specs()) {
                if (spec.name().contains(TABLE) && spec.shape().length == 2) {
                    double factor = Math.pow(1 - run.learningRate() * run.weightDecay(spec), (double) (second - first));
                    for (int row = 0; row < spec.shape()[0]; row++) {
                        if (onlyDecays(before.get(spec.name()), after.get(spec.name()), row, factor)) {
                            rows.add(new Row(spec.name(), row));
                        }
                    }
                }
            }
        }
        return new DeadRows(rows);
    }

    private static boolean onlyDecays(Tensor before, Tensor after, int row, double factor) {
        int width = Math.toIntExact(before.size(2));
        for (int column = 0; column < width; column++) {
            double expected = factor * before.get(0, row, column);
            if (!(Math.abs(after.get(0, row, column) - expected) <= TOLERANCE * Math.abs(expected))) {
                return false;
            }
        }
        return true;
    }

    int count() {
        return rows.size();
    }

    /** Sum of the squares of their weights. */
    double square(Parameters weights) {
        double sum = 0;
        for (Row row : rows) {
            Tensor table = weights.get(row.table());
            for (int column = 0; column < table.size(2); column++) {
                double value = table.get(0, row.index(), column);
                sum += value * value;
            }
        }
        return sum;
    }
}
