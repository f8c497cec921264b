package dev.spectraledge.analysis.cli;

import picocli.CommandLine.IVersionProvider;

/** The version in the manifest of the jar; a build that runs from class folders has none. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"sedge " + text()};
    }

    static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "(unpackaged build)" : version;
    }
}
