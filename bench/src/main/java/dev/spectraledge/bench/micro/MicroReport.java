package dev.spectraledge.bench.micro;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;

/** A table of benchmark results with the share of the machine's roof that each reaches. */
final class MicroReport {

    private static final String BYTES = "gigabytes";
    private static final String OPERATIONS = "gigaflops";
    private static final String TRAINING = "trainingNanos";
    private static final String OBSERVERS = "observerNanos";
    private static final String OBSERVER_BYTES = "observerBytes";
    private static final String WATCHED = "watchedNanos";
    private static final String UNWATCHED = "plainNanos";
    private static final String STEPS = "steps";
    private static final String MOVED_BYTES = "movedBytes";
    private static final String LEAST_BYTES = "leastBytes";
    private static final double KIBIBYTE = 1024;
    /** Rates in GB/s below which megabytes are told. */
    private static final double SLOW = 0.5;

    /** Load average above which others have taken too much of the processor for a share of a step to mean anything. */
    private static final double QUIET = 0.3;

    private static final String LOAD = "load average at start";
    /** Arrays of the roofs that stand for the shared cache and for memory. */
    private static final String CACHE_KIBIBYTES = "4096";

    private static final String MEMORY_KIBIBYTES = "262144";

    private final List<Measured> results;

    /** One benchmark with its parameters; the threads are JMH's, or the workers of a benchmark that has its own. */
    private record Measured(
            String name,
            Map<String, String> parameters,
            int threads,
            double microseconds,
            OptionalDouble gigabytesPerSecond,
            OptionalDouble gigaflopsPerSecond,
            OptionalDouble observerShare,
            OptionalDouble observerBytesPerNano,
            OptionalDouble timesUnwatched,
            OptionalDouble movedBytes,
            OptionalDouble leastBytes,
            double allocatedBytes) {

        boolean isRoof() {
            return name.startsWith("RoofBenchmark");
        }

        /** Bytes that one call moves, a measure of its working set. */
        double bytesPerCall() {
            return gigabytesPerSecond.orElse(0) * 1e3 * microseconds;
        }
    }

    MicroReport(Collection<RunResult> results) {
        this.results = results.stream().map(MicroReport::measured).toList();
    }

    private static Measured measured(RunResult result) {
        BenchmarkParams params = result.getParams();
        Map<String, String> parameters = new TreeMap<>();
        params.getParamsKeys().forEach(key -> parameters.put(key, params.getParam(key)));
        String[] path = params.getBenchmark().split("\\.", -1);
        String unit = result.getPrimaryResult().getScoreUnit();
        double score = result.getPrimaryResult().getScore();
        double perUnit = switch (unit) {
            case "ops/s" -> 1e6 * params.getThreads() / score;
            case "ns/op" -> score * 1e-3;
            case "us/op" -> score;
            case "ms/op" -> score * 1e3;
            default -> throw new IllegalStateException("unit " + unit + " of " + params);
        };
        return new Measured(
                path[path.length - 2] + "." + path[path.length - 1],
                parameters,
                Integer.parseInt(parameters.getOrDefault("workers", Integer.toString(params.getThreads()))),
                perUnit,
                secondary(result, BYTES),
                secondary(result, OPERATIONS),
                ratio(result, OBSERVERS, TRAINING),
                ratio(result, OBSERVER_BYTES, TRAINING),
                ratio(result, WATCHED, UNWATCHED),
                ratio(result, MOVED_BYTES, STEPS),
                ratio(result, LEAST_BYTES, STEPS),
                secondary(result, "gc.alloc.rate.norm").orElse(Double.NaN));
    }

    /** Of two sums over the steps. */
    private static OptionalDouble ratio(RunResult result, String counted, String of) {
        OptionalDouble sum = secondary(result, counted);
        return sum.isEmpty()
                ? sum
                : OptionalDouble.of(sum.getAsDouble() / secondary(result, of).orElseThrow());
    }

    private static OptionalDouble secondary(RunResult result, String suffix) {
        for (String name : result.getSecondaryResults().keySet()) {
            if (name.endsWith(suffix)) {
                return OptionalDouble.of(result.getSecondaryResults().get(name).getScore());
            }
        }
        return OptionalDouble.empty();
    }

