package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.PlotData;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.io.Resources;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What all reports have in common: one HTML file that loads nothing, light or dark as its reader likes it. Text of strangers'
 * files may stand in it: its policy lets no script run but the page's own, which it knows by their hashes.
 */
public final class HtmlPage {
    private static final String UPLOT = "uplot/";
    private static final String STYLE = Resources.text(HtmlPage.class, "report.css")
            + Palette.properties()
            + Palette.darkStyle()
            + Resources.text(HtmlPage.class, UPLOT + "uPlot.min.css");
    private static final InlinedScript LIBRARY =
            InlinedScript.of("/*\n" + Resources.text(HtmlPage.class, UPLOT + "LICENSE") + "*/\n"
                    + Resources.text(HtmlPage.class, UPLOT + "uPlot.iife.min.js"));
    private static final InlinedScript PLOTS = InlinedScript.of(Resources.text(HtmlPage.class, "plots.js"));
    private static final InlinedScript LIVE = InlinedScript.of(Resources.text(HtmlPage.class, "live.js"));
    /** Drawings are wider than a phone: their boxes scroll, and keys have to reach them. */
    private static final String SCROLLS = "0";
    /** Pages with fewer sections, each a screen or so, need no table of contents. */
    private static final int FEWEST_LISTED = 4;

    private final Markup page = new Markup();
    private final List<String> titles = new ArrayList<>();
    private final boolean live;
    private boolean hasFigures;
    private int contents = -1;

    /** Begins a page, up to where its content does. */
    public HtmlPage(String title) {
        this(title, false);
    }

    private HtmlPage(String title, boolean live) {
        this.live = live;
        page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        page.open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "http-equiv", "Content-Security-Policy", "content", policy(live));
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.leaf("title", title + " · Spectral Edge");
        page.open("style").raw(STYLE).close();
        page.close().open("body");
        page.leaf("a", "Skip to the content", "class", "skip", "href", "#content");
        page.open("main", "id", "content", "tabindex", "-1");
    }

    /** Begins a page that listens to the server from which it comes. */
    public static HtmlPage live(String title) {
        return new HtmlPage(title, true);
    }

    /** What a page may do; for a live one its server says the same. */
    public static String policy(boolean live) {
        return "default-src 'none'; script-src " + LIBRARY.hash() + " " + PLOTS.hash() + " " + LIVE.hash()
                + "; style-src " + InlinedScript.hash(STYLE) + "; img-src data:; base-uri 'none'; form-action 'none'"
                + (live ? "; connect-src 'self'" : "");
    }

    /** Where the content goes. */
    public Markup markup() {
        return page;
    }

    /** Starts a section, to be closed by whoever starts it. */
    public void section(String title) {
        titles.add(title);
        page.open("section", "id", anchor(title)).leaf("h2", title);
    }

    /** A figure with what people need to read it: drawn, and as numbers that the page's script turns into plots. */
    public void figure(Figure figure, String caption) {
        figure(figure, () -> page.leaf("figcaption", caption));
    }

    /** The same with a link to its file. */
    public void figure(Figure figure, String caption, String file) {
        figure(
                figure,
                () -> page.open("figcaption")
                        .text(caption.isEmpty() ? "" : caption + " ")
                        .leaf("a", "SVG", "href", link(file))
                        .close());
    }

    private void figure(Figure figure, Runnable caption) {
        page.open("figure", "class", "plotted", "tabindex", SCROLLS).raw(SvgFigure.element(figure));
        caption.run();
        numbers(PlotData.json(figure));
        page.close();
    }

    /**
     * The start of a figure that was saved earlier, to be closed by whoever draws it: with its numbers where it has some.
     *
     * @param numbers a JSON object
     */
    public Markup startFigure(Optional<String> numbers) {
        if (numbers.isEmpty()) {
            return page.open("figure", "tabindex", SCROLLS);
        }
        page.open("figure", "class", "plotted", "tabindex", SCROLLS);
        numbers(numbers.get());
        return page;
    }

    private void numbers(String json) {
        hasFigures = true;
        page.open("script", "type", "application/json")
                .raw(PlotData.embedded(json))
                .close();
    }

    /** Heads a table that was just opened, a heading a column, and begins its body. */
    public static void startBody(Markup page, List<String> columns) {
        page.open("thead").open("tr");
        columns.forEach(column -> page.leaf("th", column, "scope", "col"));
        page.close().close().open("tbody");
    }

    /** Starts a box, to be closed by whoever starts it, that scrolls by itself where its content is wider than the page. */
    public static Markup startWide(Markup page, String label) {
        return page.open("div", "class", "wide", "tabindex", "0", "role", "group", "aria-label", label);
    }

    /** Name by which links within a page find the section of this title. */
    public static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
    }

    /** Here stand links to the sections that follow, in order, if they are more than a few. */
    public void contents() {
        titles.clear();
        contents = page.position();
    }

    private String links() {
        Markup links = new Markup();
        links.open("nav", "class", "contents", "aria-label", "Contents").open("ol");
        titles.forEach(title ->
                links.open("li").leaf("a", title, "href", "#" + anchor(title)).close());
        return links.close().close().finish();
    }

    /** A row of large numbers, each under its name. */
    public void keyNumbers(Map<String, String> numbers) {
        page.open("dl", "class", "key-numbers");
        numbers.forEach((label, value) ->
                page.open("div").leaf("dt", label).leaf("dd", value).close());
        page.close();
    }

    /** A table of names and values that opens on demand. */
    public void details(String title, Map<String, String> values) {
        page.open("details").leaf("summary", title);
        page.open("table", "class", "settings").open("tbody");
        values.forEach((name, value) -> page.open("tr")
                .leaf("th", name, "scope", "row")
                .leaf("td", value)
                .close());
        page.close().close().close();
    }

    /** Ends the page. */
    public String finish(String footer) {
        page.open("footer").leaf("p", footer).close();
        if (contents >= 0 && titles.size() >= FEWEST_LISTED) {
            page.insert(contents, links());
        }
        page.close();
        if (hasFigures || live) {
            script(LIBRARY);
            script(PLOTS);
        }
        if (live) {
            script(LIVE);
        }
        return "<!DOCTYPE html>\n" + page.close().close().finish() + "\n";
    }

    private void script(InlinedScript script) {
        page.open("script").raw(script.text()).close();
    }

    /** A file beside or below the page, as the target of a link. */
    public static String link(String relativePath) {
        return URLEncoder.encode(relativePath, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
