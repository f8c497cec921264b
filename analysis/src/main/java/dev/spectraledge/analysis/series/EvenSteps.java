package dev.spectraledge.analysis.series;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Which of some steps follow each other in equal intervals. */
public final class EvenSteps {
    private EvenSteps() {}

    /**
     * Indices of the longest stretch of neighbours at the distance that neighbours have most often; of equals the first. With fewer
     * than two steps all of them.
     *
     * @param steps ascending
     */
    public static int[] longest(double[] steps) {
        if (steps.length < 2) {
            return IntStream.range(0, steps.length).toArray();
        }
        Map<Double, Integer> distances = new TreeMap<>();
        for (int index = 1; index < steps.length; index++) {
            distances.merge(steps[index] - steps[index - 1], 1, Integer::sum);
        }
        double distance = Collections.max(distances.entrySet(), Map.Entry.comparingByValue())
                .getKey();
        int first = 0;
        int longest = 0;
        int begin = 0;
        for (int index = 1; index <= steps.length; index++) {
            if (index == steps.length || steps[index] - steps[index - 1] != distance) {
                if (index - begin > longest) {
                    first = begin;
                    longest = index - begin;
                }
                begin = index;
            }
        }
        return IntStream.range(first, first + longest).toArray();
    }
}
