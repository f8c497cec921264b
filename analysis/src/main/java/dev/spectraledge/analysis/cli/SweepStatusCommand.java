package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge sweep status}. */
@Command(
        name = "status",
        description = "Shows the progress of a sweep's runs, which process computes each, and why some failed.",
        mixinStandardHelpOptions = true)
final class SweepStatusCommand implements Callable<Integer> {
    @ParentCommand
    private SweepCommand sweep;

    @Parameters(paramLabel = "DIR", description = "Sweep directory.")
    private Path root;

    @Option(names = "--json", description = "Print JSON instead of a table.")
    private boolean json;

    @Override
    public Integer call() {
        SweepPlan plan = SweepPlan.read(root);
        List<RunStatus> runs =
                plan.runs().stream().map(run -> RunStatus.of(plan, run)).toList();
        Map<String, Object> counts = new LinkedHashMap<>();
        for (SweptState state : SweptState.values()) {
            counts.put(
                    state.key(),
                    runs.stream().filter(run -> run.state() == state).count());
        }
        PrintStream out = sweep.sedge().console().out();
        if (json) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("sweep", root.toString());
            document.put("counts", counts);
            document.put("runs", runs.stream().map(SweepStatusCommand::fields).toList());
            out.print(Json.pretty(document));
        } else {
            table(plan, runs).forEach(sweep.sedge().console()::row);
            List<String> present = new ArrayList<>();
            counts.forEach((state, count) -> {
                if (!count.equals(0L)) {
                    present.add(count + " " + state);
                }
            });
            out.println(runs.size() + (runs.size() == 1 ? " run: " : " runs: ") + String.join(", ", present));
        }
        return Sedge.OK;
    }

    private static Map<String, Object> fields(RunStatus status) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", status.run().id());
        fields.put("swept", status.run().swept());
        fields.put("state", status.state().key());
        fields.put("step", status.step());
        fields.put("test_loss", status.testLoss());
        fields.put("test_accuracy", status.testAccuracy());
        fields.put("grok_step", status.grokStep());
        fields.put("failure", status.failure());
        fields.put("holder", status.holder());
        fields.put("seconds_since_beat", status.secondsSinceBeat());
        return fields;
    }

    private static List<String> table(SweepPlan plan, List<RunStatus> runs) {
        List<List<String>> rows = new ArrayList<>();
        List<String> header = new ArrayList<>(List.of("run"));
        plan.sweptKeys().forEach(key -> header.add(key.substring(key.lastIndexOf('.') + 1)));
        header.addAll(List.of("state", "step", "test loss", "accuracy", "grok step", ""));
        rows.add(header);
        for (RunStatus status : runs) {
            List<String> row = new ArrayList<>(List.of(status.run().id()));
            plan.sweptKeys()
                    .forEach(key -> row.add(String.valueOf(status.run().swept().get(key))));
            row.add(status.state().key());
            row.add(text("%,d", status.step()));
            row.add(text("%.2e", status.testLoss()));
            row.add(text("%.3f", status.testAccuracy()));
            row.add(text("%,d", status.grokStep()));
            row.add(remark(status));
            rows.add(row);
        }
        int[] widths = new int[header.size()];
        rows.forEach(row -> {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        });
        return rows.stream().map(row -> aligned(row, widths)).toList();
    }

    private static String remark(RunStatus status) {
        if (status.failure() != null) {
            return Printable.line(status.failure());
        }
        return status.holder() == null ? "" : status.holder() + ", " + status.secondsSinceBeat() + " s ago";
    }

    private static String text(String format, Object value) {
        return value == null ? "-" : String.format(Locale.ROOT, format, value);
    }

    private static String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            boolean last = column == widths.length - 1;
            line.append(cell).append(last ? "" : " ".repeat(widths[column] - cell.length() + 2));
        }
        return line.toString().stripTrailing();
    }
}
