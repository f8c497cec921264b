package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.trainer.io.Resources;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What all reports have in common: one HTML file that loads nothing, light or dark as its reader likes it. */
public final class HtmlPage {
    private static final String STYLE = "report.css";

    private final Markup page = new Markup();

    /** Begins a page, up to where its content does. */
    public HtmlPage(String title) {
        page.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        page.open("head");
        page.empty("meta", "charset", "utf-8");
        page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        page.leaf("title", title + " · Spectral Edge");
        page.open("style")
                .raw(Resources.text(HtmlPage.class, STYLE))
                .raw(Palette.darkStyle())
                .close();
        page.close().open("body").open("main");
    }

    /** Where the content goes. */
    public Markup markup() {
        return page;
    }

    /** Starts a section, to be closed by whoever starts it. */
    public void section(String title) {
        page.open("section", "id", anchor(title)).leaf("h2", title);
    }

    /** Name by which links within a page find the section of this title. */
    public static String anchor(String title) {
        return title.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N}]+", "-")
                .replaceAll("^-|-$", "");
    }

    /** Links to sections, in order. */
    public void contents(List<String> titles) {
        page.open("nav", "class", "contents", "aria-label", "Contents").open("ol");
        titles.forEach(title ->
                page.open("li").leaf("a", title, "href", "#" + anchor(title)).close());
        page.close().close();
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
        return "<!DOCTYPE html>\n" + page.close().close().close().finish() + "\n";
    }

    /** A file beside or below the page, as the target of a link. */
    public static String link(String relativePath) {
        return URLEncoder.encode(relativePath, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
    }
}
