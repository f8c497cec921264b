package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Grok steps and onsets of the published tables (arXiv 2602.16967; Lifecycle §4.23), whose points the published fits have. */
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
