package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.metrics.AnalysisMetrics;
import dev.spectraledge.analysis.metrics.ForeignMetrics;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.watch.Watch;
import dev.spectraledge.analysis.watch.WatchedFolder;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sedge watch}. */
@Command(
        name = "watch",
        description = {
            "Follows a run, a sweep, or the checkpoints that another program writes.",
            "Prints a line for each evaluation, for each run of a sweep that begins or ends, or for "
                    + "each checkpoint, and serves a page that updates as results appear. Checkpoints are "
                    + "analysed as they appear, with the options of sedge analyze: each is read together with "
                    + "the few before it once it has been written completely, and a restart reads nothing "
                    + "twice."
        },
        footer = {
            "",
            "Examples:",
            "  sedge watch my-run/                      until Ctrl-C",
            "  sedge watch my-run/ --until-idle 600     until nothing comes for 10 minutes",
            "  sedge watch runs/dyck_wd1_s42 --no-page  only lines"
        },
        mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
    private static final Duration EVERY = Duration.ofSeconds(1);

    @ParentCommand
    private Sedge sedge;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Run directory, sweep directory, or folder of checkpoints.")
    private Path folder;

    @Option(
            names = "--until-idle",
            paramLabel = "SECONDS",
            description = "Stop when nothing new has appeared for this many seconds (default: never; a finished "
                    + "run ends the watch).")
    private Double untilIdle;

    @Option(names = "--no-page", description = "Do not serve a page.")
    private boolean withoutPage;

    @Mixin
    private PageOptions page = new PageOptions();

    @Mixin
    private AnalysisOptions analysis = new AnalysisOptions();

    @Override
    public Integer call() {
        page.check(!withoutPage, "makes no sense with --no-page");
        if (untilIdle != null && !(untilIdle >= 0 && Double.isFinite(untilIdle))) {
            throw new UsageException("--until-idle must be a number of seconds of at least 0, not " + untilIdle);
        }
        boolean ours = WatchedFolder.isOurs(folder);
        if (ours) {
            requireNoAnalysis();
        }
        OfflineSettings settings = ours ? null : analysis.settings(folder, true);
        Path output = ours ? null : settings.output();
        StopRequest request = new StopRequest();
        try (StopSignals signals = new StopSignals(request);
                Workers workers = new Workers(ours ? 1 : Runtime.getRuntime().availableProcessors())) {
            WatchedFolder found = WatchedFolder.of(
                    folder,
                    settings,
                    () -> analysis.metrics(folder, ignored -> {}).flatMap(ForeignMetrics::learningRates),
                    workers);
            try (LiveServer server = withoutPage ? null : page.open(found.page(), sedge.console()::say)) {
                new Watch(
                                found.watched(),
                                lines -> news(lines, server, output),
                                new RealTime(),
                                EVERY,
                                Optional.ofNullable(untilIdle).map(WatchCommand::seconds))
                        .run(request::isMade);
            }
            if (output != null && !request.isMade()) {
                sedge.console().out().println(Report.of(output).write());
            }
            return request.isMade() ? signals.exitCode() : Sedge.OK;
        }
    }

    private static Duration seconds(double seconds) {
        return Duration.ofMillis(Math.round(1000 * seconds));
    }

    private void news(List<String> lines, LiveServer server, Path output) {
        lines.forEach(line -> sedge.console().out().println(line));
        sedge.console().flush();
        if (output != null) {
            AnalysisMetrics.put(output, analysis.metrics(folder, ignored -> {}));
        }
        if (server != null) {
            server.changed();
        }
    }

    private void requireNoAnalysis() {
        spec.mixins().get("analysis").options().stream()
                .filter(option -> spec.commandLine().getParseResult().hasMatchedOption(option.longestName()))
                .findFirst()
                .ifPresent(option -> {
                    throw new UsageException(option.longestName() + " is for checkpoints of other programs; " + folder
                            + " is a run or a sweep, whose observers have looked already");
                });
    }

    /** Time as it passes in the world. */
    private static final class RealTime implements Watch.Clock {
        @Override
        public Duration now() {
            return Duration.ofNanos(System.nanoTime());
        }

        @Override
        public void pause(Duration length) {
            try {
                Thread.sleep(length);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
