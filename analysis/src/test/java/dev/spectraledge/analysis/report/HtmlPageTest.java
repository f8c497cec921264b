package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class HtmlPageTest {
    private static final String HOSTILE = "</script><script>alert(1)</script>]]>";

    private static Figure figure(String name) {
        double[] x = {1, 2, 3};
        Panel panel = new Panel(
                HOSTILE,
                Axis.linear("step"),
                Axis.linear("y"),
                List.of(),
                List.of(Line.solid(HOSTILE, x, x, 0)),
                List.of(),
                List.of());
        return new Figure(name, HOSTILE, 1, List.of(panel));
    }

    private static String page(int sections) {
        HtmlPage page = new HtmlPage(HOSTILE);
        page.contents();
        for (int i = 1; i <= sections; i++) {
            page.section("Part " + i);
            page.figure(figure("figure-" + i), HOSTILE);
            page.markup().close();
        }
        return page.finish(HOSTILE);
    }

    private static List<Element> scripts(Document page) {
        return Xml.elements(page, "script");
    }

    @Test
    void runsOnlyItsOwnScripts() throws Exception {
        Document page = Xml.parse(page(2));
        String policy = Xml.elements(page, "meta").stream()
                .filter(meta -> meta.getAttribute("http-equiv").equals("Content-Security-Policy"))
                .findFirst()
                .orElseThrow()
                .getAttribute("content");
        assertThat(policy).startsWith("default-src 'none'; script-src 'sha256-").doesNotContain("unsafe");
        List<Element> run = scripts(page).stream()
                .filter(script -> script.getAttribute("type").isEmpty())
                .toList();
        assertThat(run).hasSize(2);
        assertThat(run).noneMatch(script -> script.hasAttribute("src"));
        // What a browser hashes is the text between the tags as it stands in the file.
        for (String element : List.of("script", "style")) {
            for (String text : textsOf(page(2), element)) {
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
                assertThat(policy).contains("'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
            }
        }
    }

    private static List<String> textsOf(String html, String element) {
        String[] parts = html.split("<" + element + ">", -1);
        return IntStream.range(1, parts.length)
                .mapToObj(i -> parts[i].substring(0, parts[i].indexOf("</" + element + ">")))
                .toList();
    }

    @Test
    void textOfStrangersStaysText() {
        String html = page(1);
        // Between its own scripts, in which the licence and the code may say what they want.
        assertThat(html.substring(0, html.indexOf("<script>"))).doesNotContain("<script>", "alert(1)</script>");
        assertThat(scripts(Xml.parse(html))).hasSize(3);
    }

    @Test
    void aPageWithoutFiguresHasNoScript() {
        assertThat(page(0)).doesNotContain("<script");
    }

    @Test
    void longPagesHaveContents() {
        assertThat(Xml.elements(Xml.parse(page(3)), "nav")).isEmpty();
        Document page = Xml.parse(page(4));
        assertThat(Xml.elements(page, "nav")).hasSize(1);
        assertThat(Xml.texts(page, "li")).containsExactly("Part 1", "Part 2", "Part 3", "Part 4");
        assertThat(Xml.elements(page, "a").stream().map(link -> link.getAttribute("href")))
                .containsExactly("#content", "#part-1", "#part-2", "#part-3", "#part-4");
    }

    @Test
    void aScriptThatWouldEndItsElementIsRefused() {
        assertThatThrownBy(() -> InlinedScript.of("'</script>'")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> InlinedScript.of("a[b[0]]>1")).isInstanceOf(IllegalArgumentException.class);
    }
}
