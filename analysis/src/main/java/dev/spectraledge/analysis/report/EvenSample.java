package dev.spectraledge.analysis.report;

import java.util.ArrayList;
import java.util.List;

/** As many of a list as somebody can look at. */
public final class EvenSample {
    private EvenSample() {}

    /** All of a short list; of a long one {@code most}, at least two, evenly spread, with the first and the last. */
    public static <T> List<T> of(List<T> all, int most) {
        if (all.size() <= most) {
            return all;
        }
        List<T> some = new ArrayList<>(most);
        for (int i = 0; i < most; i++) {
            some.add(all.get((int) Math.round(i * (all.size() - 1.0) / (most - 1))));
        }
        return some;
    }
}
