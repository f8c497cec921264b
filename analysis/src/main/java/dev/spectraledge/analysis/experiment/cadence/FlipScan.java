package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.Findings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The windows from the first step on at every cadence: when the gradient's share of v_1 first falls below one half, and the gap
 * g23 at the cadence of the paper's dense run (Lifecycle §4.1: W = 3, a snapshot every 50 steps).
 */
final class FlipScan {
    /** Width of the paper's dense table. */
    static final int DENSE_WIDTH = 3;

    private static final double HALF = 0.5;

    private final Map<Integer, Map<Integer, OptionalLong>> flips = new LinkedHashMap<>();
    private final Map<Integer, Long> scanned = new LinkedHashMap<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** Steps of an update of the dense table; empty where none is published. */
    private final OptionalInt dense;

    private record Gap(long step, double value) {}

    FlipScan(OptionalInt dense) {
        this.dense = dense;
    }

    /** Looks at all windows that end with the last update, shorter ones where the run begins. */
    void add(ReplayedUpdates updates, List<Integer> widths, Findings findings) {
        long step = updates.step();
        int stride = updates.stride();
        scanned.put(stride, step);
        for (int width : widths) {
            ReplayedWindow window = updates.window(Math.min(width, updates.size()));
            double fraction = window.parts(0).fraction();
            findings.controlled("gradient-fraction", SweptWindow.item("v1", width, stride), step, fraction);
            Map<Integer, OptionalLong> found = flips.computeIfAbsent(stride, key -> new LinkedHashMap<>());
            found.putIfAbsent(width, OptionalLong.empty());
            if (fraction < HALF && found.get(width).isEmpty()) {
                found.put(width, OptionalLong.of(step));
            }
            if (width == DENSE_WIDTH && dense.isPresent() && stride == dense.getAsInt()) {
                gaps.add(new Gap(step, window.subleadingGap()));
            }
        }
    }

    /**
     * Says when v_1 flipped, and how far the gap of the dense series fell.
     *
     * @param grokStep until which the gap is looked at; empty for a run that does not grok
     */
    void report(OptionalLong grokStep, Findings findings) {
        List<String> parts = new ArrayList<>();
        flips.forEach((stride, found) -> {
            List<String> ofStride = new ArrayList<>();
            found.forEach((width, flip) -> {
                String item = SweptWindow.item("v1", width, stride);
                long last = scanned.get(stride);
                double step = flip.isPresent() ? (double) flip.getAsLong() : Double.NaN;
                findings.controlled("flip-step", item, last, step);
                findings.controlled("flip-step-predicted", item, last, (double) stride * (width + 1));
                ofStride.add("W = " + width + (flip.isPresent() ? " at step " + flip.getAsLong() : " never"));
            });
            parts.add("every " + stride + " steps (until step " + scanned.get(stride) + "): "
                    + String.join(", ", ofStride));
        });
        if (!parts.isEmpty()) {
            findings.remark("the gradient's share of v1 first falls below one half, with updates "
                    + String.join("; ", parts) + "; the first update leaves a window of W at step stride·(W + 1)");
        }
        if (dense.isPresent() && grokStep.isPresent()) {
            gap(dense.getAsInt(), grokStep.getAsLong(), findings);
        }
    }

    private void gap(int stride, long grokStep, Findings findings) {
        boolean reached = scanned.getOrDefault(stride, 0L) >= grokStep;
        List<Gap> early = gaps.stream().filter(gap -> gap.step() <= grokStep).toList();
        if (!reached || early.isEmpty()) {
            findings.remark("the dense series of g23 does not reach the grok step " + grokStep);
            return;
        }
        String item = SweptWindow.item("dense", DENSE_WIDTH, stride);
        early.forEach(gap -> findings.published("g23", item, gap.step(), gap.value()));
        double largest = early.stream().mapToDouble(Gap::value).max().orElseThrow();
        long peak = early.stream()
                .filter(gap -> gap.value() == largest)
                .findFirst()
                .orElseThrow()
                .step();
        findings.published("early-g23", item, peak, largest);
        findings.published(
                "decline",
                item,
                early.getLast().step(),
                largest / early.getLast().value());
    }
}
