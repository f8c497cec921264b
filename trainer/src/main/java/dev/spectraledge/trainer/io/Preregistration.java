package dev.spectraledge.trainer.io;

import dev.spectraledge.bindings.Sha256;

/**
 * A resource that says how runs are to be judged, and was written before they were computed: they keep its hash, so that whoever
 * reads a verdict can see whether it was changed since.
 *
 * @param name of the file without its ending
 * @param text all of it
 */
public record Preregistration(String name, String text) {
    private static final String ENDING = ".json";

    /** The resource {@code name.json} beside a class. */
    public static Preregistration read(Class<?> anchor, String name) {
        return new Preregistration(name, Resources.text(anchor, name + ENDING));
    }

    /** SHA-256 in hexadecimal: two programs with the same hash judge alike. */
    public String hash() {
        return Sha256.hex(text);
    }

    /** Under which {@code environment.json} and tables hold the hash. */
    public String key() {
        return name + "_hash";
    }

    /** For people. */
    public String description() {
        return "SHA-256 of " + name + ENDING + ": " + hash();
    }
}
