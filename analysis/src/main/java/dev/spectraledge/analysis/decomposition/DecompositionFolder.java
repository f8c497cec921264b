package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes spectra as {@code svd.json}, {@code svd.csv}, {@code spectra.svg} and a page, {@code report.html}. */
public final class DecompositionFolder {
    private static final int MOST_PANELS = 24;
    private static final int DIGITS = 6;

    private final Path folder;

    public DecompositionFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes all of it and returns the page.
     *
     * @param document what {@code svd.json} says
     */
    public Path write(DecompositionResult result, Map<String, Object> document) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failure) {
            throw RunException.of("cannot create", folder, failure);
        }
        Json.write(folder.resolve("svd.json"), document);
        AtomicFile.write(folder.resolve("svd.csv"), table(result.spectra()));
        Figure figure = figure(result.spectra());
        AtomicFile.write(folder.resolve("spectra.svg"), SvgFigure.document(figure));
        Path page = folder.resolve("report.html");
        AtomicFile.write(page, page(result, figure, document));
        return page;
    }

    private static String table(List<CertifiedSpectrum> spectra) {
        StringBuilder csv = new StringBuilder("matrix,k,sigma,lower,upper\n");
        for (CertifiedSpectrum spectrum : spectra) {
            String name = '"' + spectrum.name().replace("\"", "\"\"") + '"';
            for (int index = 0; index < spectrum.values().length; index++) {
                csv.append(name)
                        .append(',')
                        .append(index + 1)
                        .append(',')
                        .append(spectrum.values()[index])
                        .append(',')
                        .append(spectrum.lower()[index])
                        .append(',')
                        .append(spectrum.upper()[index])
                        .append('\n');
            }
        }
        return csv.toString();
    }

    private static Figure figure(List<CertifiedSpectrum> spectra) {
        List<Panel> panels = new ArrayList<>();
        for (CertifiedSpectrum spectrum : spectra.subList(0, Math.min(MOST_PANELS, spectra.size()))) {
            double[] positions = new double[spectrum.values().length];
            for (int index = 0; index < positions.length; index++) {
                positions[index] = index + 1.0;
            }
            panels.add(new Panel(
                    spectrum.name(),
                    Axis.linear("k"),
                    Axis.log("σₖ"),
                    List.of(new Band("certified", positions, spectrum.lower(), spectrum.upper(), Palette.BLUE, true)),
                    List.of(Line.solid("computed", positions, spectrum.values(), Palette.BLUE)),
                    List.of(),
                    List.of()));
        }
        return new Figure("spectra", "Leading singular values with their certified bounds.", 2, panels);
    }

    private static String page(DecompositionResult result, Figure figure, Map<String, Object> document) {
        HtmlPage frame = new HtmlPage("Singular values");
        Markup page = frame.markup();
        page.leaf("h1", "Singular values");
        frame.contents();
        int drawn = figure.panels().size();
        if (drawn < result.spectra().size()) {
            page.leaf(
                    "p",
                    "Drawn are the first " + drawn + " of " + result.spectra().size()
                            + " matrices; svd.csv and svd.json hold all.",
                    "class",
                    "note");
        }
        frame.figure(figure, "", "spectra.svg");
        for (CertifiedSpectrum spectrum : result.spectra().subList(0, drawn)) {
            frame.section(spectrum.name());
            HtmlPage.startWide(page, "Singular values of " + spectrum.name()).open("table", "class", "numbers");
            HtmlPage.startBody(page, List.of("k", "σ", "at least", "at most", "share of ‖A‖²"));
            for (int index = 0; index < spectrum.values().length; index++) {
                page.open("tr")
                        .leaf("td", Integer.toString(index + 1))
                        .leaf("td", NumberText.significant(spectrum.values()[index], DIGITS))
                        .leaf("td", NumberText.significant(spectrum.lower()[index], DIGITS))
                        .leaf("td", NumberText.significant(spectrum.upper()[index], DIGITS))
                        .leaf("td", NumberText.significant(spectrum.share(index + 1), 3))
                        .close();
            }
            page.close().close().close().close();
        }
        page.open("details")
                .leaf("summary", "Everything as JSON")
                .leaf("pre", Json.pretty(document))
                .close();
        return frame.finish("Written by sedge svd.");
    }
}
