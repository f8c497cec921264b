package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.linalg.SketchedWindow;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.Storage;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Makes the spectral observers that a run's configuration asks for. */
public final class SpectralObserverFactory implements ObserverFactory {
    /** One for all runs, whatever their seed, so that a run in a group has the sketches that it has alone. */
    private static final PhiloxKey SKETCH_KEY = new PhiloxKey(0, 0x534B_4554);

    @Override
    public UpdateObserver create(ObserverConfig config, Context context) {
        return config.storage() == Storage.SKETCH ? sketched(config, context) : exact(config, context);
    }

    @Override
    public List<UpdateObserver> probes(
            RunConfig config, TrainingSetup setup, ProbeContexts contexts, Supplier<Optimizer> optimizer) {
        return ModelProbes.of(config, setup, contexts, optimizer);
    }

    private static UpdateObserver sketched(ObserverConfig config, Context context) {
        if (context.backend().isAsynchronous()) {
            throw new UsageException(refusalOnDevices(config));
        }
        int dimension = config.sketchDimension();
        List<SpectrumLog> logs = new ArrayList<>();
        List<SketchCertificate> certificates = new ArrayList<>();
        for (ObservedRun run : context.runs()) {
            SketchCertificate certificate = new SketchCertificate(
                    logs.size(), config.window(), dimension, config.of().isGradient());
            certificates.add(certificate);
            // To the nulls an update is its sketch: independent updates have sketches like independent vectors of
            // length d.
            SpectrumLog log = new SpectrumLog(
                    run.table(),
                    history(config, config.window(), DecaySource.ACCUMULATED, List.of()),
                    nulls(config, context, run, run.table(), config.window()),
                    config.nullEvery(),
                    Math.min(dimension, context.size()),
                    certificate,
                    context.existing());
            logs.add(watched(log, config, run));
        }
        return new SketchedSpectralObserver(
                config.name(),
                config.stride(),
                config.subset(),
                config.of(),
                operator(config),
                context,
                logs,
                certificates);
    }

    private static SketchOperator operator(ObserverConfig config) {
        return SketchedWindow.operator(
                switch (config.sketch()) {
                    case GAUSSIAN -> SketchOperator.Kind.GAUSSIAN;
                    case SPARSE_SIGNS -> SketchOperator.Kind.SPARSE_SIGN;
                },
                config.sketchDimension(),
                SKETCH_KEY);
    }

    /** Why something other than the updates themselves is not kept on a device. */
    public static String refusalOnDevices(ObserverConfig config) {
        if (config.storage() == Storage.BFLOAT16) {
            return UpdateStore.refusalOnDevices(config);
        }
        return "observers." + config.name() + ".storage=sketch is computed on the cpu only; choose device=cpu, or"
                + " storage=float32";
    }

    private static UpdateObserver exact(ObserverConfig config, Context context) {
        boolean inPieces = config.stride() == 1
                && !config.of().isGradient()
                && !context.decaysInProportion()
                && context.decaysByGroup();
        WatchedPieces pieces = inPieces || config.groups()
                ? WatchedPieces.of(context, config.subset(), config.groups())
                : WatchedPieces.whole(context);
        UpdateStore store =
                config.storage() == Storage.BFLOAT16 ? UpdateStore.rounded(config, context) : UpdateStore.WHOLE;
        DecaySource source = inPieces
                ? DecaySource.GROUPS
                : SpectralObserver.decaySource(config.stride(), context.decaysInProportion());
        if (store.isRounded() && !config.of().isGradient() && source == DecaySource.ACCUMULATED) {
            throw new UsageException(
                    "observers." + config.name() + ".storage=bfloat16 keeps no decay parts, which those of"
                            + " adam's updates need; choose storage=float32");
        }
        List<List<ObservedWindow>> windows = context.runs().stream()
                .map(run -> windows(config, context, run, pieces, source))
                .toList();
        return new SpectralObserver(
                config.name(), config.stride(), config.subset(), config.of(), context, store, pieces, windows);
    }

