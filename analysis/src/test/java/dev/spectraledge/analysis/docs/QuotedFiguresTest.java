package dev.spectraledge.analysis.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A figure that a page quotes stands in the results that it names. Below the paragraph or table with the figures stands a
 * comment, which no reader sees: {@code <!-- figures from bench/results/…/table.md: 4.8 5.4 -->}. Each of its figures must stand
 * in the paragraph above, and in the file as it is or with more digits.
 */
class QuotedFiguresTest {
    private static final Pattern FIGURES = Pattern.compile("(?s)\\s*figures from (\\S+): (.*?)\\s*");
    private static final Pattern NUMBER =
            Pattern.compile("(?<![\\w.])[-−]?((\\d{1,3}(,\\d{3})+|\\d+)(\\.\\d+)?|\\.\\d+)([eE][-+]?\\d+)?");
    private static final BigDecimal HALF = new BigDecimal("0.5");

    /** The figures of one comment. */
    record Quoted(MarkdownPage page, String block, Path source, List<String> figures) {
        @Override
        public String toString() {
            return page + " from " + source.getFileName();
        }
    }

    static List<Quoted> quoted() throws IOException {
        List<Quoted> quoted = new ArrayList<>();
        for (MarkdownPage page : MarkdownPage.all()) {
            String text = String.join("\n", page.lines());
            for (String comment : page.comments()) {
                var match = FIGURES.matcher(comment);
                if (match.matches()) {
                    Path source = MarkdownPage.ROOT.resolve(match.group(1)).normalize();
                    String before =
                            text.substring(0, text.indexOf("<!--" + comment)).strip();
                    String block =
                            before.substring(before.lastIndexOf("\n\n") + 1).replaceAll("(?s)<!--.*?-->", "");
                    quoted.add(new Quoted(
                            page, block, source, List.of(match.group(2).split("\\s+"))));
                }
            }
        }
        return quoted;
    }

    @ParameterizedTest
    @MethodSource("quoted")
    void everyFigureStandsInItsParagraphAndInItsFile(Quoted quoted) throws IOException {
        List<BigDecimal> known = numbers(Files.readString(quoted.source()));
        List<BigDecimal> here = numbers(quoted.block());
        assertThat(quoted.figures()).allSatisfy(figure -> {
            BigDecimal value = number(figure);
            assertThat(here).as(figure + " in the paragraph").anyMatch(other -> other.compareTo(value) == 0);
            assertThat(known).as(figure + " in " + quoted.source()).anyMatch(other -> rounds(other, value));
        });
    }

    /** Whether a number becomes the quoted one where it is cut to its digits. */
    private static boolean rounds(BigDecimal number, BigDecimal quoted) {
        BigDecimal unit = BigDecimal.ONE.movePointLeft(Math.max(0, quoted.scale()));
        return number.subtract(quoted).abs().compareTo(HALF.multiply(unit)) <= 0;
    }

    private static List<BigDecimal> numbers(String text) {
        return NUMBER.matcher(text)
                .results()
                .map(match -> number(match.group()))
                .toList();
    }

    private static BigDecimal number(String text) {
        return new BigDecimal(text.replace(",", "").replace('−', '-'));
    }
}
