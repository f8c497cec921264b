package dev.spectraledge.trainer.warning;

import java.util.Locale;

/** Says what was compared, in three digits. */
final class Comparison {
    private Comparison() {}

    static String of(double value, String relation, double bound) {
        return number(value) + " " + relation + " " + number(bound);
    }

    static String of(double value, String relation, double factor, double bound) {
        return of(value, relation, factor) + " × " + number(bound);
    }

    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.3g", value);
        return text.contains("e") || !text.contains(".") ? text : text.replaceFirst("\\.?0+$", "");
    }
}
