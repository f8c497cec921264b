package dev.spectraledge.bench.gpu;

import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** The results as tables for people. */
final class MarkdownReport {
    private static final String TIME = "microseconds_per_step";

    /** What users get: the end of the name of a case. */
    private static final String USUAL_CASE = " deduplicated fp32";

    private final ResultTable results;
    private final boolean timed;
    private final StringBuilder text = new StringBuilder();

    MarkdownReport(ResultTable results, boolean timed) {
        this.results = results;
        this.timed = timed;
    }

    String text(String commit) {
        text.append("# CUDA backend: check of a device\n\nCommit ")
                .append(commit)
                .append(". ");
        if (!timed) {
            text.append("Tiny sizes, to see that everything runs: **no time here means anything**. ");
        }
        text.append(
                "Times are medians; a ratio is PyTorch's or JAX's time by ours, where they compute padded batches in"
                        + " true float32.\n");
        environment();
        steps("A Dyck training step (273,421 parameters, 50 sequences of up to 24 tokens)", "steps");
        steps("Other numbers of runs and other products", "other-steps");
        throughput();
        profile();
        peers();
        observer();
        ceilings();
        spectra();
        checks();
        return text.toString();
    }

    private void environment() {
        heading("Machine", "what", "");
        for (String step : List.of("libraries", "torch")) {
            for (CheckResult result : results.of(step)) {
                if (result.name().equals("device") || result.name().equals("environment")) {
                    result.values().forEach((name, value) -> row(name, cell(value)));
                }
            }
        }
    }

    private void steps(String title, String step) {
        heading(
                title,
                "case",
                "µs/step",
                "µs/run-step",
                "device's clock",
                "CPU µs/step",
                "eager/ours",
                "compile/ours",
                "graph/ours",
                "jax/ours",
                "floor µs/run-step");
        double peak = results.of("ceilings").stream()
                .filter(result -> result.name().startsWith(Ceilings.PEDANTIC))
                .mapToDouble(result -> result.number("teraflops"))
                .max()
                .orElse(Double.NaN);
        for (String name : names(step)) {
            OptionalDouble run = results.mean(step, name, "microseconds_per_run_step");
            if (run.isEmpty()) {
                continue;
            }
            row(
                    name,
                    number(results.mean(step, name, TIME)),
                    number(run),
                    number(results.mean(step, name, "device_clock_microseconds_per_step")),
                    number(results.mean(step, name, "processor_microseconds_per_step")),
                    ratio("torch", "eager", run),
                    ratio("torch-compile", "compile", run),
                    ratio("torch", "cuda graph", run),
                    ratio("jax", "jit", run),
                    name.endsWith("fp32")
                            ? number(OptionalDouble.of(results.mean(step, name, "operations_per_run_step")
                                            .orElse(Double.NaN)
                                    / peak
                                    * 1e-6))
                            : "");
        }
        text.append("\n"
                + "The floor is the time of the products alone at the rate of this device's largest float32"
                + " product.\n");
    }

    /** What many runs in one graph are worth: sweeps in the layout and the precision that users get. */
    private void throughput() {
        heading("Runs side by side", "runs", "run-steps/s", "of one run", "nodes recorded");
        SortedMap<Integer, String> stepOfRuns = new TreeMap<>();
        for (String step : List.of("steps", "other-steps")) {
            names(step).stream()
                    .filter(name -> name.endsWith(USUAL_CASE))
                    .forEach(name -> stepOfRuns.put(runs(name), step));
        }
        double alone = stepOfRuns.isEmpty() ? Double.NaN : runStepsPerSecond(stepOfRuns, stepOfRuns.firstKey());
        for (int runs : stepOfRuns.keySet()) {
            double rate = runStepsPerSecond(stepOfRuns, runs);
            row(
                    cell(runs),
                    cell(rate),
                    cell(rate / alone),
                    number(results.mean(stepOfRuns.get(runs), "S=" + runs + USUAL_CASE, StepBenchmark.NODES)));
        }
    }

    private double runStepsPerSecond(Map<Integer, String> stepOfRuns, int runs) {
        return results.mean(stepOfRuns.get(runs), "S=" + runs + USUAL_CASE, StepBenchmark.RUN_STEPS_PER_SECOND)
                .orElse(Double.NaN);
    }

    /** The number of runs that the name of a case begins with. */
    private static int runs(String name) {
        return Integer.parseInt(name.replaceAll("^S=(\\d+).*", "$1"));
    }

    private String ratio(String step, String peer, OptionalDouble own) {
        OptionalDouble theirs = results.mean(step, peer, TIME);
        return theirs.isEmpty() ? "–" : number(OptionalDouble.of(theirs.getAsDouble() / own.getAsDouble()));
    }

    /** Where the time of a step goes, the dearest operations first. */
    private void profile() {
        heading("Where a step spends its time, operation by operation", "operation", "µs/step", "calls", "µs/call");
        results.of("profile").stream()
                .filter(result -> Double.isFinite(result.number(TIME)))
                .sorted(Comparator.<CheckResult>comparingInt(result -> runs(result.name()))
                        .thenComparing(Comparator.<CheckResult>comparingDouble(result -> result.number(TIME))
                                .reversed()))
                .forEach(result -> row(
                        result.name(),
                        value(result, TIME),
                        value(result, "calls_per_step"),
                        value(result, "microseconds_per_call")));
    }

