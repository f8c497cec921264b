package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceRevisionTest {
    @TempDir
    Path folder;

    @Test
    void saysNothingOutsideOfACheckout() {
        assertThat(SourceRevision.of(folder)).isEmpty();
    }

    @Test
    void readsWhatABuildHasWritten() {
        String commit = "0123456789abcdef".repeat(3).substring(0, 40);
        assertThat(SourceRevision.parse(commit + "\n")).contains(new SourceRevision(commit, false));
        assertThat(SourceRevision.parse(commit + "-dirty")).contains(new SourceRevision(commit, true));
        assertThat(SourceRevision.parse("${build.commit}")).isEmpty();
        assertThat(SourceRevision.parse("v1.0-3-g0123456")).isEmpty();
    }

    @Test
    void namesTheCommitAndWhetherFilesDiffer() throws Exception {
        assumeTrue(git("init", "-q"), "no git");
        Path file = Files.writeString(folder.resolve("a"), "1");
        assertThat(git("add", "a")).isTrue();
        assertThat(git("-c", "user.name=n", "-c", "user.email=e@example.org", "commit", "-q", "-m", "first"))
                .isTrue();
        Optional<SourceRevision> clean = SourceRevision.of(file);
        assertThat(clean).isPresent();
        assertThat(clean.get().commit()).matches("[0-9a-f]{40,64}");
        assertThat(clean.get().dirty()).isFalse();
        Files.writeString(file, "2");
        assertThat(SourceRevision.of(folder))
                .contains(new SourceRevision(clean.get().commit(), true));
    }

    private boolean git(String... arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            return process.waitFor() == 0;
        } catch (IOException noGit) {
            return false;
        }
    }
}
