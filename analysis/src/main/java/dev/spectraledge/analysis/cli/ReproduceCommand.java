package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.paper.Extent;
import dev.spectraledge.analysis.paper.Numbers;
import dev.spectraledge.analysis.paper.Paper;
import dev.spectraledge.analysis.paper.PaperReport;
import dev.spectraledge.analysis.paper.PaperRuns;
import dev.spectraledge.analysis.paper.Part;
import dev.spectraledge.analysis.paper.RoundingReplicas;
import dev.spectraledge.analysis.paper.Study;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.paper.sed.SedPaper;
import dev.spectraledge.analysis.paper.thesis.ThesisPaper;
import dev.spectraledge.analysis.protocol.Protocols;
import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.sweep.LiveSweep;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.run.StatusLine;
import dev.spectraledge.trainer.sweep.SweepExecution;
import dev.spectraledge.trainer.sweep.SweepOutcome;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweepSettings;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge reproduce}: published work, repeated and judged. */
@Command(
        name = "reproduce",
        description = {
            "Reproduces a paper from its training runs to its last number and adds the controls that "
                    + "it lacked: trains the runs, performs every experiment on them, and writes PAPER.html "
                    + "and PAPER.csv, in which each published number stands beside ours, as published and with "
                    + "a control that could have falsified it.",
            "Existing results are not computed again, and interrupted runs are resumed. The "
                    + "directory is also a sweep: sedge sweep status DIR.",
            "Exit codes: 0: the page was written, whatever it says; 1: something could not be "
                    + "computed; 75: stopped by SIGTERM, SIGUSR1 or SIGHUP (130 by Ctrl-C), run it again."
        },
        footer = {
            "",
            "Papers:",
            "  lifecycle   Y. Xu, The Lifecycle of the Spectral Edge (arXiv 2604.07380);",
            "              parts dyck, modular, scan",
            "  thesis      Y. Xu, The Spectral Edge Thesis (arXiv 2603.28964);",
            "              parts modular (six operations), dyck, dual, tri, scan",
            "  sed         Y. Xu, Spectral Edge Dynamics (arXiv 2603.15678);",
            "              parts rates, arms, rate-shift, controls, sources, sizes,",
            "              small, medium",
            "",
            "Examples:",
            "  sedge reproduce lifecycle --scale short   one seed of Dyck and of modular",
            "  sedge reproduce lifecycle --parts dyck    the whole Dyck part, three seeds",
            "  sedge reproduce lifecycle --parts dyck,modular,scan     SCAN takes hours",
            "  sedge reproduce lifecycle --parts scan --seeds 2024 --steps 5000",
            "  sedge reproduce lifecycle --parts scan --runs-of reproduce/thesis",
            "  sedge reproduce thesis --experiments none    trains all runs but SCAN's",
            "  sedge reproduce sed --parts arms,rate-shift,sources    the fewest that count"
        },
        mixinStandardHelpOptions = true)
final class ReproduceCommand implements Callable<Integer> {
    private static final List<Paper> PAPERS = List.of(LifecyclePaper.read(), ThesisPaper.read(), SedPaper.read());
    private static final String NO_EXPERIMENTS = "none";
    private static final int MOST_ON_DEVICE = 64;

    @ParentCommand
    private Sedge sedge;

    @Parameters(paramLabel = "PAPER", description = "What to reproduce: lifecycle, thesis or sed.")
    private String paperName;

    @Option(
            names = "--scale",
            paramLabel = "SCALE",
            description =
                    "smoke (a few hundred steps, to see that it works), short (one seed) or full (default: full).")
    private String scale;

    @Option(
            names = "--seeds",
            paramLabel = "S,S,…",
            split = ",",
            description = "Seeds of the runs of every part, instead of the scale's.")
    private List<Long> seeds = List.of();

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Training steps of the runs of every part, instead of the scale's; at least 1.")
    private Long steps;

