package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperTest {
    private static final Paper PAPER = LifecyclePaper.read();

    @TempDir
    private Path folder;

    @Test
    void partsAreNamedAsOnTheCommandLine() {
        assertThat(PAPER.parts(List.of("dyck", "scan", "dyck")))
                .extracting(Part::name)
                .containsExactly("dyck", "scan");
        assertThatThrownBy(() -> PAPER.parts(List.of("dick")))
                .isInstanceOf(UsageException.class)
                .hasMessage("the paper has no part 'dick'; did you mean 'dyck'? (parts: dyck, modular, scan)");
    }

    @Test
    void aRunIsOfOneSubject() {
        SweepPlan plan = PaperRuns.plan(folder, extent("full", false), PAPER.parts());
        assertThat(plan.runs()).hasSize(18).allSatisfy(run -> {
            Map<String, Object> configuration = run.config().toMap();
            assertThat(PAPER.subjects())
                    .filteredOn(subject -> subject.fits(configuration))
                    .hasSize(1);
        });
        assertThat(plan.runs())
                .extracting(run -> PAPER.title(run.config()))
                .startsWith("dyck ω=1 seed 42", "dyck ω=0 seed 42", "dyck ω=1 seed 137")
                .doesNotHaveDuplicates();
    }

    @Test
    void aControlNamesASubjectOfItsPart() {
        assertThat(PAPER.subjects()).filteredOn(Subject::isControl).hasSize(3).allSatisfy(control -> {
            Subject subject = PAPER.subject(control.controlOf().orElseThrow());
            assertThat(PAPER.partOf(subject)).isEqualTo(PAPER.partOf(control));
        });
    }

    /** Thesis §5, §8.4: four operations that grok and two that do not, two and three at once, Dyck-1 and SCAN. */
    @Test
    void theMatrixOfTheThesisIsEveryTaskWithAndWithoutDecayForEachSeed() {
        Paper thesis = ThesisPaper.read();
        SweepPlan plan = PaperRuns.plan(folder, extent("full", false), thesis.parts());
        assertThat(plan.runs()).hasSize(60).allSatisfy(run -> {
            Map<String, Object> configuration = run.config().toMap();
            assertThat(thesis.subjects())
                    .filteredOn(subject -> subject.fits(configuration))
                    .hasSize(1);
        });
        assertThat(plan.runs().stream().filter(run -> isFollowedAfterGrokking(run.config())))
                .hasSize(18)
                .allSatisfy(
                        run -> assertThat(run.config().training().weightDecay()).isEqualTo(1));
        assertThat(plan.runs())
                .filteredOn(run -> run.config().training().weightDecay() == 0)
                .hasSize(30);
        assertThat(PaperRuns.plan(folder, extent("full", false), thesis.parts(thesis.usualParts()))
                        .runs())
                .hasSize(54);
        assertThat(PaperRuns.plan(folder, extent("smoke", false), thesis.parts())
                        .runs())
                .extracting(run -> thesis.title(run.config()))
                .containsExactly("a + b ω=1 seed 42", "a + b ω=0 seed 42");
    }

    @Test
    void controlsOfTheThesisAreFollowedForAsLongAsPublishedIfAsked() {
        Paper thesis = ThesisPaper.read();
        SweepPlan plan = PaperRuns.plan(folder, extent("short", true), thesis.parts(List.of("modular")));
        assertThat(plan.runs())
                .extracting(
                        run -> thesis.title(run.config()),
                        run -> run.config().training().steps())
                .contains(
                        tuple("a + b ω=1 seed 42", 20_000L),
                        tuple("a + b ω=0 seed 42", 50_000L),
                        tuple("a³ + ab ω=1 seed 42", 200_000L));
    }

    @Test
    void aScaleWithoutRunsOfAPartSaysSo() {
        Paper thesis = ThesisPaper.read();
        assertThatThrownBy(() -> PaperRuns.plan(folder, extent("smoke", false), thesis.parts(List.of("dual", "tri"))))
                .isInstanceOf(UsageException.class)
                .hasMessage("--scale smoke trains no runs of dual, tri; name another scale, or --seeds");
    }

    private static boolean isFollowedAfterGrokking(RunConfig config) {
        StepOrEvent end = config.training().stopOn();
        return end != null && end.toString().equals("grok+2000");
    }

    private static Extent extent(String scale, boolean publishedControls) {
        return new Extent(
                scale, List.of(), OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), 0, publishedControls);
    }

    /** Two optimisers on the same task and seed. */
    @Test
    void subjectsMayDifferInAnySetting() {
        Subject adamW = subject("adamw");
        Subject muon = subject("muon");
        Map<String, Object> configuration =
                Map.of("task", Map.of("name", "modular"), "training", Map.of("optimizer", "muon", "seed", 42L));
        assertThat(muon.fits(configuration)).isTrue();
        assertThat(adamW.fits(configuration)).isFalse();
    }

    private static Subject subject(String optimizer) {
        return new Subject(
                optimizer,
                optimizer,
                optimizer,
                Map.of("task.name", "modular", "training.optimizer", optimizer),
                Optional.empty(),
                Course.USUAL);
    }
}
