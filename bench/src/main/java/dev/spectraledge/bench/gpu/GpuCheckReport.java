package dev.spectraledge.bench.gpu;

import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Sums up all results in {@code report.json} and {@code report.md}. Arguments: the folder of the results, {@code full} or
 * {@code tiny}. System properties: {@code commit}, and optionally {@code results.dir}, where a copy of both files goes to a
 * folder named after the device. Ends with 1 if something failed.
 */
public final class GpuCheckReport {
    private GpuCheckReport() {}

    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 2 || !List.of("full", "tiny").contains(arguments[1])) {
            throw new IllegalArgumentException("expected FOLDER full|tiny");
        }
        Path folder = Path.of(arguments[0]);
        ResultTable results = write(folder, arguments[1].equals("full"), System.getProperty("commit", "unknown"));
        String target = System.getProperty("results.dir");
        if (target != null) {
            Path copies = Path.of(target).resolve(results.deviceSlug());
            Files.createDirectories(copies);
            AtomicFile.write(copies.resolve("gpu-check.json"), Files.readString(folder.resolve("report.json")));
            AtomicFile.write(copies.resolve("gpu-check.md"), Files.readString(folder.resolve("report.md")));
            System.out.println("written to " + copies);
        }
        System.out.println(summary(results));
        if (results.count(Outcome.FAILED) > 0) {
            System.exit(1);
        }
    }

    /** Reads the results, judges the demands and writes both files. */
    static ResultTable write(Path folder, boolean timed, String commit) throws IOException {
        List<CheckResult> all = new ArrayList<>();
        Path source = folder.resolve(GpuCheck.RESULTS);
        for (String line : Files.readAllLines(source)) {
            all.add(CheckResult.of(Json.parseObject(line, source.toString())));
        }
        for (PartJournal.Part part : PartJournal.unfinished(folder)) {
            all.add(new CheckResult(
                    part.step(), part.name(), Outcome.FAILED, "began and did not end with its process", Map.of()));
        }
        all.addAll(new Demands(new ResultTable(all)).judge(timed));
        ResultTable results = new ResultTable(all);
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("commit", commit);
        json.put("times_are_meaningful", timed);
        for (Outcome outcome : Outcome.values()) {
            json.put(outcome.name().toLowerCase(Locale.ROOT), results.count(outcome));
        }
        json.put("results", all.stream().map(CheckResult::json).toList());
        Json.write(folder.resolve("report.json"), json);
        AtomicFile.write(
                folder.resolve("report.md"),
                new MarkdownReport(results, timed).text(commit) + "\n" + summary(results) + "\n");
        return results;
    }

    static String summary(ResultTable results) {
        return results.count(Outcome.PASSED) + " passed, " + results.count(Outcome.FAILED) + " failed, "
                + results.count(Outcome.SKIPPED) + " skipped";
    }
}
