package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.gradient.StepStability;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.EvaluationConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/** Makes the probes that a run's configuration asks for. */
final class ModelProbes {
    private final ObserverFactory.ProbeContexts contexts;
    private final List<UpdateObserver> wanted = new ArrayList<>();

    /** Makes the measurement of one of the runs. */
    private interface Maker {
        ModelProbe.Measurement of(int run, ObserverFactory.Context context);
    }

    private ModelProbes(ObserverFactory.ProbeContexts contexts) {
        this.contexts = contexts;
    }

    static List<UpdateObserver> of(
            RunConfig config,
            TrainingSetup setup,
            ObserverFactory.ProbeContexts contexts,
            Supplier<Optimizer> optimizer) {
        EvaluationConfig evaluation = config.evaluation();
        ModelProbes probes = new ModelProbes(contexts);
        probes.add(
                DetectorTable.DEFECT,
                evaluation.defectEvery(),
                DefectMeasurement.COLUMNS,
                (run, context) -> new DefectMeasurement(setup, run, context));
        probes.add(
                DetectorTable.CURVATURE,
                evaluation.curvatureEvery(),
                CurvatureMeasurement.COLUMNS,
                (run, context) -> new CurvatureMeasurement(
                        setup,
                        run,
                        new StepStability(config.training(), setup.settings().get(run), run, optimizer),
                        context));
        probes.add(
                DetectorTable.ATTENTION,
                evaluation.attentionEvery(),
                AttentionMeasurement.COLUMNS,
                (run, context) -> new AttentionMeasurement(setup, run, context.backend()));
        return probes.wanted;
    }

    private void add(DetectorTable table, Integer every, List<String> columns, Maker maker) {
        if (every == null) {
            return;
        }
        String name = table.name().toLowerCase(Locale.ROOT);
        ObserverFactory.Context context = contexts.of(table);
        if (context.backend().isAsynchronous()) {
            String key = "evaluation." + name + "Every";
            throw new UsageException(key + " is computed on the cpu only; choose device=cpu, or " + key + "=null");
        }
        wanted.add(new ModelProbe(name, every, columns, run -> maker.of(run, context), context));
    }
}
