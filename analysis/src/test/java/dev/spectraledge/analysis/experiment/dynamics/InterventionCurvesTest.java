package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Continuation;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.dynamics.InterventionConditions.Condition;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.step.StepIntervention;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task that is learned in some ten steps: strings of one pair of parentheses. */
class InterventionCurvesTest {
    private static final long COMPARED = 20;
    private static final long END = 200;
    private static final int PUSHED = 4;
    private static final double TINY = 1e-6;
    private static final double LEAST = 1.0 / (PUSHED + 2);

    @TempDir
    private Path folder;

    /** A further tiny push is no earlier and no later than others; a training whose gradients are taken away never groks. */
    @Test
    void onlyWhatIsDoneSomethingToHasAGrokStepUnlikeTheUnaffectedOnes() {
        StudiedRun run = TinyTraining.write(
                folder, List.of(0L), "task.maxPairs=1", "training.learningRate=0.01", "evaluation.every=10");
        Backend backend = new CpuBackend();
        Findings findings = new Findings();
        try (MemoryOwner owner = MemoryOwner.open("pushes")) {
            List<Tensor> pushes = RandomDirections.draw(
                    backend, owner, 1, PUSHED + 1, run.layout().size());
            pushes.forEach(push -> backend.scale(TINY, push));
            List<Condition> conditions = new ArrayList<>();
            conditions.add(new Condition("baseline", Procedure.PUBLISHED, true, StepIntervention.NONE));
            for (int index = 0; index < PUSHED; index++) {
                conditions.add(new Condition(
                        "pushed-" + index, Procedure.CONTROLLED, true, new Kick(backend, 1, pushes.get(index))));
            }
            conditions.add(new Condition("null", Procedure.PUBLISHED, false, new Kick(backend, 1, pushes.getLast())));
            conditions.add(new Condition(
                    "frozen",
                    Procedure.PUBLISHED,
                    false,
                    (index, step, parameters, gradient) -> backend.fill(gradient, 0)));
            InterventionCurves curves = new InterventionCurves(run, conditions, 0, COMPARED);
            try (Continuation training = Continuation.carriedOver(
                    run,
                    Collections.nCopies(conditions.size(), Continuation.changed(run.config(), Map.of())),
                    0,
                    (index, step, parameters, gradient) ->
                            conditions.get(index).action().intervene(index, step, parameters, gradient))) {
                curves.follow(training, END, findings);
            }
            curves.report(findings);
        }
        for (GrokRule rule : GrokRule.strict()) {
            double grokStep = published(findings, "grok-step", "baseline/" + rule.key());
            assertThat(grokStep).isBetween(1.0, END / 2.0);
            assertThat(published(findings, "grok-step", "frozen/" + rule.key())).isNaN();
            assertThat(controlled(findings, "p-value-later", "frozen/" + rule.key()))
                    .isEqualTo(LEAST);
            assertThat(controlled(findings, "p-value-earlier", "frozen/" + rule.key()))
                    .isEqualTo(1);
            assertThat(controlled(findings, "p-value-earlier", "null/" + rule.key()))
                    .isGreaterThan(LEAST);
            assertThat(controlled(findings, "p-value-later", "null/" + rule.key()))
                    .isGreaterThan(LEAST);
        }
        // What has grokked by every rule is not trained further; the frozen one goes on to the end.
        assertThat(findings.curve(Procedure.PUBLISHED, "test-accuracy", "frozen"))
                .hasSize((int) END / 10);
        assertThat(findings.curve(Procedure.PUBLISHED, "test-accuracy", "baseline"))
                .hasSizeLessThan((int) END / 20);
    }

    private static double published(Findings findings, String quantity, String item) {
        return findings.value(Procedure.PUBLISHED, quantity, item, END).orElseThrow();
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, END).orElseThrow();
    }
}
