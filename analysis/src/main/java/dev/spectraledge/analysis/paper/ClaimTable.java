package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The first thing that a reader sees: a row for each claim, as a table of the page and as Markdown. */
final class ClaimTable {
    private static final List<String> COLUMNS =
            List.of("", "The paper says", "Ours, as published", "Its control says", "In short");

    private ClaimTable() {}

    /** A paragraph that says how many claims came to which outcome. */
    static String summary(List<JudgedClaim> claims) {
        List<String> parts = new ArrayList<>();
        parts.add(counted(claims, Outcome.SURVIVES, "survives its control", "survive their controls"));
        parts.add(counted(claims, Outcome.DOES_NOT, "does not", "do not"));
        parts.add(counted(claims, Outcome.OPEN, "is open", "are open"));
        if (count(claims, Outcome.NOT_MEASURED) > 0) {
            parts.add(counted(claims, Outcome.NOT_MEASURED, "was not measured here", "were not measured here"));
        }
        if (count(claims, Outcome.NOT_TESTABLE) > 0) {
            parts.add(count(claims, Outcome.NOT_TESTABLE) + " cannot be tested by anybody");
        }
        return "Of " + claims.size() + " claims " + String.join(", ", parts.subList(0, parts.size() - 1)) + " and "
                + parts.getLast() + "." + standing(claims);
    }

    private static String counted(List<JudgedClaim> claims, Outcome outcome, String one, String several) {
        long count = count(claims, outcome);
        return count + " " + (count == 1 ? one : several);
    }

    /** How what the paper prints of the claims stands against ours, as published; empty where it prints nothing. */
    private static String standing(List<JudgedClaim> claims) {
        List<Boolean> printed =
                claims.stream().flatMap(claim -> claim.agrees().stream()).toList();
        long agree = printed.stream().filter(Boolean::booleanValue).count();
        long vacuous = claims.stream()
                .filter(claim -> !claim.claim().vacuous().isEmpty())
                .count();
        List<String> parts = new ArrayList<>();
        if (!printed.isEmpty()) {
            parts.add(agree + " of " + printed.size() + " agree with the paper");
        }
        if (vacuous > 0) {
            parts.add(vacuous + " cannot fail");
        }
        return parts.isEmpty() ? "" : " As published, " + String.join(", and ", parts) + ".";
    }

    private static long count(List<JudgedClaim> claims, Outcome outcome) {
        return claims.stream().filter(claim -> claim.outcome() == outcome).count();
    }

    static void write(Markup page, List<JudgedClaim> claims) {
        HtmlPage.startWide(page, "Claims").open("table", "class", "numbers claims");
        HtmlPage.startBody(page, COLUMNS);
        for (JudgedClaim judged : claims) {
            Claim claim = judged.claim();
            page.open("tr").open("th", "scope", "row");
            if (claim.section().isEmpty()) {
                page.text(claim.id()).close();
            } else {
                page.leaf("a", claim.id(), "href", "#" + HtmlPage.anchor(claim.section()))
                        .close();
            }
            page.leaf("td", claim.statement());
            page.open("td", "data-title", COLUMNS.get(2)).leaf("b", judged.oursText());
            remarks(judged).forEach(remark -> page.leaf("small", remark));
            page.close();
            page.open("td", "data-title", COLUMNS.get(3))
                    .leaf("b", judged.outcome().text(), "class", style(judged.outcome()));
            for (int index = 0; index < claim.controls().size(); index++) {
                page.leaf("small", control(judged, index));
            }
            page.close();
            if (judged.sentence().isEmpty()) {
                page.leaf("td", "");
            } else {
                page.leaf("td", judged.sentence(), "data-title", COLUMNS.get(4));
            }
            page.close();
        }
        page.close().close().close();
    }

    /** What stands below our numbers: what they are, how they stand against the paper, and what they were measured on. */
    private static List<String> remarks(JudgedClaim judged) {
        List<String> remarks = new ArrayList<>();
        remarks.add(judged.claim().label());
        remarks.add(judged.intervalText());
        remarks.add(judged.verdict());
        if (!judged.claim().unreached().isEmpty()) {
            remarks.add("needs the published scale: " + judged.claim().unreached());
        }
        if (!judged.scales().isEmpty()) {
            remarks.add("tested at " + judged.scaleText());
        }
        remarks.removeIf(String::isEmpty);
        return remarks;
    }

    private static String control(JudgedClaim judged, int index) {
        String effect = judged.findings().get(index).effect();
        return judged.claim().controls().get(index).label() + (effect.isEmpty() ? ": not measured" : ": " + effect);
    }

    private static String style(Outcome outcome) {
        return "outcome-" + outcome.name().toLowerCase(Locale.ROOT);
    }

    /** A table of Markdown. */
    static String markdown(List<JudgedClaim> claims) {
        StringBuilder text = new StringBuilder("| " + String.join(" | ", COLUMNS) + " |\n|---|---|---|---|---|\n");
        for (JudgedClaim judged : claims) {
            Claim claim = judged.claim();
            StringBuilder controls = new StringBuilder("**" + judged.outcome().text() + "**");
            for (int index = 0; index < claim.controls().size(); index++) {
                controls.append("<br>").append(control(judged, index));
            }
            text.append("| ")
                    .append(String.join(
                            " | ",
                            claim.id(),
                            cell(claim.statement()),
                            cell(Stream.concat(Stream.of(judged.oursText()), remarks(judged).stream())
                                    .collect(Collectors.joining("<br>"))),
                            cell(controls.toString()),
                            cell(judged.sentence())))
                    .append(" |\n");
        }
        return text.toString();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
