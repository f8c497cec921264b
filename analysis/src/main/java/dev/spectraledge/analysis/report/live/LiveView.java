package dev.spectraledge.analysis.report.live;

import dev.spectraledge.analysis.report.plot.Figure;
import java.util.List;

/**
 * What a live page shows at one moment.
 *
 * @param verdict the main sentence
 * @param sentences what has happened so far
 * @param figures in order, each name once
 */
public record LiveView(String verdict, List<String> sentences, List<Figure> figures) {}
