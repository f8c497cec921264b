package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PythonPeerTest {

    private static final Path GOLDEN = Path.of(System.getProperty("golden.dir", "../../shared/golden"));
    private static final Path SCRIPTS = Path.of("src", "peers", "python");
    private static final Path PYTHON = Path.of("/opt/python3");

    @Test
    void jaxTakesPartInTheDyckStepAsOneCallAndAsALoop() {
        StepInputs.Files files = StepInputs.Files.golden(GOLDEN, "dyck");
        List<Contestant> contestants =
                new Lineup(Workload.DYCK, files, 2).pythonContestants(PythonPeer.JAX, PYTHON, SCRIPTS);
        assertThat(contestants)
                .extracting(Contestant::label)
                .containsExactly("jax (1 thread)", "jax (2 threads)", "jax-scan (1 thread)", "jax-scan (2 threads)");
        assertThat(contestants).allSatisfy(contestant -> {
            assertThat(contestant.ours()).isFalse();
            assertThat(contestant.command().getFirst()).isEqualTo(PYTHON.toString());
            assertThat(Path.of(contestant.command().get(1))).isRegularFile();
        });
        assertThat(new Lineup(Workload.MODULAR, files, 2).pythonContestants(PythonPeer.JAX, PYTHON, SCRIPTS))
                .isEmpty();
    }

    @Test
    void pytorchKeepsItsNames() {
        assertThat(names(Workload.MODULAR))
                .containsExactly(
                        "pytorch-python",
                        "pytorch-python-fused",
                        "pytorch-python-compiled",
                        "pytorch-python-compiled-fused");
        assertThat(names(Workload.GPT2))
                .containsExactly(
                        "pytorch-python-fused",
                        "pytorch-python-compiled-fused",
                        "pytorch-python-compiled-fused-bfloat16");
    }

    private static List<String> names(Workload workload) {
        return PythonPeer.PYTORCH.variants(workload).stream()
                .map(PythonPeer.PYTORCH::name)
                .toList();
    }

    @Test
    void whoRoundsToBfloat16MayBeFurtherOff() {
        StepInputs.Files files = StepInputs.Files.golden(GOLDEN, "none");
        assertThat(new Lineup(Workload.GPT51M, files, 2).pythonContestants(PythonPeer.PYTORCH, PYTHON, SCRIPTS))
                .extracting(Contestant::lossTolerance)
                .containsExactly(
                        StepTournament.LOSS_TOLERANCE,
                        StepTournament.LOSS_TOLERANCE,
                        StepTournament.LOSS_TOLERANCE_OF_BFLOAT16);
    }

    /** Also over a loop of another length, which goes on where the first has ended. */
    @Test
    void jaxFollowsTheReference() throws IOException, InterruptedException, ContestantException {
        StepInputs.Files files = StepInputs.Files.golden(GOLDEN, "dyck");
        assumeTrue(Files.isReadable(files.trace()), "no reference trajectories at " + GOLDEN);
        Optional<Path> python = PythonPeer.JAX.python();
        assumeTrue(python.isPresent(), "no Python that imports jax; SPECTRALEDGE_PYTHON names one");
        float[] losses = StepInputs.read(files).losses();
        for (Contestant contestant :
                new Lineup(Workload.DYCK, files, 1).pythonContestants(PythonPeer.JAX, python.get(), SCRIPTS)) {
            try (ContestantLink link = ContestantLink.start(contestant.command())) {
                requireReference(contestant, losses, 0, link.steps(StepTournament.VERIFIED_STEPS));
                requireReference(contestant, losses, StepTournament.VERIFIED_STEPS, link.steps(3));
                assertThat(link.environment()).containsEntry("processors", "1");
            }
        }
    }

    private static void requireReference(Contestant contestant, float[] losses, int from, ContestantLink.Steps steps) {
        for (int step = 0; step < steps.losses().length; step++) {
            double reference = losses[from + step];
            assertThat(steps.losses()[step])
                    .as("%s, step %d", contestant.label(), from + step + 1)
                    .isCloseTo(reference, within(StepTournament.LOSS_TOLERANCE * reference));
        }
    }
}
