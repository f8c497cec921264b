package dev.spectraledge.analysis.spectrum;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Everything that is reported of one window, as a row of numbers with plain names; NaN where a window cannot say it. A row
 * exists from the second update on. Direction-wise columns cover the first five modes.
 */
public final class WindowDiagnostics {
    /** Modes whose directions are followed: the papers show five at most. */
    public static final int DIRECTIONS = 5;

    private static final int MINIMUM_ROWS_FOR_HALVES = 4;

    private static final List<String> STABILITIES = List.of("alpha_spectrum_", "alpha_half_", "alpha_rank2_");
    private static final List<String> PARTS = List.of(
            "gradient_share_",
            "decay_share_",
            "alignment_",
            "trapezoid_gradient_share_",
            "trapezoid_alignment_",
            "trapezoid_mean_product_");

    private final int window;
    private final int directions;
    private final boolean ofGradients;
    private GramSpectrum spectrum;
    private GramSpectrum previous;
    private final GramSpectrum firstHalf;
    private final GramSpectrum secondHalf;
    private final DirectionOverlap rotation;
    private final DirectionOverlap halves;
    private final UpdateParts exactParts;
    private final UpdateParts trapezoidParts;
    private final long parameters;
    private final DerivedWindow unitWindow;
    private final DerivedWindow transverseWindow;
    private final SlideStatistics slide;
    private final GramMatrix unitRows;
    private final GramMatrix transverseRows;
    private final double[] values;
    private long computedAfter = -1;
    private int filled;

    /**
     * Of windows of W updates.
     *
     * @param window W
     * @param parameters P, the length of an update
     */
    public WindowDiagnostics(int window, long parameters) {
        this(window, parameters, false);
    }

    /** @param ofGradients whether the windows hold gradients rather than updates */
    public WindowDiagnostics(int window, long parameters, boolean ofGradients) {
        this.window = window;
        this.parameters = parameters;
        this.ofGradients = ofGradients;
        directions = Math.min(window, DIRECTIONS);
        spectrum = new GramSpectrum(window);
        previous = new GramSpectrum(window);
        firstHalf = new GramSpectrum(window);
        secondHalf = new GramSpectrum(window);
        rotation = new DirectionOverlap(window);
        halves = new DirectionOverlap(window);
        exactParts = new UpdateParts(window);
        trapezoidParts = new UpdateParts(window);
        unitWindow = DerivedWindow.ofUnitRows(window);
        transverseWindow = DerivedWindow.acrossParameters(window);
        slide = new SlideStatistics(window);
        unitRows = new GramMatrix(window);
        transverseRows = new GramMatrix(window);
        values = new double[columns(window, ofGradients).size()];
    }

    /**
     * Names of the numbers, in order; the step comes before them. Modes are counted from 1.
     *
     * <ul>
     *   <li>{@code sigma_k}: singular values; {@code energy_k}: σ_k²/Σσ²
     *   <li>{@code k_star, k_star_weighted, gap, gap_ratio, gap_ratio_weighted, g23}: see {@link SpectralEdge}; gap and
     *       gap_ratio are those at k_star, gap_ratio_weighted that at k_star_weighted; {@code g23_over_trace}: g23/Σσ²
     *   <li>{@code rotation_k}: angle in degrees between v_k of this window and of the one before, {@code rotation_12} and
     *       {@code rotation_123} the largest principal angle of the spans; see {@link DirectionOverlap}
     *   <li>{@code alpha_spectrum_k, alpha_rank2_k}: see {@link Stability}; {@code alpha_half_k}: |⟨v_k, v′_k⟩| of the
     *       first ⌊w/2⌋ updates of the window and the rest, of at least four (lifecycle of the edge)
     *   <li>{@code gradient_share_k, decay_share_k, alignment_k}: see {@link UpdateParts}, from the exact parts;
     *       {@code trapezoid_gradient_share_k, trapezoid_alignment_k, trapezoid_mean_product_k}: the same from the
     *       published estimate, where the decay part of a step is −ηωθ with one factor for all parameters
     *   <li>{@code mean_cosine}: see {@link GramMatrix#meanCosine}
     *   <li>{@code update_norm}: ‖Δ‖ of the newest update; {@code window_updates}: w, less than W while the window fills
     *   <li>{@code k_star_noise, k_star_margin, ratio_12, ratio_23, ratio_34}: further definitions of the edge, see {@link
     *       EdgeStatistics}
     *   <li>{@code unit_…, transverse_…}: σ_k, k* and its ratio of updates of norm 1, and of updates without their part along θ, see
     *       {@link DerivedWindow}
     *   <li>{@code gram_change_…, davis_kahan_k, adiabatic_…}: how far the window moved, see {@link SlideStatistics}
     * </ul>
     */
    public static List<String> columns(int window) {
        return columns(window, false);
    }

