package dev.spectraledge.bench.gpu;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** All results of a check, for looking up. */
record ResultTable(List<CheckResult> all) {

    ResultTable {
        all = List.copyOf(all);
    }

    long count(Outcome outcome) {
        return all.stream().filter(result -> result.outcome() == outcome).count();
    }

    List<CheckResult> of(String step) {
        return all.stream().filter(result -> result.step().equals(step)).toList();
    }

    /** The mean of a number over all results of this name: a step may have been done before and after another one. */
    OptionalDouble mean(String step, String name, String value) {
        return all.stream()
                .filter(result -> result.step().equals(step) && result.name().equals(name))
                .mapToDouble(result -> result.number(value))
                .filter(Double::isFinite)
                .average();
    }

    /** The device's name, for a folder. */
    String deviceSlug() {
        return of("libraries").stream()
                .map(result -> result.values().get("device"))
                .filter(String.class::isInstance)
                .map(name -> ((String) name).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"))
                .findFirst()
                .orElse("unknown-device");
    }
}
