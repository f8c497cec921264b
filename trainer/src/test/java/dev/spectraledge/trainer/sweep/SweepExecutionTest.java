package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.corpus.Corpus;
import dev.spectraledge.trainer.corpus.CorpusWriter;
import dev.spectraledge.trainer.corpus.TextFiles;
import dev.spectraledge.trainer.io.FullDisk;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.training.RunInputs;
import dev.spectraledge.trainer.training.StopRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scheduling alone: instead of training, runs write a summary. */
class SweepExecutionTest {
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final long BAD_SEED = 44;

    @TempDir
    private Path folder;

    private final StopRequest stopRequest = new StopRequest();
    private final List<String> failures = new CopyOnWriteArrayList<>();
    private final List<String> noted = new CopyOnWriteArrayList<>();
    private final List<List<Long>> groups = new CopyOnWriteArrayList<>();
    private final List<Path> reported = new CopyOnWriteArrayList<>();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private volatile CountDownLatch together = new CountDownLatch(0);
    private volatile boolean badSeedFails = true;
    private final CountDownLatch waited = new CountDownLatch(1);

    private final RunComputation computation = new RunComputation() {
        @Override
        public RunState train(RunGroup group, TrainingProgress progress, StopRequest stop) {
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            List<Long> seeds = new ArrayList<>();
            group.runs().forEach(run -> seeds.add(run.config().training().seed()));
            groups.add(seeds);
            try {
                progress.step(1, 0.5);
                together.countDown();
                together.await();
                if (seeds.contains(BAD_SEED) && badSeedFails) {
                    throw new RunException("bad\n  luck");
                }
                for (RunDirectory run : group.runs()) {
                    progress.evaluated(run, 0.5, 1, -1);
                    fill(run);
                    run.writeSummary(RunState.DONE, Map.of("final_step", 1));
                }
                return RunState.DONE;
            } catch (InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            } finally {
                atOnce.decrementAndGet();
            }
        }

        // More than fits on a small disk.
        private void fill(RunDirectory run) {
            try {
                Files.write(run.metrics(), new byte[200_000]);
            } catch (IOException failure) {
                throw RunException.of("cannot write", run.metrics(), failure);
            }
        }

        @Override
        public void report(Path directory) {
            reported.add(directory);
            try {
                Files.createFile(directory.resolve("report"));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        @Override
        public boolean isReported(Path directory) {
            return Files.exists(directory.resolve("report"));
        }
    };

    private final SweepListener listener = new SweepListener() {
        @Override
        public void noted(String line) {
            noted.add(line);
        }

        @Override
        public void failed(PlannedRun run, String reason, Throwable cause) {
            failures.add(run.description() + ": " + reason);
        }

        @Override
        public void waiting(int runs, PlannedRun first, String holder) {
            waited.countDown();
        }

        @Override
        public void claimLost(String reason) {
            throw new AssertionError(reason);
        }
    };

    private SweepOutcome run(SweepPlan plan, int parallel, int axis, boolean failFast, boolean retryFailed) {
        return SweepExecution.run(
                plan,
                plan.runs(),
                new SweepSettings(parallel, axis, failFast, retryFailed, LIMIT),
                computation,
                listener,
                stopRequest,
                StatusLine.onStandardError());
    }

    @Test
    void everyRunIsComputedOnceSeveralAtATime() throws IOException {
        badSeedFails = false;
        together = new CountDownLatch(3);
        SweepPlan plan = SampleSweep.plan(folder, 12);
        assertThat(run(plan, 3, 1, false, false)).isEqualTo(new SweepOutcome(12, 0, 0, 0));
        assertThat(groups).hasSize(12).doesNotHaveDuplicates();
        assertThat(mostAtOnce).hasValue(3);
        assertThat(reported).hasSize(12);
        for (PlannedRun run : plan.runs()) {
            assertThat(plan.directory(run).resolve("claim.json")).doesNotExist();
            assertThat(plan.directory(run).resolve("config.json")).exists();
        }
        assertThat(run(plan, 3, 1, false, false)).isEqualTo(new SweepOutcome(12, 0, 0, 0));
        assertThat(groups).as("nothing is computed again").hasSize(12);

        Files.delete(plan.directory(plan.runs().getFirst()).resolve("report"));
        assertThat(run(plan, 3, 1, false, false)).isEqualTo(new SweepOutcome(12, 0, 0, 0));
        assertThat(groups).hasSize(12);
        assertThat(reported).as("a report that is missing is written").hasSize(13);
    }

    @Test
    void aFailureEndsItsRunAndIsTriedAgainOnlyIfAskedFor() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 5);
        assertThat(run(plan, 2, 1, false, false)).isEqualTo(new SweepOutcome(4, 1, 0, 0));
        assertThat(failures).containsExactly("seed=44: bad luck");
        RunStatus status = RunStatus.of(plan, plan.runs().get(2));
        assertThat(status.state()).isEqualTo(SweptState.FAILED);
        assertThat(status.failure()).isEqualTo("bad luck");
        assertThat(run(plan, 2, 1, false, false)).isEqualTo(new SweepOutcome(4, 0, 1, 0));
        badSeedFails = false;
        assertThat(run(plan, 2, 1, false, true)).isEqualTo(new SweepOutcome(5, 0, 0, 0));
        assertThat(groups).hasSize(6);
    }

