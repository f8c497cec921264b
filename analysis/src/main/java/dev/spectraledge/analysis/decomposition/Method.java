package dev.spectraledge.analysis.decomposition;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How singular values are computed. */
public enum Method {
    /** Each matrix of each file, whole in memory: randomized subspace iteration. */
    RANDOMIZED,
    /** One trajectory, a file at a time: three random sketches. */
    STREAMING,
    /** One trajectory, a file at a time: a deterministic sketch. */
    FREQUENT_DIRECTIONS;

    /** As command lines and documents spell it. */
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static List<String> keys() {
        return Arrays.stream(values()).map(Method::key).toList();
    }

    /** Whether the files are rows of one matrix. */
    public boolean isOfTrajectory() {
        return this != RANDOMIZED;
    }
}
