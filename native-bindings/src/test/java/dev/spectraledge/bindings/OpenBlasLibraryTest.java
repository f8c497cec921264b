package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpenBlasLibraryTest {
    private static final CpuFeatures AVX512_CPU = new CpuFeatures(
            "AuthenticAMD",
            Set.of("avx", "avx2", "fma", "avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl", "avx512_bf16"));

    @Test
    void describesWhatIsLoaded() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        assertThat(OpenBlasLibrary.load()).isSameAs(library);
        assertThat(library.path()).isRegularFile();
        assertThat(library.version()).matches("\\d+\\.\\d+.*");
        assertThat(library.config()).startsWith("OpenBLAS " + library.version());
        assertThat(library.coreName()).isNotBlank();
        assertThat(library.threading()).isIn("none", "pthreads", "OpenMP");
        assertThat(library.options()).isEqualTo(OpenBlasLibrary.Options.defaults());
    }

    @Test
    void runsOneThreadUntilToldOtherwise() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        assumeTrue(!library.threading().equals("none"), "this OpenBLAS has no threads");
        assertThat(library.threads()).isEqualTo(1);
        try {
            library.setThreads(2);
            assertThat(library.threads()).isEqualTo(2);
        } finally {
            library.setThreads(1);
        }
        assertThatThrownBy(() -> library.setThreads(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("OpenBLAS needs at least 1 thread, not 0");
    }

    /** After a change of OpenBLAS's version: {@code sha256sum} of the files in its jars makes the list again. */
    @Test
    void theProgramKnowsTheDigestsOfTheFilesOnTheClassPath() throws Exception {
        List<BundledLibrary.BundledFile> files = OpenBlasLibrary.bundledFiles(NativeLibraries.platform());
        assumeTrue(!files.isEmpty(), "no OpenBLAS comes with the program on " + NativeLibraries.platform());
        for (BundledLibrary.BundledFile file : files) {
            String resource = "/org/bytedeco/openblas/" + NativeLibraries.platform() + "/" + file.name();
            try (InputStream in = OpenBlasLibrary.class.getResourceAsStream(resource)) {
                byte[] digest = Sha256.of(in.readAllBytes());
                assertThat(HexFormat.of().formatHex(digest)).as(resource).isEqualTo(file.sha256());
            }
        }
    }

    /** A system may lack them, or have others. */
    @Test
    void nothingThatComesAlongIsTheSystems() throws IOException {
        Path maps = Path.of("/proc/self/maps");
        Path library = OpenBlasLibrary.load().path();
        List<BundledLibrary.BundledFile> files = OpenBlasLibrary.bundledFiles(NativeLibraries.platform());
        assumeTrue(Files.isReadable(maps)
                && Files.exists(library.resolveSibling(files.getLast().name())));
        List<String> mapped = Files.readAllLines(maps);
        assertThat(files)
                .allSatisfy(file -> assertThat(mapped)
                        .anyMatch(line -> line.endsWith(
                                library.resolveSibling(file.name()).toString())));
    }

    @Test
    void everyPlatformHasTheLibraryBeforeWhatItNeeds() {
        for (String platform : List.of("linux-x86_64", "linux-arm64")) {
            assertThat(OpenBlasLibrary.bundledFiles(platform))
                    .extracting(BundledLibrary.BundledFile::name)
                    .startsWith("libopenblas.so.0")
                    .contains("libgfortran.so.5", "libgcc_s.so.1");
        }
        assertThat(OpenBlasLibrary.bundledFiles("plan9-mips")).isEmpty();
    }

    @Test
    void listsItsCandidatesInOrder() {
        assertThat(OpenBlasLibrary.candidates())
                .extracting(LibraryCandidate::origin)
                .containsExactly(
                        "system property spectraledge.openblas",
                        "environment SPECTRALEDGE_OPENBLAS",
                        "bundled for " + NativeLibraries.platform());
    }

    @Test
    void anotherCoreTypeIsTooLateOnceLoaded() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        assertThat(OpenBlasLibrary.load(OpenBlasLibrary.Options.withCoreType(library.coreName())))
                .isSameAs(library);
        assertThatThrownBy(() -> OpenBlasLibrary.load(OpenBlasLibrary.Options.withCoreType("Prescott")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("OpenBLAS is loaded already with core type " + library.coreName()
                        + "; ask for Prescott before anything uses it");
    }

    @Test
    void saysInOneLineWhenThePinIsSlowerThanTheCpu() {
        assertThat(OpenBlasLibrary.slowerThanCpu("Haswell", Optional.of("OPENBLAS_CORETYPE"), AVX512_CPU))
                .contains("OpenBLAS runs its Haswell kernels (AVX2), pinned by OPENBLAS_CORETYPE; "
                        + "this CPU offers AVX-512, core type Cooperlake");
        assertThat(OpenBlasLibrary.slowerThanCpu("Zen", Optional.empty(), AVX512_CPU))
                .contains("OpenBLAS runs its Zen kernels (AVX2), its own choice; "
                        + "this CPU offers AVX-512, core type Cooperlake");
        assertThat(OpenBlasLibrary.slowerThanCpu("SkylakeX", Optional.empty(), AVX512_CPU))
                .isEmpty();
        assertThat(OpenBlasLibrary.slowerThanCpu("NEOVERSEN1", Optional.empty(), new CpuFeatures("", Set.of())))
                .isEmpty();
    }

    @Test
    void theEnvironmentsCoreTypeIsRespected() throws Exception {
        assumeAvx2();
        ForkedJvm pinned = describe(Map.of("OPENBLAS_CORETYPE", "Sandybridge"));
        assertThat(pinned.output()).contains("core Sandybridge", "threads 1", "pinned by OPENBLAS_CORETYPE");
        ForkedJvm free = describe(Map.of("OPENBLAS_CORETYPE", ""));
        assertThat(free.exitCode()).isZero();
        assertThat(free.output()).doesNotContain("core Sandybridge", "pinned");
    }

    @Test
    void theConfiguredCoreTypeOverridesTheEnvironment() throws Exception {
        assumeAvx2();
        ForkedJvm jvm = describe(Map.of("OPENBLAS_CORETYPE", "Haswell"), "Sandybridge");
        assertThat(jvm.exitCode()).isZero();
        assertThat(jvm.output()).contains("core Sandybridge", "pinned by the configuration");
    }

    @Test
    void anUnknownCoreTypeIsRefused() throws Exception {
        ForkedJvm jvm = describe(Map.of(), "Quantum");
        assertThat(jvm.exitCode()).isEqualTo(1);
        assertThat(jvm.output()).contains("refused core type Quantum is not available: OpenBLAS");
    }

    @Test
    void aLibraryThatIsNoOpenBlasIsRefused() throws Exception {
        Path other = OpenBlasLibrary.load().path().resolveSibling("libgcc_s.so.1");
        assumeTrue(Files.isRegularFile(other), "an override is loaded, with no library beside it");
        ForkedJvm jvm = describe(Map.of("SPECTRALEDGE_OPENBLAS", other.toString()));
        assertThat(jvm.exitCode()).isEqualTo(1);
        assertThat(jvm.output()).contains("refused " + other + " is no OpenBLAS with LAPACKE");
    }

    @Test
    void processesThatStartTogetherShareOneCache(@TempDir Path cache) throws Exception {
        assumeTrue(
                !OpenBlasLibrary.candidates().getLast().state().equals("not on the class path"),
                "no OpenBLAS is bundled for this platform");
        List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            processes.add(ForkedJvm.start(
                    List.of("-Dspectraledge.cache=" + cache),
                    Map.of("SPECTRALEDGE_OPENBLAS", ""),
                    DescribeOpenBlas.class));
        }
        for (Process process : processes) {
            ForkedJvm jvm = ForkedJvm.finish(process);
            assertThat(jvm.exitCode()).as(jvm.output()).isZero();
            assertThat(jvm.output()).contains("path " + cache);
        }
        try (Stream<Path> content = Files.list(cache)) {
            assertThat(content).hasSize(1);
        }
    }

    private static ForkedJvm describe(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        return ForkedJvm.finish(ForkedJvm.start(List.of(), environment, DescribeOpenBlas.class, arguments));
    }

    /** The core types that these tests pin run on any x86-64 with AVX2 and only there differ from its default. */
    private static void assumeAvx2() {
        assumeTrue(
                CpuFeatures.ofHost()
                        .vectorLevel()
                        .filter(level -> level.compareTo(VectorLevel.AVX2) >= 0)
                        .isPresent(),
                "this CPU is no x86-64 with AVX2");
    }
}