    /**
     * The same, of gradients without the columns of parts and those across θ, and with {@code gradient_norm} and {@code window_gradients} at the
     * end.
     */
    public static List<String> columns(int window, boolean ofGradients) {
        int directions = Math.min(window, DIRECTIONS);
        List<String> names = new ArrayList<>();
        addNumbered(names, "sigma_", window);
        names.addAll(List.of("k_star", "k_star_weighted", "gap", "gap_ratio", "gap_ratio_weighted"));
        names.addAll(List.of("g23", "g23_over_trace"));
        addNumbered(names, "energy_", window);
        addNumbered(names, "rotation_", directions);
        names.addAll(List.of("rotation_12", "rotation_123"));
        STABILITIES.forEach(prefix -> addNumbered(names, prefix, directions));
        if (!ofGradients) {
            PARTS.forEach(prefix -> addNumbered(names, prefix, directions));
        }
        names.add("mean_cosine");
        names.addAll(
                ofGradients ? List.of("gradient_norm", "window_gradients") : List.of("update_norm", "window_updates"));
        names.addAll(EdgeStatistics.FURTHER);
        names.addAll(DerivedWindow.ofUnitRows(window).names());
        if (!ofGradients) {
            names.addAll(DerivedWindow.acrossParameters(window).names());
        }
        names.addAll(new SlideStatistics(window).names());
        return names;
    }

    private static void addNumbered(List<String> names, String prefix, int count) {
        for (int number = 1; number <= count; number++) {
            names.add(prefix + number);
        }
    }

    /** Whether {@code history} holds enough updates for a row. */
    public static boolean isDefined(ProductHistory history) {
        return history.rows() >= 2;
    }

    /** Looks at the current window of {@code history}. */
    public void compute(ProductHistory history) {
        GramMatrix gram = history.gram();
        int end = gram.rows();
        boolean hasPrevious = end - 1 >= 2;
        if (hasPrevious) {
            takePrevious(history, Math.max(0, end - 1 - window), end - 1);
        }
        spectrum.compute(gram, history.firstRow(), end);
        computedAfter = history.appended();
        if (hasPrevious) {
            rotation.compute(gram, spectrum, previous, directions);
        }
        boolean hasHalves = spectrum.rows() >= MINIMUM_ROWS_FOR_HALVES;
        if (hasHalves) {
            int middle = history.firstRow() + spectrum.rows() / 2;
            firstHalf.compute(gram, history.firstRow(), middle);
            secondHalf.compute(gram, middle, end);
            halves.compute(gram, firstHalf, secondHalf, directions);
        }
        if (!ofGradients) {
            trapezoidParts.compute(spectrum, history.trapezoid(), directions);
        }
        boolean exact = history.exact() != null;
        if (exact) {
            exactParts.compute(spectrum, history.exact(), directions);
        }
        fill(gram, hasPrevious, hasHalves, exact);
        DerivedWindow.scale(history, unitRows);
        if (!ofGradients) {
            DerivedWindow.project(history, transverseRows);
        }
        slide.setLearningRate(history.learningRate());
        fillFurther(gram, hasPrevious && previous.rows() == spectrum.rows());
    }

    private void fillFurther(GramMatrix gram, boolean slid) {
        EdgeStatistics.further(spectrum, parameters, values, filled);
        filled += EdgeStatistics.FURTHER.size();
        unitWindow.compute(unitRows, spectrum.rows(), values, filled);
        filled += unitWindow.size();
        if (!ofGradients) {
            transverseWindow.compute(transverseRows, spectrum.trace(), values, filled);
            filled += transverseWindow.size();
        }
        if (slid) {
            slide.fill(gram, 0, spectrum, previous, values, filled);
        }
    }

    /** Products of the window's updates, each of norm 1, as they were looked at last. */
    public GramMatrix unitRows() {
        return unitRows;
    }

    /** Products of the window's updates without their parts along θ, as they were looked at last; nothing of gradients. */
    public GramMatrix transverseRows() {
        return transverseRows;
    }

