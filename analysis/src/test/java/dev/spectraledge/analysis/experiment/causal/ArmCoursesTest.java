package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.trainer.step.StepIntervention;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArmCoursesTest {
    @TempDir
    private Path folder;

    /** From the last kept state before: with the run's own batches it is the run, with others it is not. */
    @Test
    void anArmThatNothingIsDoneToIsTheRun() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L, 20L, 40L), "evaluation.every=10");
                StudiedModel model = StudiedModel.of(
                        run, run.data().test(), run.data().test().size())) {
            long seed = run.config().training().seed();
            ArmCourses courses = new ArmCourses(
                    run,
                    List.of(
                            new Arm("own", Procedure.CONTROLLED, seed, StepIntervention.NONE),
                            new Arm("other", Procedure.CONTROLLED, seed + 1, StepIntervention.NONE)),
                    20);
            Findings findings = new Findings();
            courses.follow(40, 40, findings);
            model.load(40);
            double loss = model.evaluate().loss();
            // Sums of a hundred losses in another order.
            assertThat(courses.lastLoss(0, 40)).isCloseTo(loss, within(1e-12 * loss));
            assertThat(Math.abs(courses.lastLoss(1, 40) - loss)).isGreaterThan(1e-6);
            assertThat(courses.meanLoss(0, 30)).isGreaterThan(courses.lastLoss(0, 40));
            assertThat(courses.grokStep(0)).isEqualTo(Double.POSITIVE_INFINITY);
            courses.report("own", findings);
            assertThat(findings.curve(Procedure.CONTROLLED, "test-accuracy", "own"))
                    .hasSize(2);
        }
    }

    /** Weights that become infinite end their own training alone. */
    @Test
    void anArmThatDivergesIsLastAndTheOthersGoOn() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L), "evaluation.every=10")) {
            long seed = run.config().training().seed();
            StepIntervention breaks = (index, step, parameters, gradient) ->
                    run.backend().fill(parameters, step == 12 ? Double.NaN : 0.1);
            ArmCourses courses = new ArmCourses(
                    run,
                    List.of(
                            new Arm("broken", Procedure.CONTROLLED, seed, breaks),
                            new Arm("own", Procedure.CONTROLLED, seed, StepIntervention.NONE)),
                    0);
            Findings findings = new Findings();
            courses.follow(20, 20, findings);
            assertThat(courses.lastLoss(0, 20)).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(courses.meanLoss(0, 20)).isEqualTo(Double.POSITIVE_INFINITY);
            assertThat(courses.lastLoss(1, 20)).isLessThan(10);
            assertThat(findings.remarks()).singleElement().asString().startsWith("broken: training diverged");
        }
    }
}
