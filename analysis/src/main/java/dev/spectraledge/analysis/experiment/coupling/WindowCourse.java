package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.RunTable;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.Stability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The full windows of a run at one cadence, in order: those that an observer has recorded while the run trained, or else those of
 * its snapshots.
 *
 * @param stride steps of an update
 * @param width updates of a window
 * @param windows in order; of some steps there may be none
 */
record WindowCourse(long stride, int width, List<Window> windows) {
    /**
     * A window.
     *
     * @param step of its last update
     * @param spectrum its singular values; its left vectors need not be those of the updates
     * @param eigenvalueChange ‖ΔG‖_F of the eigenvalues alone, since the window before; NaN where there is none
     * @param operatorChange ‖ΔG‖_F of XᵀX, exactly; NaN where there is none
     */
    record Window(long step, GramSpectrum spectrum, double eigenvalueChange, double operatorChange) {
        /** R = σ_k* /σ_{k*+1} with k* = argmax (thesis S2). */
        double gapRatio() {
            return SpectralEdge.ratio(spectrum, SpectralEdge.position(spectrum));
        }

        /** g = σ_k* − σ_{k*+1}. */
        double gap() {
            return SpectralEdge.gap(spectrum, SpectralEdge.position(spectrum));
        }

        /** σ_j, from 0. */
        double singularValue(int mode) {
            return spectrum.singularValue(mode);
        }
    }

    /** Windows of the protocol's width and cadence for an experiment; there may be none. */
    static WindowCourse of(StudiedRun run, String experiment) {
        int width = run.protocol(experiment).count(Parameter.WINDOW);
        long stride = Cadences.published(run, experiment);
        List<Window> windows = run.spectrum(stride, width)
                .map(table -> recorded(table, width))
                .filter(found -> !found.isEmpty())
                .orElseGet(() -> ofSnapshots(run, stride, width));
        return new WindowCourse(stride, width, windows);
    }

    private static List<Window> recorded(RunTable table, int width) {
        List<Window> windows = new ArrayList<>();
        double[] steps = table.steps();
        double[][] values = new double[width][];
        for (int mode = 0; mode < width; mode++) {
            values[mode] = table.require("sigma_" + (mode + 1));
        }
        double[] unknown = new double[steps.length];
        Arrays.fill(unknown, Double.NaN);
        double[] eigenvalues = table.column("gram_change_spectrum").orElse(unknown);
        double[] operators = table.column("gram_change_rank2").orElse(unknown);
        for (int row = 0; row < steps.length; row++) {
            GramMatrix diagonal = new GramMatrix(width);
            diagonal.resize(width);
            for (int mode = 0; mode < width; mode++) {
                for (int other = 0; other < mode; other++) {
                    diagonal.set(mode, other, 0);
                }
                diagonal.set(mode, mode, values[mode][row] * values[mode][row]);
            }
            if (Double.isFinite(diagonal.get(width - 1, width - 1))) {
                windows.add(new Window((long) steps[row], spectrum(diagonal, 0), eigenvalues[row], operators[row]));
            }
        }
        return windows;
    }

    private static List<Window> ofSnapshots(StudiedRun run, long stride, int width) {
        List<Window> windows = new ArrayList<>();
        if (SnapshotSteps.whole(run.steps(), stride, width).isEmpty()) {
            return windows;
        }
        Trajectory trajectory = Trajectory.of(run);
        for (long step : SnapshotSteps.ends(trajectory.steps(), stride, width)) {
            List<Long> snapshots = SnapshotSteps.window(trajectory.steps(), step, stride, width + 1);
            if (snapshots.size() == width + 2) {
                GramMatrix gram = trajectory.gram(snapshots);
                GramSpectrum before = spectrum(gram.part(0, width), 0);
                GramSpectrum now = spectrum(gram, 1);
                double moved = Stability.slideChange(gram.get(width, width), gram.get(0, 0), gram.get(width, 0));
                windows.add(new Window(step, now, Math.sqrt(Stability.spectrumChange(now, before)), Math.sqrt(moved)));
            } else {
                List<Long> first = SnapshotSteps.window(trajectory.steps(), step, stride, width);
                if (first.size() == width + 1) {
                    windows.add(new Window(step, spectrum(trajectory.gram(first), 0), Double.NaN, Double.NaN));
                }
            }
        }
        return windows;
    }

    private static GramSpectrum spectrum(GramMatrix gram, int from) {
        GramSpectrum spectrum = new GramSpectrum(gram.rows() - from);
        spectrum.compute(gram, from, gram.rows());
        return spectrum;
    }

    /**
     * The longest stretch of windows, of which rounding chose no edge, that follow each other in equal intervals; of equals the
     * first.
     *
     * @param spacing steps between them; only windows at multiples of it count
     */
    List<Window> even(long spacing) {
        List<Window> longest = List.of();
        List<Window> current = new ArrayList<>();
        for (Window window : windows) {
            if (window.step() % spacing == 0 && SpectralEdge.isResolved(window.spectrum())) {
                if (!current.isEmpty() && window.step() - current.getLast().step() != spacing) {
                    current = new ArrayList<>();
                }
                current.add(window);
                longest = current.size() > longest.size() ? current : longest;
            }
        }
        return List.copyOf(longest);
    }

    /** Says that there are too few windows, and what would have kept more. */
    void lack(String what, Findings findings) {
        findings.lack(
                what + ": windows of " + width + " updates of " + stride + " steps take " + (width + 1)
                        + " snapshots in a row each",
                Cadences.settings(stride));
    }
}
