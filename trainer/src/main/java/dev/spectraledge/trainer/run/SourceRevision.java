package dev.spectraledge.trainer.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The commit that this program was built from.
 *
 * @param dirty whether tracked files differ from it
 */
record SourceRevision(String commit, boolean dirty) {
    private static final int SECONDS = 5;
    private static final String COMMIT = "[0-9a-f]{40,64}";
    private static final String DIRTY = "-dirty";

    /** The revision that a release carries, else that of the checkout that this class was loaded from; empty without either. */
    static Optional<SourceRevision> ofProgram() {
        return BuildRecord.value("commit").flatMap(SourceRevision::parse).or(SourceRevision::ofCheckout);
    }

    /** The inverse of {@code git describe --always --dirty --abbrev=40}, where no tag describes the commit. */
    static Optional<SourceRevision> parse(String described) {
        String commit = described.strip().replaceFirst(DIRTY + "$", "");
        return commit.matches(COMMIT)
                ? Optional.of(new SourceRevision(commit, described.strip().endsWith(DIRTY)))
                : Optional.empty();
    }

    private static Optional<SourceRevision> ofCheckout() {
        CodeSource source = SourceRevision.class.getProtectionDomain().getCodeSource();
        try {
            return source == null
                    ? Optional.empty()
                    : of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | IllegalArgumentException notAFile) {
            return Optional.empty();
        }
    }

    /** The revision of the checkout that {@code path} lies in; empty if it lies in none. */
    static Optional<SourceRevision> of(Path path) {
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        Optional<String> commit = git(folder, "rev-parse", "HEAD").filter(id -> id.matches(COMMIT));
        if (commit.isEmpty()) {
            return Optional.empty();
        }
        return git(folder, "status", "--porcelain", "--untracked-files=no")
                .map(changes -> new SourceRevision(commit.get(), !changes.isEmpty()));
    }

    /** What git prints, or nothing if it is missing, fails or takes too long. */
    private static Optional<String> git(Path folder, String... arguments) {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.empty();
            }
            return process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
        } catch (IOException noGit) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
