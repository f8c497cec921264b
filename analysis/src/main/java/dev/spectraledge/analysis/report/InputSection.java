package dev.spectraledge.analysis.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The part of an analysis' page that says what was read: checkpoints, tensors that were taken, and what was left out and why. */
final class InputSection {
    private static final String TAKEN = "tensors";
    private static final String LEFT_OUT = "left_out";
    private static final String FILES_LEFT_OUT = "files_left_out";

    private final HtmlPage frame;
    private final Markup page;

    InputSection(HtmlPage frame) {
        this.frame = frame;
        this.page = frame.markup();
    }

    void write(JsonObject analysis) {
        frame.section("What was read");
        page.leaf("p", sentence(analysis), "class", "lead");
        list("Tensors that were taken", List.copyOf(analysis.below(TAKEN).values()));
        reasons("Tensors that were left out", analysis.below(LEFT_OUT));
        reasons("Files that were left out", analysis.below(FILES_LEFT_OUT));
        page.close();
    }

    private static String sentence(JsonObject analysis) {
        List<String> parts = new ArrayList<>();
        analysis.number("snapshots").ifPresent(count -> parts.add(NumberText.grouped((long) count) + " checkpoints"));
        int taken = analysis.below(TAKEN).size();
        String parameters = analysis.number("parameters").isPresent()
                ? " with "
                        + NumberText.grouped(
                                (long) analysis.number("parameters").getAsDouble()) + " parameters"
                : "";
        parts.add(NumberText.grouped(taken) + (taken == 1 ? " tensor" : " tensors") + parameters + " of each taken");
        int leftOut = analysis.below(LEFT_OUT).size();
        parts.add(NumberText.grouped(leftOut) + (leftOut == 1 ? " tensor" : " tensors") + " left out");
        return String.join("; ", parts) + ".";
    }

    private void list(String title, List<String> names) {
        if (!names.isEmpty()) {
            page.open("details")
                    .leaf("summary", title + " (" + NumberText.grouped(names.size()) + ")")
                    .open("ul", "class", "names");
            names.forEach(name -> page.leaf("li", name));
            page.close().close();
        }
    }

    private void reasons(String title, Map<String, String> reasons) {
        if (!reasons.isEmpty()) {
            frame.details(title + " (" + NumberText.grouped(reasons.size()) + ")", reasons);
        }
    }
}
