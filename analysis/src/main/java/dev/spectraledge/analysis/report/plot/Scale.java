package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.analysis.report.NumberText;
import java.util.ArrayList;
import java.util.List;

/** Maps the values of an axis to [0, 1] and chooses where its ticks stand. */
public sealed interface Scale {

    /** A tick: where it stands and what it says. */
    record Tick(double value, String label) {}

    /** 0 at the lower end of the axis, 1 at the upper. */
    double position(double value);

    /** About {@code wanted} ticks at round numbers inside of the axis. */
    List<Tick> ticks(int wanted);

    /** Whether the value can stand on this axis: finite, and positive on a logarithmic one. */
    boolean accepts(double value);

    record Linear(double low, double high) implements Scale {
        public Linear {
            requireOrdered(low, high);
        }

        @Override
        public double position(double value) {
            return (value - low) / (high - low);
        }

        @Override
        public List<Tick> ticks(int wanted) {
            double spacing = niceSpacing((high - low) / Math.max(1, wanted));
            List<Tick> ticks = new ArrayList<>();
            double slack = spacing * 1e-9;
            for (long i = (long) Math.ceil((low - slack) / spacing); i * spacing <= high + slack; i++) {
                ticks.add(new Tick(i * spacing, NumberText.tick(i * spacing, spacing)));
            }
            return ticks;
        }

        @Override
        public boolean accepts(double value) {
            return Double.isFinite(value);
        }

        /** 1, 2 or 5 times a power of ten, whichever is nearest to {@code wanted} on a logarithmic scale. */
        private static double niceSpacing(double wanted) {
            double power = Math.pow(10, Math.floor(Math.log10(wanted)));
            double fraction = wanted / power;
            double nice =
                    fraction < Math.sqrt(2) ? 1 : fraction < Math.sqrt(10) ? 2 : fraction < Math.sqrt(50) ? 5 : 10;
            return nice * power;
        }
    }

    record Log(double low, double high) implements Scale {
        public Log {
            requireOrdered(low, high);
            if (low <= 0) {
                throw new IllegalArgumentException("a logarithmic axis cannot start at " + low);
            }
        }

        @Override
        public double position(double value) {
            return Math.log(value / low) / Math.log(high / low);
        }

        @Override
        public List<Tick> ticks(int wanted) {
            double decades = Math.log10(high / low);
            if (decades < 1) {
                return new Linear(low, high).ticks(wanted);
            }
            int first = (int) Math.ceil(Math.log10(low) - 1e-9);
            int last = (int) Math.floor(Math.log10(high) + 1e-9);
            List<Tick> ticks = new ArrayList<>();
            if (decades < 2.5) {
                for (int exponent = first - 1; exponent <= last; exponent++) {
                    for (int digit : new int[] {1, 2, 5}) {
                        double value = digit * Math.pow(10, exponent);
                        if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) {
                            ticks.add(new Tick(value, NumberText.tick(value, Math.pow(10, exponent))));
                        }
                    }
                }
                return ticks;
            }
            int every = Math.max(1, (int) Math.ceil(decades / (wanted + 2)));
            for (int exponent = Math.ceilDiv(first, every) * every; exponent <= last; exponent += every) {
                ticks.add(new Tick(Math.pow(10, exponent), NumberText.powerOfTen(exponent)));
            }
            return ticks;
        }

        @Override
        public boolean accepts(double value) {
            return Double.isFinite(value) && value > 0;
        }
    }

    private static void requireOrdered(double low, double high) {
        if (!(low < high) || !Double.isFinite(low) || !Double.isFinite(high)) {
            throw new IllegalArgumentException(
                    "an axis must run from a lower to a higher number, not " + low + " … " + high);
        }
    }
}
