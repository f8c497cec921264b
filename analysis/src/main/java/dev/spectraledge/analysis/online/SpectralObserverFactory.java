package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.ObserverConfig;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes the spectral observers that a run's configuration asks for. */
public final class SpectralObserverFactory implements ObserverFactory {
    @Override
    public UpdateObserver create(ObserverConfig config, Context context) {
        List<SpectrumLog> logs = new ArrayList<>();
        for (ObservedRun run : context.runs()) {
            logs.add(log(config, context, run));
        }
        if (!(context.backend() instanceof HostBackend)) {
            return new RecordedSpectralObserver(
                    config.name(),
                    config.stride(),
                    config.subset(),
                    context.backend(),
                    context.owner(),
                    context.precision(),
                    context.size(),
                    logs);
        }
        return new SpectralObserver(
                config.name(),
                config.stride(),
                config.subset(),
                context.backend(),
                context.workers(),
                context.owner(),
                context.precision(),
                context.size(),
                logs);
    }

    private static SpectrumLog log(ObserverConfig config, Context context, ObservedRun run) {
        ProductHistory history = new ProductHistory(
                config.window(), SpectralObserver.decaySource(config.stride(), context.decaysInProportion()));
        NullTable nulls = config.nulls()
                ? NullTable.drawnFrom(run.seed(), nullFile(run.table()), config.window(), context.existing())
                : null;
        return new SpectrumLog(run.table(), history, nulls, config.nullEvery(), context.size(), context.existing());
    }

    /** {@code spectrum.csv} has its nulls in {@code spectrum_null.csv}, {@code spectrum_x.csv} in {@code spectrum_x_null.csv}. */
    private static Path nullFile(Path table) {
        String name = table.getFileName().toString();
        return table.resolveSibling(name.replaceFirst("\\.csv$", "_null.csv"));
    }
}
