package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.statistic.Statistics;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers as a reader wants them: few significant digits, grouped thousands, a dash where there is none. */
public final class NumberText {
    private static final String SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";
    private static final int MOST_LISTED = 6;
    private static final double LARGEST_COUNT = 1e6;

    private NumberText() {}

    /** {@code value} to {@code digits} significant digits; powers of ten outside of 10⁻³ … 10⁶. */
    public static String significant(double value, int digits) {
        if (Double.isNaN(value)) {
            return "–";
        }
        if (Double.isInfinite(value)) {
            return value > 0 ? "∞" : "−∞";
        }
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -3 || exponent >= 6) {
            String mantissa = rounded.scaleByPowerOfTen(-exponent).toPlainString();
            return minus(mantissa) + "·10" + superscript(exponent);
        }
        int scale = Math.max(0, digits - 1 - exponent);
        return minus(rounded.setScale(scale, RoundingMode.HALF_EVEN).toPlainString());
    }

    /** Values side by side; of more than {@value #MOST_LISTED} the median with the least and the largest. */
    public static String several(double[] values, int digits) {
        if (values.length <= MOST_LISTED) {
            return Arrays.stream(values)
                    .mapToObj(value -> countOrSignificant(value, digits))
                    .collect(Collectors.joining(" · "));
        }
        double[] sorted = Arrays.stream(values).sorted().toArray();
        return countOrSignificant(Statistics.median(sorted), digits) + " (" + countOrSignificant(sorted[0], digits)
                + " … " + countOrSignificant(sorted[sorted.length - 1], digits) + ", " + values.length + " runs)";
    }

    private static String countOrSignificant(double value, int digits) {
        return value == Math.rint(value) && Math.abs(value) < LARGEST_COUNT
                ? grouped((long) value)
                : significant(value, digits);
    }

    /** A setting as somebody would type it: the shortest decimal that means the same number. */
    public static String setting(double value) {
        return minus(new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString());
    }

    /** A part of a whole in per cent, to a tenth at most. */
    public static String percent(double fraction) {
        return setting(Math.rint(fraction * 1000) / 10) + " %";
    }

    /** An integer with thin spaces between groups of three digits from 10 000 on. */
    public static String grouped(long value) {
        String plain = Long.toString(Math.abs(value));
        if (plain.length() < 5) {
            return minus(Long.toString(value));
        }
        StringBuilder text = new StringBuilder(value < 0 ? "−" : "");
        for (int i = 0; i < plain.length(); i++) {
            if (i > 0 && (plain.length() - i) % 3 == 0) {
                text.append('\u2009');
            }
            text.append(plain.charAt(i));
        }
        return text.toString();
    }

    /** The shortest text of a number that a tick of the given spacing needs. */
    public static String tick(double value, double spacing) {
        if (value != 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-4)) {
            return significant(value, 2);
        }
        int decimals = Math.max(0, (int) Math.ceil(-Math.log10(spacing) - 1e-9));
        BigDecimal rounded = new BigDecimal(value).setScale(decimals, RoundingMode.HALF_EVEN);
        if (decimals == 0) {
            return grouped(rounded.longValueExact());
        }
        return minus(rounded.toPlainString());
    }

    /** 10 to a power, as text with a superscript, plain between 0.01 and 1000. */
    public static String powerOfTen(int exponent) {
        if (exponent >= -2 && exponent <= 3) {
            return BigDecimal.ONE.scaleByPowerOfTen(exponent).toPlainString();
        }
        return "10" + superscript(exponent);
    }

    /** A duration for people: {@code 42.3 s}, {@code 3 min 20 s}, {@code 2 h 05 min}. */
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds)) {
            return "–";
        }
        if (seconds < 100) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        long whole = Math.round(seconds);
        if (whole < 3600) {
            return whole / 60 + " min " + whole % 60 + " s";
        }
        return String.format(Locale.ROOT, "%d h %02d min", whole / 3600, whole % 3600 / 60);
    }

    private static String minus(String number) {
        return number.replace('-', '−');
    }

    private static String superscript(int exponent) {
        StringBuilder text = new StringBuilder(exponent < 0 ? "⁻" : "");
        for (char digit : Integer.toString(Math.abs(exponent)).toCharArray()) {
            text.append(SUPERSCRIPTS.charAt(digit - '0'));
        }
        return text.toString();
    }
}
