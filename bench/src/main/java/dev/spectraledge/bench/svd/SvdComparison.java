package dev.spectraledge.bench.svd;

import dev.spectraledge.bench.machine.Machine;
import dev.spectraledge.bench.peers.Quantile;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Time, error and peak memory of leading singular values and vectors: ours with and without bounds, {@code
 * torch.svd_lowrank}, scikit-learn's {@code randomized_svd} and LAPACK's gesdd, each in a process of its own that maps the
 * same file, in turns within one invocation. Argument: {@code quick} or {@code full}. Prints a table and writes it to the
 * folder that system property {@code results.dir} names; {@code inputs.dir} receives the matrices.
 */
public final class SvdComparison {
    private static final String OURS = "spectral-edge";
    private static final String GESDD = "lapack-gesdd";
    private static final List<String> PEERS = List.of("torch-svd-lowrank", "sklearn-randomized-svd", GESDD);
    private static final int TURNS = 2;
    private static final int ROUNDS = 20;
    /** A process that has taken as long begins no further round. */
    private static final int BUDGET_SECONDS = 20;

    private static final double QUIET_LOAD = 0.3;

    private final boolean full;
    private final Path inputs = Path.of(System.getProperty("inputs.dir"));
    private final Map<String, String> absent = new LinkedHashMap<>();

    private SvdComparison(boolean full) {
        this.full = full;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Machine machine = Machine.current();
        Map<String, String> environment = machine.environment();
        SvdComparison comparison = new SvdComparison(arguments[0].equals("full"));
        StringBuilder text = new StringBuilder("# Leading singular values of large matrices\n\n");
        text.append(
                "float32; a sketch of the rank and 10 more columns, two power iterations. Seconds are medians with the"
                        + " least and the greatest; the error is what ‖A − USVᵀ‖_F exceeds the least possible for the rank"
                        + " by, over ‖A‖_F; memory is the peak of the process, the mapped matrix included.\n\n");
        if (Double.parseDouble(environment.get("load average at start")) > QUIET_LOAD) {
            text.append("**Not valid: the load at the start was above ")
                    .append(QUIET_LOAD)
                    .append(".**\n\n");
        }
        for (SvdInput input : comparison.inputs()) {
            comparison.compare(input, text);
            // After each size, because all of them together take a quarter of an hour.
            comparison.keep(text + comparison.notes(environment), machine);
        }
        System.out.print(text.append(comparison.notes(environment)));
    }

    private String notes(Map<String, String> environment) {
        StringBuilder notes = new StringBuilder();
        absent.forEach((name, reason) -> notes.append("- ")
                .append(name)
                .append(" took no part: ")
                .append(reason)
                .append('\n'));
        environment.forEach((key, value) ->
                notes.append("- ").append(key).append(": ").append(value).append('\n'));
        return notes.toString();
    }

    private void keep(String text, Machine machine) throws IOException {
        if (full) {
            Path folder = Files.createDirectories(
                    Path.of(System.getProperty("results.dir")).resolve(machine.slug()));
            Files.writeString(folder.resolve("svd.md"), text);
        }
    }

    private List<SvdInput> inputs() {
        return full
                ? List.of(
                        new SvdInput(4096, 4096, 16), new SvdInput(131_072, 200, 16), new SvdInput(50_000_000, 10, 10))
                : List.of(new SvdInput(512, 512, 16), new SvdInput(8192, 200, 16), new SvdInput(100_000, 10, 10));
    }

