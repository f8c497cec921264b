package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.run.Environment;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"sedge " + Environment.projectVersion()};
    }
}
