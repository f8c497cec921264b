package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.sed.SedPaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.Optimizer;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaperTest {
    private static final Paper PAPER = LifecyclePaper.read();
    private static final Paper SED = SedPaper.read();

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
        SweepPlan plan = plan(PAPER, "full", PAPER.parts());
        assertThat(plan.runs()).hasSize(18).allSatisfy(run -> {
            Map<String, Object> configuration = run.config().toWholeMap();
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
        SweepPlan plan = plan(thesis, "full", thesis.parts());
        assertThat(plan.runs()).hasSize(60).allSatisfy(run -> {
            Map<String, Object> configuration = run.config().toWholeMap();
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
        assertThat(plan(thesis, "full", thesis.parts(thesis.usualParts())).runs())
                .hasSize(54);
        assertThat(plan(thesis, "smoke", thesis.parts()).runs())
                .extracting(run -> thesis.title(run.config()))
                .containsExactly("a + b ω=1 seed 42", "a + b ω=0 seed 42");
    }

    /** A small model at a high rate groks within 400 steps, so that whatever needs a grok step is tried as well. */
    @Test
    void aScaleCanTrainOtherwise() {
        Paper thesis = ThesisPaper.read();
        assertThat(plan(thesis, "smoke", thesis.parts()).runs())
                .extracting(run -> run.config().training().learningRate())
                .containsExactly(0.01, 0.01);
        assertThat(plan(thesis, "short", thesis.parts(List.of("modular"))).runs())
                .allSatisfy(run ->
                        assertThat(run.config().training().learningRate()).isEqualTo(0.001));
    }

    @Test
    void controlsOfTheThesisAreFollowedForAsLongAsPublishedIfAsked() {
        Paper thesis = ThesisPaper.read();
        SweepPlan plan = PaperRuns.plan(
                thesis, folder, extent("short", true), thesis.parts(List.of("modular")), Optional.empty());
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
        assertThatThrownBy(() -> plan(thesis, "smoke", thesis.parts(List.of("dual", "tri"))))
                .isInstanceOf(UsageException.class)
                .hasMessage("--scale smoke trains no runs of dual, tri; name another scale, or --seeds");
    }

    private static boolean isFollowedAfterGrokking(RunConfig config) {
        StepOrEvent end = config.training().stopOn();
        return end != null && end.toString().equals("grok+2000");
    }

    private SweepPlan plan(Paper paper, String scale, List<Part> parts) {
        return PaperRuns.plan(paper, folder, extent(scale, false), parts, Optional.empty());
    }

    /** As if every run of a plan had come to its end. */
    private static void finish(SweepPlan plan) throws IOException {
        for (PlannedRun run : plan.runs()) {
            Path directory = Files.createDirectories(plan.directory(run));
            Json.write(directory.resolve(RunDirectory.SUMMARY), Map.of(RunDirectory.STATE, RunState.DONE.key()));
        }
    }

    @Test
    void whatTheDirectoryHasDoneIsKeptBesideAnotherPart() throws IOException {
        Paper thesis = ThesisPaper.read();
        SweepPlan modular = plan(thesis, "smoke", thesis.parts(List.of("modular")));
        assertThat(plan(thesis, "short", thesis.parts(List.of("scan"))).runs())
                .as("nothing was done")
                .hasSize(2);
        finish(plan(thesis, "smoke", thesis.parts(List.of("modular"))));
        SweepPlan both = plan(thesis, "short", thesis.parts(List.of("scan")));
        assertThat(both.runs())
                .extracting(run -> thesis.title(run.config()))
                .containsExactly("a + b ω=1 seed 42", "a + b ω=0 seed 42", "scan ω=1 seed 42", "scan ω=0 seed 42");
        assertThat(both.runs()).containsAll(modular.runs());
        assertThat(plan(thesis, "short", thesis.parts(List.of("modular"))).runs())
                .as("another run of a subject and seed takes the place of the one that was done")
                .extracting(run -> thesis.title(run.config()))
                .doesNotHaveDuplicates();
    }

    /** The Thesis trains SCAN with more observers, every 500 steps as the Lifecycle, and as far. */
    @Test
    void onePaperJudgesTheRunsOfAnother() throws IOException {
        Path other = folder.resolve("other");
        Paper thesis = ThesisPaper.read();
        SweepPlan lent = plan(thesis, "full", thesis.parts(List.of("scan")));
        List<Part> scan = PAPER.parts(List.of("scan"));
        SweepPlan untrained = PaperRuns.plan(PAPER, other, extent("full", false), scan, Optional.of(lent.root()));
        assertThat(untrained.without(lent)).as("nothing was done").hasSize(6);
        finish(lent);
        SweepPlan borrowed = PaperRuns.plan(PAPER, other, extent("full", false), scan, Optional.of(lent.root()));
        assertThat(borrowed.runs()).hasSize(6);
        assertThat(borrowed.without(lent)).isEmpty();
        assertThat(borrowed.runs())
                .allSatisfy(
                        run -> assertThat(RunStatus.of(borrowed, run).state()).isEqualTo(SweptState.DONE));
        assertThatThrownBy(() ->
                        PaperRuns.plan(PAPER, other, extent("full", false), scan, Optional.of(other.resolve("none"))))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("is not a sweep");
    }

    /** Other tasks have keys that a borrowed run's task does not know. */
    @Test
    void someRunsOfAPlanOfSeveralTasksAreJudgedAlone() throws IOException {
        Paper thesis = ThesisPaper.read();
        SweepPlan lent = plan(thesis, "short", thesis.parts(List.of("modular", "dyck", "scan")));
        finish(lent);
        for (String part : List.of("dyck", "modular")) {
            SweepPlan borrowed = PaperRuns.plan(
                    thesis,
                    folder.resolve(part),
                    extent("short", false),
                    thesis.parts(List.of(part)),
                    Optional.of(lent.root()));
            assertThat(borrowed.runs())
                    .hasSize(part.equals("dyck") ? 2 : 12)
                    .extracting(PlannedRun::id)
                    .isSubsetOf(lent.runs().stream().map(PlannedRun::id).toList());
        }
    }

    /** Four seeds of the arms, two of each control, five sources, two other sizes, and two larger models (2 and 1). */
    @Test
    void runsWhoseSettingsASearchDecidesComeWhenItHasEnded() throws IOException {
        SweepPlan searching = plan(SED, "full", SED.parts());
        assertThat(searching.runs()).hasSize(2 * 4 + 2 + 1);
        assertThat(plan(SED, "full", SED.parts()).runs())
                .as("nothing has ended")
                .isEqualTo(searching.runs());
        assertThat(PaperRuns.waiting(SED, searching, extent("full", false), SED.parts()))
                .isEqualTo(3 * 4 + 7 * 2 + 5 + 2);
        search(searching, RATES);
        SweepPlan searched = plan(SED, "full", SED.parts());
        assertThat(PaperRuns.waiting(SED, searched, extent("full", false), SED.parts()))
                .isZero();
        assertThat(searched.runs()).allSatisfy(run -> {
            Map<String, Object> configuration = run.config().toWholeMap();
            assertThat(SED.subjects())
                    .filteredOn(subject -> subject.fits(configuration))
                    .hasSize(1);
        });
        assertThat(searched.without(searching)).hasSize(3 * 4 + 7 * 2 + 5 + 2).allSatisfy(run -> {
            TrainingConfig training = run.config().training();
            assertThat(training.learningRate()).isEqualTo(training.optimizer() == Optimizer.MUON ? 0.02 : 0.004);
        });
        assertThat(searched.runs())
                .extracting(run -> SED.title(run.config()))
                .doesNotHaveDuplicates()
                .contains(
                        "Muon seed 42",
                        "AdamW seed 256",
                        "attention in three directions of its gradients’ edge seed 123");
        assertThat(searching.without(searched)).isEmpty();
        assertThat(plan(SED, "short", SED.parts()).runs())
                .as("a search of as many steps is not made again")
                .extracting(run -> SED.title(run.config()))
                .contains("Muon seed 42");
        assertThat(plan(SED, "smoke", SED.parts()).runs())
                .as("one of fewer steps is another")
                .extracting(run -> SED.title(run.config()))
                .doesNotContain("Muon seed 42");
    }

    /** Some keys are of one part alone, and may not be null in the runs of the others. */
    @Test
    void runsThatAreDoneAreKeptWhateverKeysTheOthersHave() throws IOException {
        List<Part> parts = SED.parts(List.of("rates", "arms", "controls", "sizes"));
        SweepPlan whole = searched("smoke", parts);
        finish(whole);
        search(whole, RATES);
        assertThat(whole.runs()).hasSize(8 + 3 + 6 + 2);
        SweepPlan again = plan(SED, "smoke", SED.parts(List.of("rates")));
        assertThat(again.without(whole)).isEmpty();
        assertThat(whole.without(again)).isEmpty();
    }

    @Test
    void aSearchOfWhichEveryRunHasFailedSaysSo() throws IOException {
        search(plan(SED, "short", SED.parts()), Map.of());
        assertThatThrownBy(() -> plan(SED, "short", SED.parts()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("no run of the search of training.learningRate (adamw-0.001, ")
                .hasMessageContaining("sedge sweep status " + folder);
    }

    /** Test losses that a search ends with. */
    private static final Map<Double, Double> RATES = Map.of(0.002, 1.7, 0.004, 1.6, 0.005, 2.0, 0.01, 1.8, 0.02, 1.5);

    /** After the search that a part of it needs. */
    private SweepPlan searched(String scale, List<Part> parts) throws IOException {
        search(plan(SED, scale, parts), RATES);
        return plan(SED, scale, parts);
    }

    /** As if the runs of a search had ended: those with a loss by it, the others with a failure. */
    private static void search(SweepPlan plan, Map<Double, Double> losses) throws IOException {
        for (PlannedRun run : plan.runs()) {
            RunConfig config = run.config();
            if (SED.partOf(SED.subjectOf(config).orElseThrow()).name().equals("rates")) {
                Double loss = losses.get(config.training().learningRate());
                Map<String, Object> summary = loss == null
                        ? Map.of(RunDirectory.STATE, RunState.FAILED.key())
                        : Map.of(RunDirectory.STATE, RunState.DONE.key(), "test_loss", loss);
                Json.write(Files.createDirectories(plan.directory(run)).resolve(RunDirectory.SUMMARY), summary);
            }
        }
    }

    /** Nothing was trained: the page says of each claim what is missing. */
    @Test
    void thePageOfRunsThatAreStillToBeTrainedNamesWhatItLacks() throws IOException {
        SweepPlan plan = searched("full", SED.parts());
        PaperReport report = PaperReport.of(SED, plan, Optional.empty(), extent("full", false));
        assertThat(report.summary().getFirst()).startsWith("Of 14 claims 0 survive their controls");
        assertThat(report.write())
                .content()
                .contains(
                        "SHA-256 of claims.json: " + SED.judgedBy().hash(),
                        "The file was the same when 0 of the 5 finished runs began",
                        "needs the published scale: the peak of 1.747",
                        "adamw 42 123 149 256",
                        "The spectral edge thesis (sedge reproduce thesis)")
                .doesNotContain("href=\"../thesis");
        assertThat(Files.readAllLines(folder.resolve("sed.csv")))
                .hasSize(1 + SED.numbers().size());
    }

    @Test
    void aShiftComesHalfWayWhateverTheScale() throws IOException {
        assertThat(searched("smoke", SED.parts(List.of("arms"))).runs())
                .extracting(
                        run -> SED.title(run.config()),
                        run -> run.config().training().shiftAfter())
                .contains(tuple("shift to code seed 42", 100L), tuple("AdamW seed 42", null));
        assertThat(searched("full", SED.parts(List.of("rate-shift", "controls")))
                        .runs())
                .extracting(run -> run.config().training().shiftAfter())
                .filteredOn(Objects::nonNull)
                .containsExactly(2500L, 2500L, 2500L, 2500L);
    }

    @Test
    void aSmallerScaleHasItsOwnCadenceAndSavings() throws IOException {
        Part arms = SED.parts(List.of("arms")).getFirst();
        assertThat(extent("smoke", false).cadence(arms)).isEqualTo(10);
        assertThat(extent("full", false).cadence(arms)).isEqualTo(100);
        assertThat(extent("full", false).training(arms)).isEmpty();
        assertThat(searched("smoke", List.of(arms)).runs()).allSatisfy(run -> {
            assertThat(run.config().observers())
                    .extracting(ObserverConfig::stride)
                    .doesNotContain(100);
            assertThat(run.config().training().batchSize()).isEqualTo(4);
        });
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
