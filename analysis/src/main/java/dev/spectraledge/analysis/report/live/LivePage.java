package dev.spectraledge.analysis.report.live;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.plot.Figure;

/** Writes the page as it is when somebody opens it; its script keeps it up to date from then on. */
final class LivePage {
    private LivePage() {}

    static String html(String title, LiveView view) {
        HtmlPage frame = HtmlPage.live(title);
        Markup page = frame.markup();
        page.open("header").leaf("p", "Spectral Edge · live", "class", "eyebrow");
        page.leaf("h1", title);
        page.leaf("p", view.verdict(), "class", "verdict", "id", "live-verdict");
        page.open("ul", "class", "happened", "id", "live-sentences");
        view.sentences().forEach(sentence -> page.leaf("li", sentence));
        page.close();
        page.leaf(
                "p",
                "This is the state when the page was opened. Reload it to see more.",
                "class",
                "live",
                "id",
                "live-state",
                "role",
                "status");
        page.close();
        page.open("div", "id", "live-figures");
        for (Figure figure : view.figures()) {
            frame.figure(figure, figure.description());
        }
        page.close();
        return frame.finish("This page lasts as long as the program that serves it. No other machine sees it unless "
                + "you set --host. It changes nothing.");
    }
}
