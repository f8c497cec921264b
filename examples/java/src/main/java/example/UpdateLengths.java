package example;

import dev.spectraledge.analysis.online.ObservedTraining;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.training.ObserverFactory.Context;
import java.util.Map;

/** Watches how long the updates of the attention matrices are, beside the spectra that every run watches. */
public final class UpdateLengths implements UpdateObserver {
    private final Backend backend;
    private final Tensor update;
    private final Tensor square;
    private double longest;

    UpdateLengths(Context context) {
        backend = context.backend();
        update = backend.allocate(context.owner(), context.precision(), 1, context.size());
        square = backend.allocate(context.owner(), DType.FLOAT64, 1);
    }

    @Override
    public String name() {
        return "lengths";
    }

    @Override
    public int stride() {
        return 1;
    }

    @Override
    public ParameterSubset subset() {
        return ParameterSubset.ATTENTION;
    }

    /** Runs on the backend, at every step. */
    @Override
    public void record(Update made) {
        made.total(backend, update);
        backend.dot(update, update, square);
    }

    /** Takes what {@link #record} has computed. */
    @Override
    public void absorb(long step, Update made) {
        longest = Math.max(longest, Math.sqrt(square.getDouble(0)));
    }

    @Override
    public void close() {
        System.out.printf("the longest update was %.4f long%n", longest);
    }

    /** Trains a small model on balanced parentheses, watches its updates, and says what happened. */
    public static void main(String[] arguments) {
        RunConfig config = new ConfigResolver()
                .override("task.name=dyck")
                .override("task.sequences=200")
                .override("model.width=32")
                .override("training.steps=40")
                .override("observers=[{name: spectra, stride: 2}, {name: lengths}]")
                .override("out=" + arguments[0])
                .resolve();
        Report report = Report.of(ObservedTraining.run(config, Map.of("lengths", UpdateLengths::new)));
        report.happened().forEach(System.out::println);
        System.out.println(report.write());
    }
}
