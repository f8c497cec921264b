package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.EvaluationConfig;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What a run shows of each of its objectives: columns of metrics and a grok step; nothing where there is only one. */
final class SeparateObjectives {
    private static final List<String> COLUMNS = List.of("train_loss", "train_accuracy", "test_loss", "test_accuracy");

    private final List<String> names;
    private final List<ConsecutiveEvaluations> groks = new ArrayList<>();

    SeparateObjectives(List<String> objectives, EvaluationConfig evaluation) {
        names = objectives.size() > 1 ? objectives : List.of();
        for (int i = 0; i < names.size(); i++) {
            groks.add(ConsecutiveEvaluations.grok(evaluation));
        }
    }

    /** Headings of the columns that {@link #evaluated} fills. */
    List<String> columns() {
        return names.stream().flatMap(SeparateObjectives::columns).toList();
    }

    private static Stream<String> columns(String objective) {
        return COLUMNS.stream().map(column -> column + "_" + objective);
    }

    /** @param firstColumn where the columns begin in the present row of {@code metrics} */
    void evaluated(long step, Evaluation train, Evaluation test, CsvTable metrics, int firstColumn, RunEvents events) {
        int column = firstColumn;
        for (int i = 0; i < names.size(); i++) {
            metrics.set(column++, train.losses().get(i));
            metrics.set(column++, train.accuracies().get(i));
            metrics.set(column++, test.losses().get(i));
            metrics.set(column++, test.accuracies().get(i));
            if (groks.get(i).evaluated(step, test.accuracies().get(i))) {
                events.raise(new RunEvents.Event(
                        grok(i),
                        groks.get(i).first(),
                        step,
                        "test accuracy " + test.accuracies().get(i)));
            }
        }
    }

    private String grok(int objective) {
        return RunEvents.GROK + "_" + names.get(objective);
    }

    /** Adds the grok step of each objective. */
    void summarise(Map<String, Object> summary) {
        for (int i = 0; i < names.size(); i++) {
            long first = groks.get(i).first();
            summary.put("grok_step_" + names.get(i), first == ConsecutiveEvaluations.NEVER ? null : first);
        }
    }

    /** @param prefix of the names of this run's counters */
    void save(String prefix, Map<String, String> counters) {
        for (int i = 0; i < names.size(); i++) {
            counters.put(prefix + grok(i), groks.get(i).state());
        }
    }

    void restore(String prefix, ResumeState stored, RunEvents events) {
        for (int i = 0; i < names.size(); i++) {
            groks.get(i).restore(stored.text(prefix + grok(i)));
            groks.get(i).restoreTo(events, grok(i));
        }
    }
}
