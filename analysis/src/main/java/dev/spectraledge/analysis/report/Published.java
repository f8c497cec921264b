package dev.spectraledge.analysis.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A number that was published for a run, or that the published code prints for it.
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

    private static final String DYCK = "published-dyck.csv";
    private static final String MODULAR = "published-modular.csv";

    /** Whether a range is given within which a repetition should fall. */
    public boolean hasTolerance() {
        return !Double.isNaN(low);
    }

    public boolean admits(double measured) {
        return measured >= low && measured <= high;
    }

    /** The numbers for a Dyck run with this weight decay; empty if none was published. */
    public static List<Published> forDyck(double weightDecay) {
        return lines(DYCK)
                .map(Published::parse)
                .filter(number -> number.weightDecay == weightDecay)
                .toList();
    }

    /** The numbers for modular arithmetic with one operation and this weight decay; empty if none was published. */
    public static List<Published> forModular(String operation, double weightDecay) {
        String prefix = operation + ",";
        return lines(MODULAR)
                .filter(line -> line.startsWith(prefix))
                .map(line -> parse(line.substring(prefix.length())))
                .filter(number -> number.weightDecay == weightDecay)
                .toList();
    }

    /** Whether this is a number of a window of updates. */
    boolean isOfWindow() {
        return !phase.equals("run");
    }

    /** The number for a quantity in a phase. */
    static Optional<Published> find(List<Published> numbers, String phase, String quantity) {
        return numbers.stream()
                .filter(number -> number.phase.equals(phase) && number.quantity.equals(quantity))
                .findFirst();
    }

    private static Stream<String> lines(String resource) {
        return text(resource).lines().skip(1);
    }

    /** A line of a resource; its columns are the components of this record. */
    private static Published parse(String line) {
        String[] cells = line.split(",", -1);
        return new Published(
                cells[0],
                number(cells[1]),
                number(cells[2]),
                cells[3],
                number(cells[4]),
                number(cells[5]),
                number(cells[6]),
                cells[7],
                cells[8]);
    }

    private static double number(String cell) {
        return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
    }

    private static String text(String resource) {
        try (InputStream stream = Published.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read the resource " + resource, failure);
        }
    }
}
