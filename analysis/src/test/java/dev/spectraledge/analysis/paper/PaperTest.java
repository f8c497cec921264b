package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.trainer.UsageException;
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
        Extent extent = new Extent("full", List.of(), OptionalLong.empty(), Optional.empty(), OptionalLong.empty(), 0);
        SweepPlan plan = PaperRuns.plan(folder, extent, PAPER.parts());
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
                Optional.empty());
    }
}
