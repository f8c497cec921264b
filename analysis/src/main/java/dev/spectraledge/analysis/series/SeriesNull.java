package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a surrogate keeps of a series in equal intervals; neither keeps when anything happened. */
public enum SeriesNull {
    /** The amplitude at every frequency, hence all of its correlations with itself, as if its end came before its beginning. */
    PHASES(0) {
        @Override
        Supplier<double[]> surrogates(double[] values, RandomSequence random) {
            Spectrum spectrum = new Spectrum(values);
            return () -> spectrum.draw(random);
        }
    },
    /** How slowly it changes: normal numbers of the autoregression that fits it best ({@link Autoregression}). */
    AUTOREGRESSION(1) {
        @Override
        Supplier<double[]> surrogates(double[] values, RandomSequence random) {
            Autoregression process = Autoregression.of(values);
            return () -> process.draw(random, values.length);
        }
    };

    private static final int DRAWS = 199;

    private final long code;

    SeriesNull(long code) {
        this.code = code;
    }

    abstract Supplier<double[]> surrogates(double[] values, RandomSequence random);

    /** 199 surrogates, always the same ones of a key. */
    public Stream<double[]> draws(double[] values, PhiloxKey key) {
        RandomSequence random = new RandomSequence();
        random.seek(key, code << Integer.SIZE);
        return Stream.generate(surrogates(values, random)).limit(DRAWS);
    }

    /** Name in findings. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}
