package dev.spectraledge.analysis.report.plot;

/** The {@code d} attribute of an SVG path, to a tenth of a pixel. */
final class PathData {
    private final StringBuilder commands = new StringBuilder();

    PathData moveTo(double x, double y) {
        commands.append('M');
        return coordinates(x, y);
    }

    PathData lineTo(double x, double y) {
        commands.append('L');
        return coordinates(x, y);
    }

    /** Starts a piece at the point, or goes on to it. */
    PathData point(boolean start, double x, double y) {
        return start ? moveTo(x, y) : lineTo(x, y);
    }

    PathData closePath() {
        commands.append('Z');
        return this;
    }

    boolean isEmpty() {
        return commands.isEmpty();
    }

    @Override
    public String toString() {
        return commands.toString();
    }

    private PathData coordinates(double x, double y) {
        coordinate(x);
        commands.append(' ');
        coordinate(y);
        return this;
    }

    private void coordinate(double value) {
        long tenths = Math.round(value * 10);
        if (tenths < 0) {
            commands.append('-');
        }
        commands.append(Math.abs(tenths) / 10);
        if (tenths % 10 != 0) {
            commands.append('.').append(Math.abs(tenths) % 10);
        }
    }
}