    private void peers() {
        heading("PyTorch and JAX", "variant", "µs/step", "µs/run-step", "device's clock", "quartiles");
        for (String step : List.of("torch", "torch-compile", "jax")) {
            for (String peer : names(step)) {
                row(
                        step + " " + peer,
                        number(results.mean(step, peer, TIME)),
                        number(results.mean(step, peer, "microseconds_per_run_step")),
                        number(results.mean(step, peer, "device_clock_microseconds_per_step")),
                        number(results.mean(step, peer, "lower_quartile")) + " – "
                                + number(results.mean(step, peer, "upper_quartile")));
            }
        }
        text.append("\n"
                        + "Largest relative difference of PyTorch's float32 losses on this device from the float64"
                        + " reference: ")
                .append(number(results.mean("torch", "float64 reference", "largest_relative_difference")))
                .append(".\n");
    }

    private void observer() {
        heading(
                "Watching every step (attention weights, W = 10)",
                "case",
                "µs/step without",
                "with",
                "ratio",
                "CPU µs/step with");
        for (String name : names("observer")) {
            row(
                    name,
                    number(results.mean("observer", name, "microseconds_per_step_without")),
                    number(results.mean("observer", name, TIME)),
                    number(results.mean("observer", name, "ratio")),
                    number(results.mean("observer", name, "processor_microseconds_per_step")));
        }
    }

    private void ceilings() {
        heading("Ceilings", "what", "GB/s", "TFLOP/s", "µs");
        for (CheckResult result : results.of("ceilings")) {
            if (result.name().equals("launches")) {
                result.values().forEach((name, value) -> row(name, "", "", cell(value)));
            } else {
                row(
                        result.name(),
                        value(result, "gigabytes_per_second"),
                        value(result, "teraflops"),
                        value(result, "microseconds"));
            }
        }
    }

    private void spectra() {
        heading("Spectra", "case", "µs", "GB/s", "of the copy's", "error/(n·ε)", "torch.linalg µs", "its error/(n·ε)");
        OptionalDouble copy = results.mean("ceilings", "copy within the device", "gigabytes_per_second");
        for (CheckResult result : results.of("spectra")) {
            double rate = result.number("gigabytes_per_second");
            row(
                    result.name(),
                    value(result, "microseconds"),
                    value(result, "gigabytes_per_second"),
                    Double.isNaN(rate) || copy.isEmpty()
                            ? ""
                            : number(OptionalDouble.of(rate / copy.getAsDouble() * 100)) + " %",
                    value(result, "error_ratio"),
                    number(results.mean("linalg", result.name(), "microseconds")),
                    number(results.mean("linalg", result.name(), "error_ratio")));
        }
    }

    private void checks() {
        heading("Checks", "step", "check", "outcome", "remark", "values");
        for (CheckResult result : results.all()) {
            if (result.outcome() != Outcome.MEASURED) {
                row(
                        result.step(),
                        result.name(),
                        result.outcome().name().toLowerCase(Locale.ROOT),
                        result.text(),
                        values(result.values()));
            }
        }
    }

    private static String values(Map<String, Object> values) {
        StringBuilder list = new StringBuilder();
        values.forEach((name, value) -> {
            if (value instanceof Number) {
                list.append(list.isEmpty() ? "" : ", ")
                        .append(name.replace('_', ' '))
                        .append(' ')
                        .append(cell(value));
            }
        });
        return list.toString();
    }

    private Set<String> names(String step) {
        Set<String> names = new LinkedHashSet<>();
        results.of(step).stream()
                .filter(result -> Double.isFinite(result.number(TIME)))
                .forEach(result -> names.add(result.name()));
        return names;
    }

    private void heading(String title, String... columns) {
        text.append("\n## ").append(title).append("\n\n");
        row(columns);
        text.append("|---".repeat(columns.length)).append("|\n");
    }

    private void row(String... cells) {
        for (String cell : cells) {
            text.append("| ")
                    .append(cell.replace("|", "\\|").replace("\n", " "))
                    .append(' ');
        }
        text.append("|\n");
    }

    private static String value(CheckResult result, String name) {
        double value = result.number(name);
        return Double.isNaN(value) ? "" : number(OptionalDouble.of(value));
    }

    private static String number(OptionalDouble value) {
        return value.isEmpty() ? "–" : cell(value.getAsDouble());
    }

    /** Whole numbers in full, others with four significant digits. */
    private static String cell(Object value) {
        if (!(value instanceof Double || value instanceof Float)) {
            return String.valueOf(value);
        }
        double number = ((Number) value).doubleValue();
        if (number != 0 && (Math.abs(number) < 1e-3 || Math.abs(number) >= 1e7)) {
            return String.format(Locale.ROOT, "%.2e", number);
        }
        int integerDigits = (int) Math.max(1, Math.ceil(Math.log10(Math.abs(number) + 1)));
        return String.format(Locale.ROOT, "%." + Math.max(0, 4 - integerDigits) + "f", number);
    }
}
