package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The part of an analysis' page about groups of parameters: what moves how much, and how nearly along one direction. */
final class GroupsSection {
    static final String CAPTION =
            "Each curve is a sum over all layers. λ₁/Σλ is the share of a window’s motion along v₁. "
                    + "R is left out where rounding alone would choose k*.";

    private static final int DIGITS = 3;
    private static final int[] COLOURS = {
        Palette.BLUE, Palette.VERMILION, Palette.GREEN, Palette.PURPLE, Palette.ORANGE, Palette.SKY, Palette.GREY
    };

    private final GroupTable table;

    GroupsSection(GroupTable table) {
        this.table = table;
    }

    /** The parts of the model by step; empty where there is only one. */
    Optional<Figure> figure() {
        return table.parts().size() < 2
                ? Optional.empty()
                : Optional.of(new Figure(
                        "groups",
                        "Update norm, share of the first direction and gap ratio of each part of the model by step",
                        3,
                        List.of(
                                panel("‖Δ‖ of the newest update", Axis.log("‖Δ‖"), "update_norm"),
                                panel("λ₁/Σλ", Axis.linear("fraction", 0, 1), "energy_1"),
                                panel("Gap ratio R", Axis.log("R"), "gap_ratio"))));
    }

    private Panel panel(String title, Axis y, String column) {
        List<Line> lines = new ArrayList<>();
        for (String part : table.parts()) {
            int colour = COLOURS[lines.size() % COLOURS.length];
            lines.add(Line.solid(part, table.column(part, "step"), table.column(part, column), colour));
        }
        return new Panel(title, Axis.linear("step"), y, List.of(), lines, List.of(), List.of());
    }

    /** Every group in the last window. */
    void write(Markup page) {
        HtmlPage.startWide(page, "Groups of parameters").open("table", "class", "numbers runs");
        HtmlPage.startBody(page, List.of("group", "parameters", "‖Δ‖", "share of ‖Δ‖²", "λ₁/Σλ", "k*", "R"));
        for (String group : table.groups()) {
            page.open("tr")
                    .leaf("td", group)
                    .leaf("td", NumberText.grouped((long) table.last(group, "parameters")))
                    .leaf("td", number(group, "update_norm"))
                    .leaf("td", number(group, "update_share"))
                    .leaf("td", number(group, "energy_1"))
                    .leaf("td", number(group, "k_star"))
                    .leaf("td", number(group, "gap_ratio"))
                    .close();
        }
        page.close().close().close();
    }

    private String number(String group, String column) {
        double value = table.last(group, column);
        return Double.isNaN(value) ? "" : NumberText.significant(value, DIGITS);
    }
}
