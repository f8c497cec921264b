package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import java.util.ArrayList;
import java.util.List;

/**
 * A window of updates of a {@link Trajectory}: its singular values and, of each direction, how much of the motion along it is
 * the gradient's and how much weight decay's. The decay part of an update over N steps is estimated by the trapezoid rule,
 * −ηωN(θ_before + θ_after)/2, the gradient's is the rest (Lifecycle §4.2).
 */
public final class TrajectoryWindow {
    private final Trajectory trajectory;
    private final List<Long> snapshots;
    private final double decayRate;
    private final List<double[]> updates = new ArrayList<>();
    private final List<double[]> means = new ArrayList<>();
    private final List<double[]> rows;
    private final GramSpectrum spectrum;

    private TrajectoryWindow(Trajectory trajectory, List<Long> snapshots, double decayRate, boolean tangential) {
        this.trajectory = trajectory;
        this.snapshots = snapshots;
        this.decayRate = decayRate;
        for (int i = 0; i + 1 < snapshots.size(); i++) {
            double[] before = trajectory.weights(snapshots.get(i));
            double[] after = trajectory.weights(snapshots.get(i + 1));
            updates.add(trajectory.update(snapshots.get(i), snapshots.get(i + 1)));
            double[] mean = new double[before.length];
            for (int index = 0; index < mean.length; index++) {
                mean[index] = (before[index] + after[index]) / 2;
            }
            means.add(mean);
        }
        rows = tangential ? withoutRadialPart() : updates;
        GramMatrix gram = trajectory.gramOf(rows);
        spectrum = new GramSpectrum(rows.size());
        spectrum.compute(gram, 0, rows.size());
    }

    /**
     * The window between these snapshots.
     *
     * @param decayRate ηω
     */
    public static TrajectoryWindow of(Trajectory trajectory, List<Long> snapshots, double decayRate) {
        return new TrajectoryWindow(trajectory, snapshots, decayRate, false);
    }

    /**
     * The same with directions of the updates' parts that are tangential: from each update its part along the mean of θ_A
     * before and after is taken out before the decomposition. The motion that is split is still that of the whole updates.
     */
    public static TrajectoryWindow tangential(Trajectory trajectory, List<Long> snapshots, double decayRate) {
        return new TrajectoryWindow(trajectory, snapshots, decayRate, true);
    }

    private List<double[]> withoutRadialPart() {
        List<double[]> result = new ArrayList<>();
        for (int i = 0; i < updates.size(); i++) {
            double[] mean = means.get(i);
            double[] dual = trajectory.dual(mean);
            double share = Trajectory.dot(dual, updates.get(i)) / Trajectory.dot(dual, mean);
            double[] row = updates.get(i).clone();
            for (int index = 0; index < row.length; index++) {
                row[index] -= share * mean[index];
            }
            result.add(row);
        }
        return result;
    }

    /** Number of updates. */
    public int size() {
        return updates.size();
    }

    /** Step of the last snapshot. */
    public long step() {
        return snapshots.getLast();
    }

    /** Singular values, and left singular vectors. */
    public GramSpectrum spectrum() {
        return spectrum;
    }

    private double[] direction(int k) {
        double[] vector = new double[updates.getFirst().length];
        for (int row = 0; row < rows.size(); row++) {
            double coefficient = spectrum.left(row, k) / spectrum.singularValue(k);
            for (int index = 0; index < vector.length; index++) {
                vector[index] += coefficient * rows.get(row)[index];
            }
        }
        return vector;
    }

    /** The parts of the motion along direction k, from 0; NaN where rounding leaves no direction. */
    public MotionParts parts(int k) {
        if (!spectrum.isResolved(k)) {
            return new MotionParts(Double.NaN, Double.NaN, Double.NaN);
        }
        double[] dual = trajectory.dual(direction(k));
        double gradientEnergy = 0;
        double decayEnergy = 0;
        double alignment = 0;
        for (int i = 0; i < size(); i++) {
            double interval = (double) (snapshots.get(i + 1) - snapshots.get(i));
            double decay = -decayRate * interval * Trajectory.dot(dual, means.get(i));
            double gradient = Trajectory.dot(dual, updates.get(i)) - decay;
            gradientEnergy += gradient * gradient / size();
            decayEnergy += decay * decay / size();
            alignment += gradient * decay / size();
        }
        return new MotionParts(gradientEnergy, decayEnergy, alignment);
    }

    /** |cos(θ_A, v_k)| at the window's end; NaN where rounding leaves no direction. */
    public double cosineWithWeights(int k) {
        if (!spectrum.isResolved(k)) {
            return Double.NaN;
        }
        double[] weights = trajectory.weights(step());
        return Math.abs(Trajectory.dot(trajectory.dual(direction(k)), weights)) / trajectory.norm(step());
    }

    /** Share of the updates' energy that lies along θ_A: Σ⟨Δ_i, θ̂_i⟩²/Σ‖Δ_i‖², θ̂_i the mean of before and after. */
    public double radialShare() {
        double radial = 0;
        double whole = 0;
        for (int i = 0; i < size(); i++) {
            double[] mean = trajectory.dual(means.get(i));
            double along = Trajectory.dot(mean, updates.get(i));
            radial += along * along / Trajectory.dot(mean, means.get(i));
            whole += trajectory.product(updates.get(i), updates.get(i));
        }
        return radial / whole;
    }
}