    @Option(
            names = "--numbers",
            paramLabel = "NUMBERS",
            description = "pytorch: initial weights, batches and rounding of the loss gradient as in the published "
                    + "program for each seed; ours: other weights and batches and no such rounding, to see "
                    + "what depends on them (default: pytorch where the published program is known).")
    private String numbers;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for runs, page and table (default: reproduce/PAPER).")
    private Path directory;

    @Option(
            names = "--runs-of",
            paramLabel = "DIR",
            description = "Directory of another reproduction, of the same paper or another one. If it holds a run "
                    + "of the same task, weight decay and seed that is at least as long, that run is judged "
                    + "and none is trained.")
    private Path lender;

    @Option(
            names = {"--parts", "--tasks"},
            paramLabel = "PARTS",
            split = ",",
            description = "Parts of the paper (default: the parts that a CPU computes in an hour).")
    private List<String> parts = List.of();

    @Option(
            names = "--experiments",
            paramLabel = "NAMES",
            split = ",",
            description = "Perform only these experiments, or none (default: all experiments of the paper; sedge "
                    + "experiment list prints them). With none, the runs are trained and the page shows what "
                    + "exists.")
    private List<String> experiments = List.of();

    @Option(
            names = "--interventions-until",
            paramLabel = "STEP",
            description = "Last training step of the experiment interventions (default: 1000; published: 20000, "
                    + "which takes hours).")
    private Long interventionsUntil;

    @Option(
            names = "--rounding-replicas",
            paramLabel = "N",
            description = "Repeat each run N times up to step 5000 from initial weights moved to neighbouring "
                    + "numbers, to measure how far rounding alone moves each number of a snapshot (default: 0).")
    private int roundingReplicas;

    @Option(
            names = "--published-controls",
            description = "Train controls as long as the paper does: for the thesis, 50,000 steps without weight "
                    + "decay and 200,000 for operations that do not grok.")
    private boolean publishedControls;

    @Option(
            names = "--judge",
            paramLabel = "TABLE",
            description = "Train and measure nothing; judge the measurements in this table of an earlier "
                    + "reproduction again and write the report into --out (default: the table's folder).")
    private Path judgedTable;

    @Option(
            names = "--parallel",
            paramLabel = "K",
            description = "Number of runs, and later of experiments, at once (default: one per core).")
    private Integer parallel;

    @Mixin
    private WatchOptions watch = new WatchOptions();

    /** What did not succeed, a line each. */
    private final List<String> failures = new ArrayList<>();

