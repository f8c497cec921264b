package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.nulls.NullTable;
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
                    history(config, DecaySource.ACCUMULATED),
                    nulls(config, context, run),
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

    /** Why sketches are not made on a device. */
    public static String refusalOnDevices(ObserverConfig config) {
        return "observers." + config.name() + ".storage=sketch is computed on the cpu only; choose device=cpu, or"
                + " storage=float32";
    }

    private static UpdateObserver exact(ObserverConfig config, Context context) {
        List<SpectrumLog> logs = new ArrayList<>();
        for (ObservedRun run : context.runs()) {
            logs.add(watched(log(config, context, run), config, run));
        }
        return new SpectralObserver(config.name(), config.stride(), config.subset(), config.of(), context, logs);
    }

    private static SpectrumLog log(ObserverConfig config, Context context, ObservedRun run) {
        return new SpectrumLog(
                run.table(),
                history(config, SpectralObserver.decaySource(config.stride(), context.decaysInProportion())),
                nulls(config, context, run),
                config.nullEvery(),
                context.size(),
                context.existing());
    }

    /** @param ofUpdates where the decay parts of updates come from */
    private static ProductHistory history(ObserverConfig config, DecaySource ofUpdates) {
        return new ProductHistory(config.window(), config.of().isGradient() ? DecaySource.GRADIENTS : ofUpdates);
    }

    private static SpectrumLog watched(SpectrumLog log, ObserverConfig config, ObservedRun run) {
        if (!run.detectors().isEmpty()) {
            log.withDetectors(run.detectors(), run.events());
        }
        return config.alarm() == null
                ? log
                : log.withAlarm(new EdgeAlarm(run.events(), config.alarmEvent(), config.alarm()));
    }

    private static NullTable nulls(ObserverConfig config, Context context, ObservedRun run) {
        return config.nulls()
                ? NullTable.drawnFrom(
                        run.seed(),
                        nullFile(run.table()),
                        config.window(),
                        config.of().isGradient(),
                        context.existing())
                : null;
    }

    /** {@code spectrum.csv} has its nulls in {@code spectrum_null.csv}, {@code spectrum_x.csv} in {@code spectrum_x_null.csv}. */
    private static Path nullFile(Path table) {
        String name = table.getFileName().toString();
        return table.resolveSibling(name.replaceFirst("\\.csv$", "_null.csv"));
    }
}