    private void compare(SvdInput input, StringBuilder text) throws IOException, InterruptedException {
        Path file = input.file(inputs);
        int rounds = full ? ROUNDS : 2;
        Map<String, List<Map<String, Object>>> answers = new LinkedHashMap<>();
        for (int turn = 0; turn < TURNS; turn++) {
            for (String name : contestants()) {
                boolean once = name.equals(GESDD) && turn > 0;
                if (!once && !absent.containsKey(name)) {
                    Map<String, Object> answer = ask(name, input, file, name.equals(GESDD) ? 1 : rounds);
                    if (answer != null) {
                        answers.computeIfAbsent(name, key -> new ArrayList<>()).add(answer);
                    }
                }
            }
        }
        double least = answers.containsKey(GESDD)
                ? (double) answers.get(GESDD).getFirst().get("residual")
                : answers.values().stream()
                        .mapToDouble(each -> (double) each.getFirst().get("residual"))
                        .min()
                        .orElse(Double.NaN);
        table(input, answers, least, text);
    }

    private static List<String> contestants() {
        List<String> names = new ArrayList<>(List.of(OURS, OURS + "-certified"));
        names.addAll(PEERS);
        return names;
    }

    private void table(
            SvdInput input, Map<String, List<Map<String, Object>>> answers, double least, StringBuilder text) {
        text.append(String.format(
                Locale.ROOT,
                "## %,d × %,d, rank %d%n%n| | seconds | error | peak memory, GB | ours is faster by"
                        + " |%n|---|---|---|---|---|%n",
                input.rows(),
                input.columns(),
                input.rank()));
        double ours = Quantile.of(seconds(answers.get(OURS)), 0.5);
        double norm = (double) answers.get(OURS).getFirst().get("norm");
        answers.forEach((name, given) -> {
            double[] seconds = seconds(given);
            double peak = given.stream()
                    .mapToDouble(each -> ((Number) each.get("peak_bytes")).doubleValue())
                    .max()
                    .orElse(Double.NaN);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %.4f (%.4f to %.4f) | %.1e | %.2f | %s |%n",
                    name,
                    Quantile.of(seconds, 0.5),
                    Quantile.of(seconds, 0),
                    Quantile.of(seconds, 1),
                    ((double) given.getFirst().get("residual") - least) / norm,
                    peak / 1e9,
                    name.startsWith(OURS) ? "" : String.format(Locale.ROOT, "%.1f", Quantile.of(seconds, 0.5) / ours)));
        });
        text.append('\n');
    }

    private static double[] seconds(List<Map<String, Object>> answers) {
        return answers.stream()
                .flatMap(answer -> ((List<?>) answer.get("seconds")).stream())
                .mapToDouble(value -> ((Number) value).doubleValue())
                .toArray();
    }

    /** Null, with the reason noted, where the contestant cannot take part. */
    private Map<String, Object> ask(String name, SvdInput input, Path file, int rounds)
            throws IOException, InterruptedException {
        System.err.println(input.name() + ": " + name);
        List<String> command = new ArrayList<>(program(name));
        command.addAll(List.of(
                file.toString(),
                Integer.toString(input.rows()),
                Integer.toString(input.columns()),
                Integer.toString(input.rank()),
                Integer.toString(rounds),
                Integer.toString(BUDGET_SECONDS)));
        Path complaints = inputs.resolve("complaints.txt");
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(complaints.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("OPENBLAS_"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            List<String> lines = Files.readAllLines(complaints);
            String reason = lines.isEmpty() ? "exit code " + process.exitValue() : lines.getLast();
            if (name.startsWith(OURS)) {
                throw new IllegalStateException(name + " failed: " + reason);
            }
            absent.put(name, reason + " (" + input.name() + ")");
            return null;
        }
        return Json.parseObject(output, name);
    }

    private static List<String> program(String name) {
        if (name.startsWith(OURS)) {
            return List.of(
                    ProcessHandle.current().info().command().orElse("java"),
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-modules=jdk.incubator.vector",
                    "-cp",
                    System.getProperty("java.class.path"),
                    SvdContestant.class.getName(),
                    name.equals(OURS) ? "plain" : "certified");
        }
        String python = System.getenv().getOrDefault("SPECTRALEDGE_PYTHON", "python3");
        return List.of(
                python,
                Path.of(System.getProperty("python.scripts")).resolve("svd.py").toString(),
                name);
    }
}
