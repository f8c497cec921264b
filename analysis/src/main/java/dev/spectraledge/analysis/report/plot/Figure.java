package dev.spectraledge.analysis.report.plot;

import java.util.List;

/**
 * Panels side by side.
 *
 * @param name lower-case words with hyphens; names the file
 * @param description one sentence for people who cannot see it
 * @param columns panels in a row
 */
public record Figure(String name, String description, int columns, List<Panel> panels) {}