    /** 450 steps of one run, 199 of the other: too few to say. */
    @Test
    void howFastRunsAreIsSaidOnceOfThoseThatTakeEnoughSteps() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 2);
        List<String> paced = new ArrayList<>();
        RunComputation stepping = new RunComputation() {
            @Override
            public RunState train(RunGroup group, TrainingProgress progress, StopRequest request) {
                RunDirectory run = group.runs().getFirst();
                int steps = run.config().training().seed() == 42 ? 450 : 199;
                for (int step = 1; step <= steps; step++) {
                    progress.step(step, 0.5);
                }
                run.writeSummary(RunState.DONE, Map.of());
                return RunState.DONE;
            }

            @Override
            public void report(Path directory) {}

            @Override
            public boolean isReported(Path directory) {
                return true;
            }
        };
        SweepListener hearing = new SweepListener() {
            @Override
            public void failed(PlannedRun run, String reason, Throwable cause) {
                throw new AssertionError(reason, cause);
            }

            @Override
            public void waiting(int runs, PlannedRun first, String holder) {}

            @Override
            public void claimLost(String reason) {}

            @Override
            public void paced(PlannedRun first, int runs, double secondsPerStep) {
                assertThat(secondsPerStep).isFinite().isNotNegative();
                paced.add(first.description() + " of " + runs);
            }
        };
        SweepExecution.run(
                plan,
                plan.runs(),
                new SweepSettings(1, 1, false, false, LIMIT),
                stepping,
                hearing,
                stopRequest,
                StatusLine.onStandardError());
        assertThat(paced).containsExactly("seed=42 of 1");
    }

    /** The plan is the same on every machine; what the corpus is on this one stands in the runs. */
    @Test
    void runsKeepWhatTheirDataTold() throws IOException {
        Path text = Files.writeString(folder.resolve("words"), "In the beginning was the Word. ".repeat(40));
        Path corpus = new CorpusWriter(new TextFiles(List.of(text), "text", -1), 0.2)
                .write(folder.resolve("corpus"), new ByteTokenizer())
                .folder();
        Path file = Files.writeString(
                folder.resolve("text.yaml"),
                "task: {name: text, corpus: " + corpus
                        + ", vocabulary: 300, contextLength: 16}\nsweep: {seeds: [1, 2]}");
        SweepPlan plan = SweepPlan.of(file, folder);
        assertThat(run(plan, 1, 2, false, false)).isEqualTo(new SweepOutcome(2, 0, 0, 0));
        assertThat(groups).containsExactly(List.of(1L, 2L));
        assertThat(noted)
                .hasSize(2)
                .containsOnly(corpus + ": has the tokens of a vocabulary of 256; of the model's 300 (task.vocabulary)"
                        + " the others never come");
        PlannedRun planned = plan.runs().getFirst();
        RunConfig begun = configOf(plan, planned);
        assertThat(begun.toYaml()).contains("corpusHash: " + Corpus.open(corpus).hash() + "\n");
        assertThat(begun.withoutFacts().toMap()).isEqualTo(planned.configuration());

        // What has been begun goes on with what it began with, and another process finds that it is not there any more.
        Path tokens = corpus.resolve("train.bin");
        byte[] changed = Files.readAllBytes(tokens);
        changed[8]++;
        Files.write(tokens, changed);
        try (RunDirectory again = RunDirectory.begin(plan.directory(planned), planned.config(), note -> {});
                RunInputs inputs = new RunInputs(List.of(again.config()))) {
            assertThat(again.config()).isEqualTo(begun);
            assertThatThrownBy(inputs::setup)
                    .hasMessage(corpus + ": is not the corpus that the run began with (task.corpusHash)");
        }
    }

    private static RunConfig configOf(SweepPlan plan, PlannedRun run) {
        try (RunDirectory directory = RunDirectory.open(plan.directory(run))) {
            return directory.config();
        }
    }

    @Test
    void failFastStopsTheRest() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 8);
        SweepOutcome outcome = run(plan, 1, 1, true, false);
        assertThat(outcome).isEqualTo(new SweepOutcome(2, 1, 0, 5));
        assertThat(stopRequest.isMade()).isTrue();
    }

    @Test
    void runsSideBySideFallApartWhereOneFails() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 7);
        assertThat(run(plan, 1, 4, false, false)).isEqualTo(new SweepOutcome(6, 1, 0, 0));
        assertThat(groups)
                .containsExactly(
                        List.of(42L, 43L, 44L, 45L),
                        List.of(42L),
                        List.of(43L),
                        List.of(44L),
                        List.of(45L),
                        List.of(46L, 47L, 48L));
        assertThat(failures).containsExactly("seed=44: bad luck");
    }

    @Test
    void anUnwritableDirectoryStopsItsRunOnly() throws IOException {
        badSeedFails = false;
        Path unwritable = Path.of("/sys/kernel");
        assumeTrue(Files.isDirectory(unwritable), "this system has no directory that nobody can write into");
        SweepPlan plan = SampleSweep.plan(folder, 3);
        PlannedRun run = plan.runs().get(1);
        Files.createSymbolicLink(plan.directory(run), unwritable);
        assertThat(run(plan, 1, 2, false, false)).isEqualTo(new SweepOutcome(2, 1, 0, 0));
        assertThat(failures).singleElement().asString().startsWith("seed=43: cannot claim " + plan.directory(run));
        assertThat(RunStatus.of(plan, run).failure()).startsWith("cannot claim ");
        assertThat(run(plan, 1, 2, false, false)).isEqualTo(new SweepOutcome(2, 0, 1, 0));
        Files.delete(plan.directory(run));
        assertThat(run(plan, 1, 2, false, true)).isEqualTo(new SweepOutcome(3, 0, 0, 0));
        assertThat(plan.failure(run)).doesNotExist();
    }

    @Test
    void aFullDiskStopsItsRunOnly() throws IOException {
        badSeedFails = false;
        SweepPlan plan = SampleSweep.plan(folder, 3);
        PlannedRun run = plan.runs().get(1);
        try (FullDisk disk = FullDisk.mountOrSkip(plan.directory(run))) {
            assertThat(run(plan, 2, 1, false, false)).isEqualTo(new SweepOutcome(2, 1, 0, 0));
            assertThat(failures)
                    .containsExactly("seed=43: cannot write " + disk.folder().resolve("metrics.csv")
                            + ": No space left on device");
            assertThat(RunStatus.of(plan, run).failure()).endsWith("No space left on device");
            assertThat(plan.failure(run)).exists();
        }
    }

    @Test
    void waitsForRunsOfOthersAndTakesOverWhatTheyLeave() throws Exception {
        badSeedFails = false;
        SweepPlan plan = SampleSweep.plan(folder, 3);
        Path directory = Files.createDirectories(plan.directory(plan.runs().getFirst()));
        Claim other = Claim.acquire(directory, LIMIT).orElseThrow();
        Thread releasing = Thread.ofPlatform().start(() -> {
            try {
                waited.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
            other.close();
        });
        assertThat(run(plan, 2, 1, false, false)).isEqualTo(new SweepOutcome(3, 0, 0, 0));
        releasing.join();
        assertThat(groups).hasSize(3).last().isEqualTo(List.of(42L));
    }

    @Test
    void aStopRequestEndsTheWaitForOthers() throws IOException {
        SweepPlan plan = SampleSweep.plan(folder, 1);
        Path directory = Files.createDirectories(plan.directory(plan.runs().getFirst()));
        try (Claim other = Claim.acquire(directory, LIMIT).orElseThrow()) {
            assertThat(other).isNotNull();
            stopRequest.make();
            assertThat(run(plan, 1, 1, false, false)).isEqualTo(new SweepOutcome(0, 0, 0, 1));
        }
    }
}
