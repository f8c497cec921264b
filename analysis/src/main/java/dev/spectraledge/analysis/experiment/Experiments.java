package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.experiment.cadence.WindowCadence;
import dev.spectraledge.analysis.experiment.causal.EdgeTraining;
import dev.spectraledge.analysis.experiment.causal.GapMaximality;
import dev.spectraledge.analysis.experiment.coupling.Adiabatic;
import dev.spectraledge.analysis.experiment.coupling.GapCapability;
import dev.spectraledge.analysis.experiment.coupling.LagFlip;
import dev.spectraledge.analysis.experiment.coupling.LagFlipSeeds;
import dev.spectraledge.analysis.experiment.coupling.LayerUniformity;
import dev.spectraledge.analysis.experiment.coupling.PhasesAndLoss;
import dev.spectraledge.analysis.experiment.coupling.ShiftDetection;
import dev.spectraledge.analysis.experiment.coupling.SignalOde;
import dev.spectraledge.analysis.experiment.course.TrainingRecord;
import dev.spectraledge.analysis.experiment.dynamics.DefectTrace;
import dev.spectraledge.analysis.experiment.dynamics.Glitching;
import dev.spectraledge.analysis.experiment.dynamics.HessianBottom;
import dev.spectraledge.analysis.experiment.dynamics.Hierarchy;
import dev.spectraledge.analysis.experiment.dynamics.Interventions;
import dev.spectraledge.analysis.experiment.dynamics.KrylovBound;
import dev.spectraledge.analysis.experiment.dynamics.LeadTime;
import dev.spectraledge.analysis.experiment.dynamics.QueryKeyCommutator;
import dev.spectraledge.analysis.experiment.dynamics.RepresentationOverTime;
import dev.spectraledge.analysis.experiment.dynamics.Rounding;
import dev.spectraledge.analysis.experiment.dynamics.ThreeBasis;
import dev.spectraledge.analysis.experiment.dynamics.TrajectoryComponents;
import dev.spectraledge.analysis.experiment.dynamics.WeightDecayIntervention;
import dev.spectraledge.analysis.experiment.event.GapEvents;
import dev.spectraledge.analysis.experiment.flow.GapFlow;
import dev.spectraledge.analysis.experiment.functional.AttentionPatterns;
import dev.spectraledge.analysis.experiment.functional.DepthBasis;
import dev.spectraledge.analysis.experiment.functional.FunctionalCoordinate;
import dev.spectraledge.analysis.experiment.functional.FunctionalModes;
import dev.spectraledge.analysis.experiment.functional.PositionalFourier;
import dev.spectraledge.analysis.experiment.functional.WeightDirections;
import dev.spectraledge.analysis.experiment.probe.CompositionProbes;
import dev.spectraledge.analysis.experiment.probe.DepthGeometry;
import dev.spectraledge.analysis.experiment.probe.DepthProbes;
import dev.spectraledge.analysis.experiment.probe.LayerProbes;
import dev.spectraledge.analysis.experiment.spectral.DavisKahan;
import dev.spectraledge.analysis.experiment.spectral.EdgePosition;
import dev.spectraledge.analysis.experiment.spectral.JlError;
import dev.spectraledge.analysis.experiment.spectral.LevelRepulsion;
import dev.spectraledge.analysis.experiment.spectral.NoiseEdge;
import dev.spectraledge.analysis.experiment.trajectory.Reconstruction;
import dev.spectraledge.analysis.experiment.weights.Ablation;
import dev.spectraledge.analysis.experiment.weights.Curvature;
import dev.spectraledge.analysis.experiment.weights.GradientDecayDecomposition;
import dev.spectraledge.analysis.experiment.weights.GramGap;
import dev.spectraledge.analysis.experiment.weights.HalfStability;
import dev.spectraledge.analysis.experiment.weights.LossDecomposition;
import dev.spectraledge.analysis.experiment.weights.PathNorm;
import dev.spectraledge.analysis.experiment.weights.Perturbation;
import dev.spectraledge.analysis.experiment.weights.Rotation;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All experiments that there are. */
public final class Experiments {
    private static final List<Experiment> ALL = List.of(
            new TrainingRecord(),
            new GradientDecayDecomposition(),
            new Ablation(),
            new Curvature(),
            new PathNorm(),
            new Perturbation(),
            new GramGap(),
            new Rotation(),
            new HalfStability(),
            new LossDecomposition(),
            new GapEvents(),
            new WindowCadence(),
            new GapFlow(),
            new NoiseEdge(),
            new EdgePosition(),
            new JlError(),
            new DavisKahan(),
            new LevelRepulsion(),
            new PhasesAndLoss(),
            new LagFlip(),
            new ShiftDetection(),
            new LayerUniformity(),
            new Adiabatic(),
            new GapCapability(),
            new SignalOde(),
            new Hierarchy(),
            new DepthProbes(),
            new AttentionPatterns(),
            new PositionalFourier(),
            new FunctionalModes(),
            new DepthBasis(),
            new WeightDirections(),
            new FunctionalCoordinate(),
            new DepthGeometry(),
            new LayerProbes(),
            new CompositionProbes(),
            new QueryKeyCommutator(),
            new DefectTrace(),
            new ThreeBasis(),
            new TrajectoryComponents(),
            new Interventions(),
            new WeightDecayIntervention(),
            new Rounding(),
            new RepresentationOverTime(),
            new KrylovBound(),
            new HessianBottom(),
            new Reconstruction(),
            new EdgeTraining(),
            new GapMaximality());

    private static final List<JointExperiment> JOINT = List.of(new LeadTime(), new LagFlipSeeds(), new Glitching());

    private Experiments() {}

    /** In the order of the paper. */
    public static List<Experiment> all() {
        return ALL;
    }

    /** Those that ask several runs together. */
    public static List<JointExperiment> joint() {
        return JOINT;
    }

    /**
     * The same experiments, those that train on from the given step.
     *
     * @throws UsageException if none of them does
     */
    public static List<Experiment> from(List<Experiment> experiments, long step) {
        return chosen(experiments, "first", open -> open.from(step));
    }

    /**
     * The same experiments, those that train on until the given step.
     *
     * @throws UsageException if none of them does, or one begins later
     */
    public static List<Experiment> until(List<Experiment> experiments, long step) {
        return chosen(experiments, "last", open -> open.until(step));
    }

    private static List<Experiment> chosen(
            List<Experiment> experiments, String which, UnaryOperator<OpenEndedExperiment> choice) {
        if (experiments.stream().noneMatch(OpenEndedExperiment.class::isInstance)) {
            throw new UsageException("the " + which + " step can be chosen only for these experiments: "
                    + ALL.stream()
                            .filter(OpenEndedExperiment.class::isInstance)
                            .map(Experiment::name)
                            .collect(Collectors.joining(", ")));
        }
        return experiments.stream()
                .map(experiment -> experiment instanceof OpenEndedExperiment open ? choice.apply(open) : experiment)
                .toList();
    }

    /**
     * The one of this name.
     *
     * @throws UsageException if there is none
     */
    public static Experiment named(String name) {
        List<String> names = Stream.concat(
                        ALL.stream().map(Experiment::name), JOINT.stream().map(JointExperiment::name))
                .toList();
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UsageException("there is no experiment '" + name + "'"
                        + NearestName.hint(name, names) + " (sedge experiment list names them)"));
    }
}
