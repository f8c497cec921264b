package dev.spectraledge.analysis.earlywarning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a planted effect, runs without, and runs that cannot be judged. */
class EarlyWarningTest {
    @TempDir
    private Path root;

    /** Events come at random; g23 falls eight rows before, or nowhere. */
    private EarlyWarning planted(int runs) {
        SyntheticRuns synthetic = new SyntheticRuns(root, 1);
        SplittableRandom random = new SplittableRandom(2);
        for (int run = 0; run < runs; run++) {
            int event = 20 + random.nextInt(30);
            boolean comes = run % 2 == 0;
            synthetic.add(
                    run / 4,
                    comes ? OptionalInt.of(event) : OptionalInt.empty(),
                    comes ? OptionalInt.of(event - 8) : OptionalInt.empty());
        }
        return study();
    }

    /** Events come at random, and g23 falls at random. */
    private EarlyWarning unrelated(int runs) {
        SyntheticRuns synthetic = new SyntheticRuns(root, 3);
        SplittableRandom random = new SplittableRandom(4);
        for (int run = 0; run < runs; run++) {
            synthetic.add(
                    run / 4,
                    run % 2 == 0 ? OptionalInt.of(20 + random.nextInt(30)) : OptionalInt.empty(),
                    OptionalInt.of(5 + random.nextInt(50)));
        }
        return study();
    }

    private EarlyWarning study() {
        return EarlyWarning.of(List.of(root), DetectorRules.all(), TargetEvent.T50, 0);
    }

    /** Half of the runs have a spike at random; gradients rise ten steps before, or at random in every run. */
    private EarlyWarning spikes(boolean planted) {
        SyntheticRuns synthetic = new SyntheticRuns(root, 7);
        SplittableRandom random = new SplittableRandom(8);
        for (int run = 0; run < 48; run++) {
            int spike = 300 + random.nextInt(500);
            boolean comes = run % 2 == 0;
            OptionalInt rise = planted
                    ? (comes ? OptionalInt.of(spike - 10) : OptionalInt.empty())
                    : OptionalInt.of(300 + random.nextInt(500));
            synthetic.addTraced(run / 4, comes ? OptionalInt.of(spike) : OptionalInt.empty(), rise);
        }
        return EarlyWarning.of(List.of(root), DetectorRules.all(), TargetEvent.SPIKE, 0);
    }