    @Override
    @SuppressWarnings("try") // the page is there while the block runs
    public Integer call() {
        watch.check();
        Paper paper = paper();
        if (judgedTable != null) {
            return judgeAgain(paper);
        }
        String largest = paper.scales().getLast();
        Extent wanted = new Extent(
                oneOf("--scale", scale == null ? largest : scale, paper.scales()),
                seeds,
                optional(steps),
                Optional.ofNullable(numbers).map(ReproduceCommand::numbers),
                optional(interventionsUntil),
                roundingReplicas,
                publishedControls);
        List<Part> chosen = paper.parts(parts.isEmpty() ? paper.usualParts() : parts);
        requireKnown();
        List<Experiment> suite = suite(paper, wanted.scale());
        List<JointExperiment> joint = Experiments.joint().stream()
                .filter(experiment -> isWanted(experiment.name(), paper))
                .toList();
        if (publishedControls && paper.controlsAsPublished().isEmpty()) {
            throw new UsageException("--published-controls: " + paper.key() + " follows no control for longer than"
                    + " otherwise; leave it out");
        }
        if (parallel != null && parallel < 1) {
            throw new UsageException("--parallel must be at least 1, not " + parallel);
        }
        Path out = directory == null ? Path.of("reproduce", paper.key()) : directory;
        Supplier<SweepPlan> plans = () -> PaperRuns.plan(paper, out, wanted, chosen, Optional.ofNullable(lender));
        SweepPlan first = plans.get();
        StopRequest stopRequest = new StopRequest();
        try (StopSignals signals = new StopSignals(stopRequest);
                ExperimentDevices devices = ExperimentDevices.onHost();
                LiveServer page = watch.open(() -> new LiveSweep(first), this::say)) {
            Backends backends = devices.backends();
            Optional<SweepPlan> trained =
                    trained(paper, first, plans, plan -> PaperRuns.waiting(paper, plan, wanted, chosen), stopRequest);
            if (trained.isEmpty()) {
                return stopped(signals);
            }
            SweepPlan plan = trained.get();
            Protocols protocols = paper.suite().protocols(wanted.scale());
            if (!isStudied(paper, plan, suite, joint, protocols, true, backends, stopRequest)) {
                return stopped(signals);
            }
            Optional<SweepPlan> replicas = roundingReplicas == 0
                    ? Optional.empty()
                    : Optional.of(RoundingReplicas.plan(paper, plan, roundingReplicas, backends.measuring()));
            if (replicas.isPresent()
                    && !(isTrained(paper, replicas.get(), stopRequest)
                            && isStudied(
                                    paper,
                                    replicas.get(),
                                    RoundingReplicas.experiments(paper, suite),
                                    List.of(),
                                    protocols,
                                    false,
                                    backends,
                                    stopRequest))) {
                return stopped(signals);
            }
            write(PaperReport.of(paper, plan, replicas, wanted));
            return conclude();
        }
    }

    private int judgeAgain(Paper paper) {
        Path folder = judgedTable.toAbsolutePath().getParent();
        write(PaperReport.judgedAgain(paper, judgedTable, directory == null ? folder : directory));
        return Sedge.OK;
    }

    private void write(PaperReport report) {
        Path page = report.write();
        report.summary().forEach(this::say);
        sedge.console().out().println(page);
    }

    /** Trains the runs, and then those whose settings they decide; empty if asked to stop. */
    private Optional<SweepPlan> trained(
            Paper paper,
            SweepPlan first,
            Supplier<SweepPlan> plans,
            ToLongFunction<SweepPlan> waiting,
            StopRequest stopRequest) {
        SweepPlan plan = first;
        sayWaiting(waiting.applyAsLong(plan));
        while (isTrained(paper, plan, stopRequest)) {
            SweepPlan next = plans.get();
            if (next.runs().equals(plan.runs())) {
                return Optional.of(plan);
            }
            plan = next;
            sayWaiting(waiting.applyAsLong(plan));
        }
        return Optional.empty();
    }

    private void sayWaiting(long runs) {
        if (runs > 0) {
            say(runs + (runs == 1 ? " more run waits" : " more runs wait") + " for settings that a search decides; how"
                    + " long they take is said when it has ended");
        }
    }

    /** Trains the runs of a plan; false if asked to stop. */
    private boolean isTrained(Paper paper, SweepPlan plan, StopRequest stopRequest) {
        SweepOutcome trained = train(paper, plan, stopRequest);
        PaperRuns.forgetResumeStates(plan);
        if (trained.failed() > 0) {
            failures.add(trained.failed() + " runs failed; sedge sweep status " + plan.root() + " says why");
        }
        return trained.left() == 0;
    }

    /** Makes the experiments; false if asked to stop. */
    private boolean isStudied(
            Paper paper,
            SweepPlan plan,
            List<Experiment> suite,
            List<JointExperiment> joint,
            Protocols protocols,
            boolean everyOrigin,
            Backends backends,
            StopRequest stopRequest) {
        Study.Outcome studied = Study.run(
                paper,
                plan,
                suite,
                joint,
                protocols,
                everyOrigin,
                atOnce(),
                backends,
                StatusLine.onStandardError(),
                stopRequest);
        if (!studied.complete()) {
            return false;
        }
        say(studied.jobs() + " experiments, " + studied.current() + " of them measured earlier, "
                + (studied.failures().size() + studied.faults().size()) + " not measured");
        studied.faults().forEach(fault -> failures.add("internal error, please report it: " + fault));
        return true;
    }

