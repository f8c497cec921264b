package dev.spectraledge.analysis.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A number that was published for the Dyck run, or that the published code prints for it.
 *
 * @param phase {@code run} for the whole run, or {@code pre-grok}, {@code at-grok}, {@code late}
 * @param step the window's last step in the published protocol; NaN for the whole run
 * @param weightDecay ω of the run that it belongs to
 * @param quantity a column of {@code spectrum.csv}, alone or after {@code sign}, {@code mean} or {@code mode}; or a name of
 *     {@code summary.json}
 * @param low lower end of the tolerance, NaN where the number depends on the seed so much that there is none
 * @param high upper end
 * @param robustness {@code exact}, {@code robust}, {@code window} (depends on the window's length) or {@code seed}
 */
public record Published(
        String phase,
        double step,
        double weightDecay,
        String quantity,
        double value,
        double low,
        double high,
        String robustness,
        String source) {

    private static final String RESOURCE = "published-dyck.csv";

    /** Whether a range is given within which a repetition should fall. */
    public boolean hasTolerance() {
        return !Double.isNaN(low);
    }

    public boolean admits(double measured) {
        return measured >= low && measured <= high;
    }

    /** The numbers for a Dyck run with this weight decay; empty if none was published. */
    public static List<Published> forDyck(double weightDecay) {
        return all().stream()
                .filter(number -> number.weightDecay == weightDecay)
                .toList();
    }

    /** The number for a quantity in a phase. */
    static Optional<Published> find(List<Published> numbers, String phase, String quantity) {
        return numbers.stream()
                .filter(number -> number.phase.equals(phase) && number.quantity.equals(quantity))
                .findFirst();
    }

    private static List<Published> all() {
        RunTable table = RunTable.parse(resource(), RESOURCE);
        List<Published> numbers = new ArrayList<>();
        List<String> phases = table.texts("phase").orElseThrow();
        List<String> quantities = table.texts("quantity").orElseThrow();
        List<String> robustness = table.texts("robustness").orElseThrow();
        List<String> sources = table.texts("source").orElseThrow();
        for (int row = 0; row < table.rows(); row++) {
            numbers.add(new Published(
                    phases.get(row),
                    table.numbers("step").orElseThrow()[row],
                    table.numbers("weight_decay").orElseThrow()[row],
                    quantities.get(row),
                    table.numbers("published").orElseThrow()[row],
                    table.numbers("low").orElseThrow()[row],
                    table.numbers("high").orElseThrow()[row],
                    robustness.get(row),
                    sources.get(row)));
        }
        return numbers;
    }

    private static String resource() {
        try (InputStream stream = Published.class.getResourceAsStream(RESOURCE)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, failure);
        }
    }
}
