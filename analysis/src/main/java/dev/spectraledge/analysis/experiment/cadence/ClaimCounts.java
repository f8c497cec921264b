package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.Findings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** For how many windows of the sweep each claim holds, as numbers and in words. */
final class ClaimCounts {
    private final NavigableMap<Long, List<SweptWindow>> windows = new TreeMap<>();

    void add(long step, List<SweptWindow> ofStep) {
        windows.put(step, List.copyOf(ofStep));
    }

    void report(Findings findings) {
        for (Claim claim : Claim.values()) {
            List<String> parts = new ArrayList<>();
            for (Map.Entry<Long, List<SweptWindow>> entry : windows.entrySet()) {
                List<SweptWindow> asked =
                        entry.getValue().stream().filter(claim::asks).toList();
                List<SweptWindow> holding = asked.stream().filter(claim::holds).toList();
                findings.controlled("windows-asked", claim.key(), entry.getKey(), asked.size());
                findings.controlled("windows-that-agree", claim.key(), entry.getKey(), holding.size());
                parts.add("at step " + entry.getKey() + " in " + holding.size() + " of " + asked.size() + " windows"
                        + (claim == Claim.GRADIENT_BELOW_HALF ? spans(asked, holding) : ""));
            }
            findings.remark(claim.sentence() + ": " + String.join(", ", parts));
        }
    }

    /** Whether it is the number of steps that decides. */
    private static String spans(List<SweptWindow> asked, List<SweptWindow> holding) {
        if (holding.isEmpty() || holding.size() == asked.size()) {
            return "";
        }
        long shortest = holding.stream().mapToLong(SweptWindow::span).min().orElseThrow();
        long longestOther = asked.stream()
                .filter(window -> !holding.contains(window))
                .mapToLong(SweptWindow::span)
                .max()
                .orElseThrow();
        return " (the shortest of these spans " + shortest + " steps, the longest other one " + longestOther + ")";
    }
}
