package dev.spectraledge.analysis.paper;

/** What a control says of a claim. */
enum Outcome {
    /** All of the interval lies where the claim has it. */
    SURVIVES("survives"),
    /** All of the interval lies on the other side. */
    DOES_NOT("does not"),
    /** The interval spans the border. */
    OPEN("open"),
    NOT_MEASURED("not measured"),
    /** The paper says nothing that a measurement could contradict, or of what is not public. */
    NOT_TESTABLE("not testable");

    private final String text;

    Outcome(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
