package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * Grok steps and onsets of the published tables (arXiv 2602.16967; Lifecycle §4.23; of modular arithmetic arXiv 2602.16746, thesis
 * §5.4 and §5.8), whose points the published fits have.
 */
final class PublishedLeads {
    private PublishedLeads() {}

    /** SCAN: α = 1.180, R² = 0.990, n = 11. */
    static List<LeadTimeLaw.Point> scan() {
        return List.of(
                point("lr 1e-5, s42", 115_000, 3000),
                point("lr 5e-5, s42", 14_500, 1000),
                point("lr 5e-5, s137", 27_000, 2000),
                point("lr 5e-5, s2024", 14_000, 2000),
                point("lr 1e-4, s42", 6500, 700),
                point("lr 1e-4, s137", 7000, 1700),
                point("lr 1e-4, s2024", 7200, 1000),
                point("lr 5e-4, s42", 1800, 1000),
                point("lr 5e-4, s137", 16_000, 1500),
                point("lr 5e-4, s2024", 4000, 1500),
                point("lr 1e-3, s42", 1700, 800));
    }

    /** Dyck: α = 1.132, R² = 0.908, n = 14 in the text and 15 in the table. */
    static List<LeadTimeLaw.Point> dyck() {
        return List.of(
                point("lr 3e-5, s42", 68_000, 3000),
                point("lr 1e-4, s42", 29_000, 13_500),
                point("lr 1e-4, s137", 44_000, 1000),
                point("lr 1e-4, s2024", 32_000, 9000),
                point("lr 5e-4, s42", 5800, 600),
                point("lr 5e-4, s137", 6800, 400),
                point("lr 5e-4, s2024", 10_800, 1000),
                point("lr 1e-3, s42", 2900, 200),
                point("lr 1e-3, s137", 4400, 200),
                point("lr 1e-3, s2024", 7500, 200),
                point("lr 3e-3, s42", 2100, 500),
                point("lr 3e-3, s2024", 1200, 1000),
                point("lr 1e-2, s42", 11_900, 900),
                point("lr 1e-2, s137", 2900, 300),
                point("lr 1e-2, s2024", 3700, 200));
    }

    /**
     * A run of modular arithmetic at the usual learning rate.
     *
     * @param sustained98 the first of three evaluations with at least 0.98
     * @param first50 the first evaluation with at least 0.5; the same for 0.9 and 0.95
     */
    record ModularRun(String name, double sustained98, double first50, double first90, double first95, double onset) {
        /** By one of the definitions of grokking. */
        LeadTimeLaw.Point point(GrokRule rule) {
            return PublishedLeads.point(
                    name,
                    switch (rule) {
                        case FIRST_50 -> first50;
                        case FIRST_90 -> first90;
                        case FIRST_95 -> first95;
                        case SUSTAINED_98 -> sustained98;
                        default -> throw new IllegalArgumentException("the table has no column " + rule.key());
                    },
                    onset);
        }
    }

    /** Modular arithmetic, four operations that grok: leads of 600 to 1,600 steps to 0.9, mean 1,117. */
    static List<ModularRun> modular() {
        return List.of(
                new ModularRun("lr 1e-3, add s42", 3300, 3000, 3100, 3100, 1800),
                new ModularRun("lr 1e-3, add s137", 3400, 3000, 3200, 3200, 1800),
                new ModularRun("lr 1e-3, add s2024", 2800, 2300, 2500, 2600, 1900),
                new ModularRun("lr 1e-3, sub s42", 3500, 3100, 3200, 3200, 2100),
                new ModularRun("lr 1e-3, sub s137", 3800, 3400, 3600, 3600, 2000),
                new ModularRun("lr 1e-3, sub s2024", 3700, 3300, 3500, 3500, 2000),
                new ModularRun("lr 1e-3, mul s42", 2800, 2400, 2500, 2600, 1900),
                new ModularRun("lr 1e-3, mul s137", 3100, 2700, 2800, 2900, 1900),
                new ModularRun("lr 1e-3, mul s2024", 2800, 2400, 2600, 2600, 1900),
                new ModularRun("lr 1e-3, x2_y2 s42", 2700, 700, 1900, 2100, 500),
                new ModularRun("lr 1e-3, x2_y2 s137", 2600, 700, 1900, 2100, 700),
                new ModularRun("lr 1e-3, x2_y2 s2024", 2500, 700, 1800, 2000, 700));
    }

