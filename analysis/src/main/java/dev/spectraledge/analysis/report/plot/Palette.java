package dev.spectraledge.analysis.report.plot;

/**
 * Colours that people with colour-vision deficiencies can tell apart (Okabe and Ito, "Color Universal Design", 2008;
 * its yellow, too light for lines, is left out), each with a lighter partner for dark pages.
 */
public final class Palette {
    public static final int BLUE = 0;
    public static final int VERMILION = 1;
    public static final int GREEN = 2;
    public static final int PURPLE = 3;
    public static final int ORANGE = 4;
    public static final int SKY = 5;
    public static final int GREY = 6;

    private static final String[] LIGHT = {"#0072b2", "#d55e00", "#009e73", "#b0578d", "#c98500", "#3f9fd6", "#7f7f7f"};
    private static final String[] DARK = {"#4db1f0", "#ff8a3d", "#2fcf9f", "#e08fc0", "#f0b429", "#8fd0f7", "#a0a0a0"};

    private Palette() {}

    static String light(int colour) {
        return LIGHT[colour % LIGHT.length];
    }

    static String cssClass(int colour) {
        return "c" + colour % LIGHT.length;
    }

    /** The colours as custom properties of a page, for what draws without elements. */
    public static String properties() {
        return ":root{" + properties(LIGHT) + "}@media (prefers-color-scheme: dark){:root{" + properties(DARK) + "}}";
    }

    private static String properties(String[] colours) {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < colours.length; i++) {
            rules.append("--c").append(i).append(':').append(colours[i]).append(';');
        }
        return rules.toString();
    }

    /**
     * Style rules for figures on a dark page: they override the colours written into each element, which are those for a
     * light page, so that programs that ignore style sheets still draw the figure.
     */
    public static String darkStyle() {
        StringBuilder rules = new StringBuilder("@media (prefers-color-scheme: dark) {");
        rules.append(".paper{fill:#16191d}.ink{fill:#e6e8ea}.faint{fill:#a4abb3}.grid{stroke:#2b3036}");
        rules.append(".axis{stroke:#6b737c}.event{stroke:#e6e8ea}.reference{stroke:#8a929b}");
        for (int i = 0; i < DARK.length; i++) {
            rules.append(".l")
                    .append(cssClass(i))
                    .append("{stroke:")
                    .append(DARK[i])
                    .append('}');
            rules.append(".f")
                    .append(cssClass(i))
                    .append("{fill:")
                    .append(DARK[i])
                    .append('}');
        }
        return rules.append('}').toString();
    }
}
