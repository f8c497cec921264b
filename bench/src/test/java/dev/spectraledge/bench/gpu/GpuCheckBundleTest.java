package dev.spectraledge.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.kernels.cuda.EmulatedCuda;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bundle as it travels: small enough, and its script survives what a device may do to it. */
@Tag("nightly")
class GpuCheckBundleTest {
    @TempDir
    private static Path folder;

    private static Path bundle;
    private static Result packed;

    private record Result(int status, String output) {}

    @BeforeAll
    static void pack() throws IOException, InterruptedException {
        Path script = EmulatedCuda.source("emulator")
                .resolve("../../../../../bench/gpu-check")
                .normalize();
        bundle = folder.resolve("bundle");
        packed = run(
                Map.of("GPU_CHECK_BUNDLE", bundle.toString(), "JAVA_HOME", System.getProperty("java.home")),
                "bash",
                script.toString(),
                "pack",
                System.getProperty("java.class.path"));
    }

    private static Result run(Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), output);
    }

    @Test
    void whatTravelsIsSmallEnough() {
        assumeTrue(Files.exists(EmulatedCuda.source("emulator").resolve("../../../../../.git")), "no clone of git");

        assertThat(packed.status()).as(packed.output()).isZero();
        assertThat(packed.output()).containsPattern("[1-9]\\d*\\.\\d MiB of at most 58 MiB travel");
    }

    @Test
    void aFailingLaunchAndAHangingKernelAreNamedAndAllElseIsDone() throws Exception {
        assertThat(packed.status()).as(packed.output()).isZero();
        Path out = folder.resolve("results");
        String once = folder.resolve("faults").toString();

        Result check = run(
                Map.of(
                        "SPECTRALEDGE_EMULATED_CUDA",
                        "fail-launch=4,hang-launch=8,faults-once=" + once,
                        "GPU_CHECK_PART_SECONDS",
                        "20"),
                "bash",
                bundle.resolve("check.sh").toString(),
                "--tiny",
                "--emulator",
                EmulatedCuda.start().directory().toString(),
                "--out",
                out.toString());

        assertThat(check.status()).as(check.output()).isEqualTo(1);
        List<CheckResult> failed = new ArrayList<>();
        List<String> steps = new ArrayList<>();
        for (String line : Files.readAllLines(out.resolve(GpuCheck.RESULTS))) {
            CheckResult result = CheckResult.of(Json.parseObject(line, "results"));
            steps.add(result.step());
            if (result.outcome() == Outcome.FAILED) {
                failed.add(result);
            }
        }
        assertThat(failed).anySatisfy(result -> assertThat(result.text()).contains("CUDA_ERROR_LAUNCH_FAILED"));
        assertThat(failed).anySatisfy(result -> assertThat(result.text()).isEqualTo("not done within 20 s"));
        assertThat(steps)
                .containsAll(
                        GpuCheck.steps(out, CheckSizes.tiny(), Optional.empty()).keySet());
        for (CheckResult result : failed) {
            assertThat(out.resolve("report.md")).content().contains("| " + result.step() + " | " + result.name());
        }
    }
}