    /** The widest first, which is the one that detectors, alarms and groups look at. */
    private static List<ObservedWindow> windows(
            ObserverConfig config, Context context, ObservedRun run, WatchedPieces pieces, DecaySource source) {
        List<ObservedWindow> windows = new ArrayList<>();
        List<ProductHistory> histories = config.groups() || source == DecaySource.GROUPS
                ? histories(config, context, config.window(), pieces)
                : List.of();
        GroupLog groups = config.groups()
                ? new GroupLog(
                        GroupSpectra.file(run.table()), config.window(), pieces.groups(), histories, context.existing())
                : null;
        windows.add(new ObservedWindow(
                watched(
                        log(config, context, run, run.table(), history(config, config.window(), source, histories)),
                        config,
                        run),
                histories,
                groups));
        for (long width : config.alsoWindows()) {
            int window = Math.toIntExact(width);
            List<ProductHistory> own =
                    source == DecaySource.GROUPS ? histories(config, context, window, pieces) : List.of();
            Path table = widthFile(run.table(), window);
            windows.add(new ObservedWindow(
                    log(config, context, run, table, history(config, window, source, own)), own, null));
        }
        return windows;
    }

    /** Of the pieces; what decays in several steps is not followed in each of them. */
    private static List<ProductHistory> histories(
            ObserverConfig config, Context context, int window, WatchedPieces pieces) {
        boolean split = config.stride() == 1 && context.decaysByGroup();
        return Stream.generate(() -> new ProductHistory(window, split ? DecaySource.SINGLE_STEP : DecaySource.NONE))
                .limit(pieces.count())
                .toList();
    }

    private static SpectrumLog log(
            ObserverConfig config, Context context, ObservedRun run, Path table, ProductHistory history) {
        return new SpectrumLog(
                table,
                history,
                nulls(config, context, run, table, history.window()),
                config.nullEvery(),
                context.size(),
                config.storage() == Storage.BFLOAT16 ? new RoundingCertificate(history) : null,
                context.existing());
    }

    private static ProductHistory history(
            ObserverConfig config, int window, DecaySource source, List<ProductHistory> pieces) {
        if (config.of().isGradient()) {
            return new ProductHistory(window, DecaySource.GRADIENTS);
        }
        return source == DecaySource.GROUPS
                ? new ProductHistory(
                        window,
                        pieces,
                        DoubleStream.generate(() -> 1).limit(pieces.size()).toArray())
                : new ProductHistory(window, source);
    }

    /** {@code spectrum.csv} has its smaller windows in {@code spectrum_w10.csv}, {@code spectrum_x.csv} in {@code spectrum_x_w10.csv}. */
    private static Path widthFile(Path table, int window) {
        String name = table.getFileName().toString();
        return table.resolveSibling(name.replaceFirst("\\.csv$", "_w" + window + ".csv"));
    }

    private static SpectrumLog watched(SpectrumLog log, ObserverConfig config, ObservedRun run) {
        if (!run.detectors().isEmpty()) {
            log.withDetectors(run.detectors(), run.events());
        }
        return config.alarm() == null
                ? log
                : log.withAlarm(new EdgeAlarm(run.events(), config.alarmEvent(), config.alarm()));
    }

    private static NullTable nulls(ObserverConfig config, Context context, ObservedRun run, Path table, int window) {
        return config.nulls()
                ? NullTable.drawnFrom(
                        run.seed(), nullFile(table), window, config.of().isGradient(), context.existing())
                : null;
    }

    /** {@code spectrum.csv} has its nulls in {@code spectrum_null.csv}, {@code spectrum_x.csv} in {@code spectrum_x_null.csv}. */
    private static Path nullFile(Path table) {
        String name = table.getFileName().toString();
        return table.resolveSibling(name.replaceFirst("\\.csv$", "_null.csv"));
    }
}