    /** The window before is usually the one that was looked at last; after a resume it is computed again, to the same bits. */
    private void takePrevious(ProductHistory history, int from, int to) {
        if (computedAfter == history.appended() - 1) {
            GramSpectrum last = spectrum;
            spectrum = previous;
            previous = last;
            previous.moveTo(from);
        } else {
            previous.compute(history.gram(), from, to);
        }
    }

    private void fill(GramMatrix gram, boolean hasPrevious, boolean hasHalves, boolean exact) {
        Arrays.fill(values, Double.NaN);
        filled = 0;
        int modes = spectrum.rows();
        for (int mode = 0; mode < modes; mode++) {
            values[mode] = spectrum.singularValue(mode);
        }
        filled = window;
        int position = SpectralEdge.position(spectrum);
        int weightedPosition = SpectralEdge.weightedPosition(spectrum);
        put(position);
        put(weightedPosition);
        put(SpectralEdge.gap(spectrum, position));
        put(SpectralEdge.ratio(spectrum, position));
        put(SpectralEdge.ratio(spectrum, weightedPosition));
        double trace = spectrum.trace();
        put(SpectralEdge.subleadingGap(spectrum));
        put(SpectralEdge.subleadingGap(spectrum) / trace);
        for (int mode = 0; mode < modes; mode++) {
            values[filled + mode] = spectrum.singularValue(mode) * spectrum.singularValue(mode) / trace;
        }
        filled += window;
        for (int mode = 0; mode < directions; mode++) {
            put(hasPrevious && mode < rotation.modes() ? rotation.angleDegrees(mode) : Double.NaN);
        }
        put(hasPrevious ? rotation.largestPrincipalAngleDegrees(2) : Double.NaN);
        put(hasPrevious ? rotation.largestPrincipalAngleDegrees(3) : Double.NaN);
        fillStability(gram, hasPrevious, hasHalves);
        if (!ofGradients) {
            fillParts(exact);
        }
        put(gram.meanCosine(spectrum.firstRow(), gram.rows()));
        put(Math.sqrt(gram.get(gram.rows() - 1, gram.rows() - 1)));
        put(modes);
    }

    private void fillStability(GramMatrix gram, boolean hasPrevious, boolean hasHalves) {
        boolean sameRows = hasPrevious && previous.rows() == spectrum.rows();
        double spectrumChange = sameRows ? Stability.spectrumChange(spectrum, previous) : Double.NaN;
        for (int mode = 0; mode < directions; mode++) {
            put(sameRows ? Stability.amongModes(spectrum, mode, spectrumChange) : Double.NaN);
        }
        for (int mode = 0; mode < directions; mode++) {
            put(hasHalves && mode < halves.modes() ? halves.cosine(mode) : Double.NaN);
        }
        int last = gram.rows() - 1;
        double slideChange =
                sameRows ? Stability.slideChange(gram.get(last, last), gram.get(0, 0), gram.get(0, last)) : Double.NaN;
        for (int mode = 0; mode < directions; mode++) {
            put(sameRows ? Stability.amongAllDirections(spectrum, mode, slideChange) : Double.NaN);
        }
    }

    private void fillParts(boolean exact) {
        int modes = spectrum.rows();
        for (int mode = 0; mode < directions; mode++) {
            boolean known = exact && mode < modes;
            values[filled + mode] = known ? exactParts.gradientShare(mode) : Double.NaN;
            values[filled + directions + mode] = known ? exactParts.decayShare(mode) : Double.NaN;
            values[filled + 2 * directions + mode] = known ? exactParts.alignment(mode) : Double.NaN;
            boolean estimated = mode < modes;
            values[filled + 3 * directions + mode] = estimated ? trapezoidParts.gradientShare(mode) : Double.NaN;
            values[filled + 4 * directions + mode] = estimated ? trapezoidParts.alignment(mode) : Double.NaN;
            values[filled + 5 * directions + mode] = estimated ? trapezoidParts.meanProduct(mode) : Double.NaN;
        }
        filled += PARTS.size() * directions;
    }

    private void put(double value) {
        values[filled++] = value;
    }

    /** Number of columns. */
    public int size() {
        return values.length;
    }

    /** Number {@code column} of the row, named by {@link #columns}. */
    public double value(int column) {
        return values[column];
    }

    /** The window's singular values and vectors. */
    public GramSpectrum spectrum() {
        return spectrum;
    }
}