    private static OptionalLong optional(Long number) {
        return number == null ? OptionalLong.empty() : OptionalLong.of(number);
    }

    private List<Experiment> suite(Paper paper, String ofScale) {
        List<Experiment> all = Experiments.all().stream()
                .filter(experiment -> isWanted(experiment.name(), paper))
                .toList();
        List<Experiment> wanted = paper.suite().at(ofScale, all);
        return interventionsUntil == null ? wanted : Experiments.until(wanted, interventionsUntil);
    }

    private boolean isWanted(String name, Paper paper) {
        return experiments.isEmpty() ? paper.suite().has(name) : experiments.contains(name);
    }

    private void requireKnown() {
        if (experiments.equals(List.of(NO_EXPERIMENTS))) {
            return;
        }
        for (String name : experiments) {
            if (Experiments.joint().stream()
                    .noneMatch(experiment -> experiment.name().equals(name))) {
                Experiments.named(name);
            }
        }
    }

    private Paper paper() {
        String name = oneOf("PAPER", paperName, PAPERS.stream().map(Paper::key).toList());
        return PAPERS.stream()
                .filter(paper -> paper.key().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Numbers numbers(String text) {
        List<String> names = Arrays.stream(Numbers.values())
                .map(value -> value.name().toLowerCase(Locale.ROOT))
                .toList();
        return Numbers.valueOf(oneOf("--numbers", text, names).toUpperCase(Locale.ROOT));
    }

    private static String oneOf(String option, String text, List<String> names) {
        if (!names.contains(text)) {
            throw new UsageException(option + " cannot be '" + text + "'" + NearestName.hint(text, names) + "; it is "
                    + String.join(", ", names));
        }
        return text;
    }

    private int atOnce() {
        return parallel == null ? Runtime.getRuntime().availableProcessors() : parallel;
    }

    private SweepOutcome train(Paper paper, SweepPlan plan, StopRequest stopRequest) {
        DeviceChoice auto = device(plan);
        boolean onHost = auto == DeviceChoice.CPU;
        int runs = plan.runs().size();
        SweepSettings settings = new SweepSettings(
                onHost ? Math.min(atOnce(), runs) : 1,
                onHost ? 1 : MOST_ON_DEVICE,
                false,
                true,
                SweepSettings.CLAIM_LIMIT);
        say(runs + " runs, " + settings.parallel() + " at once, in " + plan.root());
        return SweepExecution.run(
                plan,
                plan.runs(),
                settings,
                new SweepTraining(auto, sedge.arguments(), List.of(paper.judgedBy())),
                new SweepForecast(
                        plan, settings.parallel(), new SweepConsole(sedge, "when it is run again"), this::say),
                stopRequest,
                StatusLine.onStandardError());
    }

    /** What device {@code auto} of the plan means here, if it has room for the runs. */
    private DeviceChoice device(SweepPlan plan) {
        RunConfig first = plan.runs().getFirst().config();
        try (ComputeDevice opened =
                ComputeDevice.open(first.device(), first.training().precision(), this::say)) {
            SweepRoom.require(opened, plan, plan.runs());
            if (opened.isHost()) {
                SweepRoom.requireAtOnce(opened, plan, atOnce());
            }
            return opened.isHost() ? DeviceChoice.CPU : DeviceChoice.CUDA;
        }
    }

    private int stopped(StopSignals signals) {
        say("stopped; to go on: sedge " + String.join(" ", sedge.arguments()));
        return signals.exitCode();
    }

    /** The page is there in any case; what is not on it is said last. */
    private int conclude() {
        if (!failures.isEmpty()) {
            throw new RunException(failures.getFirst());
        }
        return Sedge.OK;
    }

    private void say(String line) {
        sedge.console().say(line);
    }
}