    String markdown(Map<String, String> environment) {
        StringBuilder text = new StringBuilder("# Parts of the engine against the machine's roofs\n\n");
        text.append("Roofs: float32 multiply-adds by a 1024³ product; memory traffic as the best of read, copy and"
                        + " triad ")
                .append("for arrays of the size that comes nearest to a call's. A share above 100 % is data that stays"
                        + " in ")
                .append("a nearer cache than the roof's.\n\n");
        warnOfLoad(environment, text);
        text.append("| benchmark | parameters | threads | µs/call | rate | share of roof | bytes allocated/call |\n")
                .append("|---|---|---|---|---|---|---|\n");
        for (Measured result : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %d | %.4g | %s | %s | %.0f |%n",
                    result.name,
                    result.parameters.entrySet().stream()
                            .map(entry -> entry.getKey() + "=" + entry.getValue())
                            .collect(Collectors.joining(" ")),
                    result.threads,
                    result.microseconds,
                    rate(result),
                    share(result),
                    result.allocatedBytes));
        }
        text.append('\n');
        environment.forEach((key, value) ->
                text.append("- ").append(key).append(": ").append(value).append('\n'));
        return text.toString();
    }

    /** Shares of a step are differences of times, which a busy neighbour makes larger. */
    private void warnOfLoad(Map<String, String> environment, StringBuilder text) {
        boolean ofSteps = results.stream()
                .anyMatch(result -> result.observerShare.isPresent() || result.timesUnwatched.isPresent());
        if (ofSteps && !(Double.parseDouble(environment.getOrDefault(LOAD, "NaN")) <= QUIET)) {
            text.append("**Invalid: the load average at the start was ")
                    .append(environment.get(LOAD))
                    .append(", and shares of a step need ")
                    .append(QUIET)
                    .append(" at most.**\n\n");
        }
    }

    private String rate(Measured result) {
        if (result.gigabytesPerSecond.isPresent()) {
            double rate = result.gigabytesPerSecond.getAsDouble();
            return rate < SLOW
                    ? String.format(Locale.ROOT, "%.1f MB/s", 1e3 * rate)
                    : String.format(Locale.ROOT, "%.1f GB/s", rate);
        }
        if (result.gigaflopsPerSecond.isPresent()) {
            return String.format(Locale.ROOT, "%.1f GFLOP/s", result.gigaflopsPerSecond.getAsDouble()) + moved(result);
        }
        if (result.observerShare.isPresent()) {
            return String.format(
                            Locale.ROOT, "observers: %.2f %% of the step", 100 * result.observerShare.getAsDouble())
                    + floor(result, MEMORY_KIBIBYTES, "from memory")
                    + floor(result, CACHE_KIBIBYTES, "from the shared cache");
        }
        if (result.timesUnwatched.isPresent()) {
            return String.format(
                    Locale.ROOT, "%.3f times a step that nobody watches", result.timesUnwatched.getAsDouble());
        }
        return "";
    }

    /** What a step reads and writes of vectors as long as the parameters. */
    private static String moved(Measured result) {
        return result.movedBytes.isEmpty()
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; moves %.2f GB a step of the parameters, at least %.2f",
                        1e-9 * result.movedBytes.getAsDouble(),
                        1e-9 * result.leastBytes.orElseThrow());
    }

    /** The share of a step that moving what observers must read and write takes at the rate of a roof. */
    private String floor(Measured result, String kibibytes, String from) {
        OptionalDouble rate = results.stream()
                .filter(roof -> roof.isRoof()
                        && roof.threads == result.threads
                        && kibibytes.equals(roof.parameters.get("kibibytes")))
                .flatMapToDouble(roof -> roof.gigabytesPerSecond.stream())
                .max();
        double bytesPerNano = result.observerBytesPerNano.orElse(0);
        return rate.isEmpty() || bytesPerNano == 0
                ? ""
                : String.format(Locale.ROOT, "; at least %.2f %% %s", 100 * bytesPerNano / rate.getAsDouble(), from);
    }

    private String share(Measured result) {
        OptionalDouble rate =
                result.gigabytesPerSecond.isPresent() ? result.gigabytesPerSecond : result.gigaflopsPerSecond;
        OptionalDouble roof = result.gigabytesPerSecond.isPresent() ? trafficRoof(result) : arithmeticRoof(result);
        if (result.isRoof() || rate.isEmpty() || roof.isEmpty()) {
            return "";
        }
        return String.format(Locale.ROOT, "%.0f %%", 100 * rate.getAsDouble() / roof.getAsDouble());
    }

    private OptionalDouble arithmeticRoof(Measured result) {
        return results.stream()
                .filter(roof -> roof.isRoof() && roof.threads == result.threads)
                .flatMapToDouble(roof -> roof.gigaflopsPerSecond.stream())
                .max();
    }

    /** The best rate among the roofs whose bytes per call are nearest to the result's, as a ratio. */
    private OptionalDouble trafficRoof(Measured result) {
        List<Measured> roofs = results.stream()
                .filter(roof ->
                        roof.isRoof() && roof.threads == result.threads && roof.parameters.containsKey("kibibytes"))
                .toList();
        return roofs.stream()
                .min((one, other) -> Double.compare(distance(one, result), distance(other, result)))
                .map(nearest -> roofs.stream()
                        .filter(roof -> roof.parameters.equals(nearest.parameters))
                        .flatMapToDouble(roof -> roof.gigabytesPerSecond.stream())
                        .max())
                .orElse(OptionalDouble.empty());
    }

    private static double distance(Measured roof, Measured result) {
        double bytes = Double.parseDouble(roof.parameters.get("kibibytes")) * KIBIBYTE;
        return Math.abs(Math.log(bytes / Math.max(1, result.bytesPerCall())));
    }
}