    private static DetectorVerdict verdict(EarlyWarning study, String detector) {
        return study.verdicts().stream()
                .filter(verdict -> verdict.rule().name().equals(detector))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPlantedWarningIsFound() {
        EarlyWarning study = planted(64);
        DetectorVerdict g23 = verdict(study, "g23");
        assertThat(g23.warned().hits()).isEqualTo(32);
        assertThat(g23.falseAlarms().hits()).isZero();
        assertThat(g23.falseAlarms().high()).isBetween(0.05, 0.15);
        // Runs to which the event comes a little later are as alarming by then.
        assertThat(g23.area()).isBetween(0.95, 1.0);
        assertThat(g23.interval().low()).isGreaterThan(0.9);
        // It falls 8 rows before the event and is said so two rows later.
        assertThat(g23.leads().get(TargetEvent.T50).median()).isEqualTo(600);
        assertThat(g23.correlation().correlation()).isEqualTo(1);
        assertThat(g23.adjusted()).isLessThan(0.05);
        assertThat(study.windowDelays()).containsExactly(500.0);
        assertThat(new EarlyWarningReport(study).sentences())
                .anyMatch(sentence -> sentence.startsWith("The spectrum adds to what plain numbers say")
                        && sentence.contains("g23 with an area of 0.9"));
    }

    @Test
    void aRiseOfTheGradientBeforeASpikeIsFound() throws Exception {
        EarlyWarning study = spikes(true);
        assertThat(study.came()).isEqualTo(24);
        DetectorVerdict gradient = verdict(study, "step_gradient_norm");
        assertThat(gradient.warned().hits()).isEqualTo(24);
        assertThat(gradient.falseAlarms().hits()).isZero();
        assertThat(gradient.leads().keySet()).containsExactly(TargetEvent.SPIKE);
        assertThat(gradient.leads().get(TargetEvent.SPIKE).median()).isEqualTo(10);
        assertThat(gradient.interval().low()).isGreaterThan(0.9);
        assertThat(verdict(study, "loss_cusum").interval().high())
                .isLessThan(gradient.interval().low());
        Path page = new EarlyWarningReport(study).write(root.resolveSibling(root.getFileName() + "-out"));
        assertThat(page).content().contains("lead to spike", "Of 48 runs, a spike came in 24.", "100 steps before");
    }

    @Test
    void aRiseOfTheGradientAtAnyTimeIsNoWarningOfSpikes() {
        DetectorVerdict gradient = verdict(spikes(false), "step_gradient_norm");
        assertThat(gradient.interval().low()).isLessThan(0.5);
        assertThat(gradient.interval().high()).isGreaterThan(0.5);
        assertThat(gradient.falseAlarms().hits()).isEqualTo(24);
    }

    @Test
    void whatIsUnrelatedWarnsOfNothing() {
        EarlyWarning study = unrelated(64);
        DetectorVerdict g23 = verdict(study, "g23");
        assertThat(g23.interval().low()).isLessThan(0.5);
        assertThat(g23.interval().high()).isGreaterThan(0.5);
        assertThat(g23.adjusted()).isGreaterThan(0.05);
        assertThat(g23.falseAlarms().share()).isGreaterThan(0.5);
    }

    /** One task takes twice the time of another, for warnings and for events: pooled, that is a correlation. */
    @Test
    void tasksOfDifferentPaceAreNoCorrelation() {
        SyntheticRuns synthetic = new SyntheticRuns(root, 9);
        SplittableRandom random = new SplittableRandom(10);
        for (int run = 0; run < 48; run++) {
            int pace = run % 2 == 0 ? 1 : 2;
            synthetic
                    .of(pace == 1 ? "dyck" : "scan")
                    .add(
                            run / 4,
                            OptionalInt.of(pace * (20 + random.nextInt(8))),
                            OptionalInt.of(pace * (8 + random.nextInt(8))));
        }
        synthetic.add(0, OptionalInt.empty(), OptionalInt.empty());
        StepCorrelation correlation = verdict(study(), "g23").correlation();
        assertThat(correlation.runs()).isEqualTo(48);
        assertThat(correlation.probability()).isGreaterThan(0.05);
        assertThat(correlation.correlation()).isLessThan(0.5);
    }

    /** What is always larger in the task to which the event comes early says nothing within a task. */
    @Test
    void runsOfOneTaskAreNoControlsOfAnother() {
        SyntheticRuns synthetic = new SyntheticRuns(root, 11);
        SplittableRandom random = new SplittableRandom(12);
        for (int run = 0; run < 64; run++) {
            boolean early = run % 2 == 0;
            synthetic
                    .of(early ? "dyck" : "scan")
                    .add(
                            run / 4,
                            run % 4 < 2 ? OptionalInt.of((early ? 15 : 40) + random.nextInt(10)) : OptionalInt.empty(),
                            early ? OptionalInt.of(5 + random.nextInt(2)) : OptionalInt.empty());
        }
        DetectorVerdict g23 = verdict(study(), "g23");
        assertThat(g23.interval().low()).isLessThan(0.5);
        assertThat(g23.interval().high()).isGreaterThan(0.5);
    }

    @Test
    void theDifferenceOfTwoChoicesHasAnInterval() {
        EarlyWarning planted = planted(64);
        HeldOutChoice spectral = planted.choice(EarlyWarningText.SPECTRAL).orElseThrow();
        HeldOutChoice plain = planted.choice(EarlyWarningText.PLAIN).orElseThrow();
        ResampledRuns advantage = planted.advantage(spectral, plain);
        assertThat(advantage.low()).isPositive().isLessThan(spectral.area() - plain.area());
        assertThat(advantage.high()).isGreaterThan(spectral.area() - plain.area());
        ResampledRuns withItself = planted.advantage(spectral, spectral);
        assertThat(withItself.low()).isZero();
        assertThat(withItself.high()).isZero();
    }

    @Test
    void whereNothingWarnsTheSpectrumIsNotSaidToAdd() {
        EarlyWarning study = unrelated(64);
        ResampledRuns advantage = study.advantage(
                study.choice(EarlyWarningText.SPECTRAL).orElseThrow(),
                study.choice(EarlyWarningText.PLAIN).orElseThrow());
        assertThat(advantage.low()).isNegative();
        assertThat(new EarlyWarningReport(study).sentences())
                .noneMatch(sentence -> sentence.startsWith("The spectrum adds to"));
    }

    @Test
    void whatOnlyTellsTheTimeHasAnAreaOfOneHalf() {
        EarlyWarning study = planted(32);
        // Training accuracy reaches its level at the same step in all runs.
        DetectorVerdict fitted = verdict(study, "fitted");
        assertThat(fitted.warned().hits()).isEqualTo(16);
        assertThat(fitted.area()).isEqualTo(0.5);
        assertThat(fitted.correlation().probability()).isEqualTo(1);
    }

    @Test
    void earlierThanTheEffectItShowsNothing() {
        planted(64);
        EarlyWarning early = EarlyWarning.of(List.of(root), List.of(DetectorRules.named("g23")), TargetEvent.T50, 1200);
        assertThat(early.verdicts().getFirst().interval().low()).isLessThan(0.5);
    }

    @Test
    void withoutRunsOfBothKindsThereIsNoRoc() {
        SyntheticRuns synthetic = new SyntheticRuns(root, 5);
        for (int run = 0; run < 4; run++) {
            synthetic.add(run, OptionalInt.of(20 + run), OptionalInt.of(10));
        }
        EarlyWarning study = study();
        assertThat(study.noRoc()).hasValue("t50 came in all of the 4 runs, so no alarm could be wrong");
        assertThat(verdict(study, "g23").area()).isNaN();
        assertThat(new EarlyWarningReport(study).sentences().getFirst()).startsWith("There is no ROC: ");
    }

    @Test
    void aDamagedRunIsNamedAndLeftOut() throws Exception {
        SyntheticRuns synthetic = new SyntheticRuns(root, 6);
        Path damaged = synthetic.add(1, OptionalInt.of(20), OptionalInt.empty());
        synthetic.add(2, OptionalInt.empty(), OptionalInt.empty());
        Files.writeString(damaged.resolve("metrics.csv"), "step,test_accuracy\n1,x\n");
        EarlyWarning study = study();
        assertThat(study.runs()).isEqualTo(1);
        assertThat(study.damaged()).singleElement().asString().contains("metrics.csv line 2");
    }

    @Test
    void aFolderWithoutRunsIsRefused() {
        assertThatThrownBy(this::study)
                .isInstanceOf(RunException.class)
                .hasMessage(root + " is neither a sweep nor a run, nor a folder of runs");
    }

    @Test
    void pageTableAndDocumentSayTheSame() throws Exception {
        EarlyWarning study = planted(32);
        Path out = root.resolveSibling(root.getFileName() + "-out");
        Path page = new EarlyWarningReport(study).write(out);
        assertThat(page)
                .content()
                .contains("warned before t50", DetectorRules.file().hash(), "16 of 16");
        List<String> lines = Files.readAllLines(out.resolve("early-warning.csv"));
        assertThat(lines).hasSize(1 + study.verdicts().size());
        assertThat(lines.get(1)).startsWith("g23,spectral,32,16,16,0,16,0.0,");
        Map<String, Object> document = new EarlyWarningReport(study).document();
        assertThat((List<?>) document.get("detectors")).hasSameSizeAs(study.verdicts());
        assertThat(out.resolve("roc.svg")).isNotEmptyFile();
    }
}