    /** Onsets in runs of the same table that never grok: without decay, and of two other operations with it. */
    static List<Double> onsetsWithoutGrokking() {
        return List.of(3400.0, 2000.0, 2000.0);
    }

    /**
     * The same operations at a tenth of the learning rate, of which onsets, and grok steps of a² + b², are printed as ranges.
     *
     * @param share of the way from the lower end of each range to the upper one
     */
    static List<LeadTimeLaw.Point> slowModular(double share) {
        double squares = between(29_000, 30_000, share);
        return List.of(
                point("lr 1e-4, add s42", 34_500, between(2300, 2400, share)),
                point("lr 1e-4, add s137", 37_100, between(2300, 2400, share)),
                point("lr 1e-4, add s2024", 31_700, between(2300, 2400, share)),
                point("lr 1e-4, mul s42", 31_100, between(2200, 2600, share)),
                point("lr 1e-4, mul s137", 37_000, between(2200, 2600, share)),
                point("lr 1e-4, mul s2024", 34_000, between(2200, 2600, share)),
                point("lr 1e-4, sub s42", 35_500, 2500),
                point("lr 1e-4, sub s137", 40_100, 2500),
                point("lr 1e-4, sub s2024", 34_700, 2500),
                point("lr 1e-4, x2_y2 s42", squares, between(2200, 2600, share)),
                point("lr 1e-4, x2_y2 s137", squares, between(2200, 2600, share)),
                point("lr 1e-4, x2_y2 s2024", squares, between(2200, 2600, share)));
    }

    private static double between(double low, double high, double share) {
        return low + share * (high - low);
    }

    /** Two tasks at once, the first of them that groks, by weight decay (thesis §5.8). */
    static List<LeadTimeLaw.Point> dual() {
        return List.of(
                point("wd 1.0, s42", 16_300, 12_200),
                point("wd 1.0, s137", 9600, 3400),
                point("wd 1.0, s2024", 13_500, 4200),
                point("wd 0.5, s42", 16_600, 15_800),
                point("wd 0.5, s137", 16_800, 15_800),
                point("wd 0.5, s2024", 15_200, 14_600),
                point("wd 0.3, s42", 29_800, 18_400),
                point("wd 0.3, s137", 28_000, 19_600),
                point("wd 0.3, s2024", 26_800, 19_400),
                point("wd 0.2, s42", 46_500, 15_600),
                point("wd 0.2, s137", 45_100, 21_800),
                point("wd 0.2, s2024", 43_600, 15_600),
                point("wd 0.1, s42", 98_800, 27_200),
                point("wd 0.1, s137", 101_300, 32_200),
                point("wd 0.1, s2024", 93_700, 29_000));
    }

    /** A point for each learning rate: the means over its seeds, as published. */
    static List<LeadTimeLaw.Point> means(List<LeadTimeLaw.Point> points) {
        Map<String, List<LeadTimeLaw.Point>> byRate = points.stream()
                .collect(Collectors.groupingBy(
                        point -> point.name().substring(0, point.name().indexOf(',')),
                        LinkedHashMap::new,
                        Collectors.toList()));
        return byRate.entrySet().stream()
                .map(rate -> new LeadTimeLaw.Point(
                        rate.getKey(),
                        mean(rate.getValue(), LeadTimeLaw.Point::grok),
                        mean(rate.getValue(), LeadTimeLaw.Point::onset)))
                .toList();
    }

    private static double mean(List<LeadTimeLaw.Point> points, ToDoubleFunction<LeadTimeLaw.Point> quantity) {
        return Statistics.mean(points.stream().mapToDouble(quantity).toArray());
    }

    private static LeadTimeLaw.Point point(String name, double grok, double onset) {
        return new LeadTimeLaw.Point(name, grok, onset);
    }
}
