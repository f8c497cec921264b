package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.pretrained.TextSamples;

/** What a language model has written. */
final class SamplesSection {
    private final HtmlPage frame;

    SamplesSection(HtmlPage frame) {
        this.frame = frame;
    }

    void write(TextSamples samples) {
        frame.section("What the model writes");
        Markup page = frame.markup();
        page.leaf(
                "p",
                NumberText.grouped(samples.tokens()) + " tokens each after step "
                        + NumberText.grouped(samples.step()) + ", from the beginning of a text, at temperature "
                        + NumberText.setting(samples.temperature())
                        + "; “sedge generate” writes the same with these seeds.",
                "class",
                "lead");
        for (int seed = 0; seed < samples.texts().size(); seed++) {
            page.open("figure", "class", "sample");
            page.leaf("pre", samples.texts().get(seed));
            page.leaf("figcaption", "seed " + seed).close();
        }
        page.close();
    }
}
