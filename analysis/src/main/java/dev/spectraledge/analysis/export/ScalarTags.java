package dev.spectraledge.analysis.export;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Under which names TensorBoard shows the columns of a run's tables. The part before the slash makes a group of charts:
 * {@code train_loss} is {@code train/loss}, {@code learning_rate} {@code metrics/learning_rate}, and {@code sigma_1} of
 * {@code spectrum.csv} {@code spectrum/sigma_1}.
 */
final class ScalarTags {
    private static final String METRICS = "metrics";
    private static final String SPECTRUM = "spectrum";
    /** Of several rows per step. */
    private static final String NULLS = "_null";

    private static final Pattern SPLIT = Pattern.compile("(train|test|batch)_(.+)");
    /** The rest of a spectrum would bury these, at every step several times. */
    private static final Pattern MAIN_SPECTRUM = Pattern.compile("sigma_\\d+|k_star|gap_ratio");

    private ScalarTags() {}

    /** Whether TensorBoard shows anything of a table. */
    static boolean shows(String table) {
        return !table.endsWith(NULLS);
    }

    /** One tag per column; null where it is not shown. */
    static List<String> of(String table, List<String> columns) {
        List<String> tags = new ArrayList<>();
        for (String column : columns) {
            tags.add(isShown(table, column) ? tag(table, column) : null);
        }
        return tags;
    }

    private static boolean isShown(String table, String column) {
        return !column.equals("step")
                && (!table.startsWith(SPECTRUM) || MAIN_SPECTRUM.matcher(column).matches());
    }

    private static String tag(String table, String column) {
        return table.equals(METRICS) && SPLIT.matcher(column).matches()
                ? SPLIT.matcher(column).replaceFirst("$1/$2")
                : table + "/" + column;
    }
}
