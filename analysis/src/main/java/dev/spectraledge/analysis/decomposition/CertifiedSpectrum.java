package dev.spectraledge.analysis.decomposition;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The leading singular values of one matrix, between bounds.
 *
 * @param name what was decomposed, for people
 * @param values largest first
 * @param lower the true value is no less
 * @param upper the true value is no more
 * @param frobeniusNorm of the matrix
 * @param certificate what the bounds rest on, by name
 */
public record CertifiedSpectrum(
        String name,
        long rows,
        long columns,
        double[] values,
        double[] lower,
        double[] upper,
        double frobeniusNorm,
        Map<String, Object> certificate) {
    public CertifiedSpectrum {
        certificate = new LinkedHashMap<>(certificate);
    }

    /** Part of ‖A‖_F² that the first {@code count} values hold; NaN for a matrix of zeros. */
    public double share(int count) {
        double sum = 0;
        for (int index = 0; index < count; index++) {
            sum += values[index] * values[index];
        }
        return sum / (frobeniusNorm * frobeniusNorm);
    }

    /** For JSON. */
    public Map<String, Object> document() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", name);
        document.put("rows", rows);
        document.put("columns", columns);
        document.put("singular_values", Arrays.stream(values).boxed().toList());
        document.put("lower", Arrays.stream(lower).boxed().toList());
        document.put("upper", Arrays.stream(upper).boxed().toList());
        document.put("frobenius_norm", frobeniusNorm);
        document.putAll(certificate);
        return document;
    }
}
