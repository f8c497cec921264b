package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether two quantities rank the members of each of several groups alike: the mean of Spearman's correlations over the groups,
 * against those of groups in which the second quantity has changed places among the members.
 *
 * @param correlation NaN where there is no group of three members or more whose ranks are known
 * @param above how rarely as large a one comes by exchange
 * @param below how rarely as small a one does
 */
public record RankAgreement(double correlation, double above, double below) {
    private static final int DRAWS = 999;
    private static final int FEWEST = 3;

    /** Of groups of as many members in both lists; groups with a value that is no number are left out. */
    public static RankAgreement of(List<double[]> first, List<double[]> second, PhiloxKey key) {
        List<double[]> ranks = first.stream().map(Statistics::ranks).toList();
        List<double[]> others = second.stream().map(Statistics::ranks).toList();
        int[] known = IntStream.range(0, first.size())
                .filter(group -> first.get(group).length >= FEWEST
                        && Arrays.stream(first.get(group)).allMatch(Double::isFinite)
                        && Arrays.stream(second.get(group)).allMatch(Double::isFinite))
                .toArray();
        if (known.length == 0) {
            return new RankAgreement(Double.NaN, Double.NaN, Double.NaN);
        }
        double observed = mean(known, ranks, others);
        RandomSequence random = new RandomSequence();
        random.seek(key, 0);
        Null chance = Null.of(IntStream.range(0, DRAWS)
                .mapToDouble(draw -> mean(
                        known,
                        ranks,
                        others.stream().map(values -> exchanged(values, random)).toList()))
                .toArray());
        return new RankAgreement(observed, chance.probability(observed), chance.atMost(observed));
    }

    private static double mean(int[] groups, List<double[]> first, List<double[]> second) {
        return Arrays.stream(groups)
                .mapToDouble(group -> Statistics.correlation(first.get(group), second.get(group)))
                .average()
                .orElseThrow();
    }

    /** By the method of Fisher and Yates. */
    private static double[] exchanged(double[] values, RandomSequence random) {
        double[] moved = values.clone();
        for (int last = moved.length - 1; last > 0; last--) {
            int other = Math.min((int) (random.uniform() * (last + 1)), last);
            double kept = moved[last];
            moved[last] = moved[other];
            moved[other] = kept;
        }
        return moved;
    }
}
