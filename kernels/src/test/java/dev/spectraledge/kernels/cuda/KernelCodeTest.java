package dev.spectraledge.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kernels become: no local memory, which is device memory, and no sum in whatever order its terms come. */
class KernelCodeTest {
    private static final Pattern DECLARATION =
            Pattern.compile("__global__ void(?:\\s+__launch_bounds__\\([^)]*\\))?\\s+(\\w+)\\(");

    @TempDir
    private Path folder;

    @Test
    void instructionsAreReadFromMachineCode() {
        KernelCode code = KernelCode.of("""
                    Function : harmless
            .headerflags    @"EF_CUDA_TEXMODE_UNIFIED EF_CUDA_64BIT_ADDRESS"
                    /*0000*/                   LDC R1, c[0x0][0x28] ;                      /* 0x00000a00ff017b82 */
                                                                                           /* 0x000fe20000000800 */
                    /*0010*/              @!P0 LDG.E.128.CONSTANT R4, desc[UR4][R2.64] ;   /* 0x0000000402047981 */
                    /*0020*/                   ATOMG.E.INC.STRONG.GPU PT, R5, desc[UR4][R2.64], R7 ;  /* 0x00 */
                    Function : harmful
                    /*0000*/                   STL.64 [R1], R2 ;                           /* 0x0000000201007387 */
                    /*0010*/               @P1 RED.E.ADD.F32.FTZ.RN.STRONG.GPU desc[UR4][R2.64], R7 ;  /* 0x00 */
                    /*0020*/                   ATOMS.CAST.SPIN.64 R6, [R9], R6, R7 ;       /* 0x000000060906738d */
            """);

        assertThat(code.instructions()).containsOnlyKeys("harmless", "harmful");
        assertThat(code.localMemory()).containsExactly("harmful: STL.64");
        assertThat(code.floatAtomics()).containsExactly("harmful: RED.E.ADD.F32.FTZ.RN.STRONG.GPU");
    }

    @Test
    void instructionsAreReadFromPtx() {
        KernelCode code = KernelCode.of("""
            .visible .entry harmful(
            	.param .u64 harmful_param_0
            )
            {
            	.reg .f32 	%f<3>;
            	ld.global.nc.v2.f32 	{%f1, %f2}, [%rd4];
            	@%p1 bra 	$L__BB0_2;
            	st.local.f32 	[%rd5], %f1;
            @%p2	atom.global.add.f64 	%fd1, [%rd6], %fd2;
            	red.global.add.u32 	[%rd6], 1;
            }
            """);

        assertThat(code.localMemory()).containsExactly("harmful: st.local.f32");
        assertThat(code.floatAtomics()).containsExactly("harmful: atom.global.add.f64");
    }

    /** Whatever computes each element by itself, layer norms, and optimisers: what memory bounds. */
    @Test
    @Tag("nightly")
    void kernelsThatMemoryBoundsLoadAndStoreSixteenBytesAtOnce() throws IOException, InterruptedException {
        Path nvcc = tool("nvcc").orElseGet(() -> abort("nvcc is neither on the PATH nor in CUDA_HOME"));
        for (String stem : List.of("vectors", "gelu", "layer_norm", "optimizers")) {
            KernelCode code = KernelCode.of(Files.readString(compiled(nvcc, stem, "-ptx")));
            assertThat(code.instructions()).allSatisfy((kernel, instructions) -> {
                if (!kernel.equals("beginOptimizerStep")) {
                    assertThat(instructions)
                            .as(kernel)
                            .anyMatch(instruction -> instruction.matches("ld\\.global(\\.nc)?\\.v4\\.f32"))
                            .contains("st.global.v4.f32");
                }
            });
        }
    }

    @Test
    @Tag("nightly")
    void kernelsHaveNoLocalMemoryAndNoFloatAtomics() throws IOException, InterruptedException {
        Path nvcc = tool("nvcc").orElseGet(() -> abort("nvcc is neither on the PATH nor in CUDA_HOME"));
        Optional<Path> disassembler = tool("cuobjdump");
        if (disassembler.isEmpty()) {
            System.out.println("cuobjdump is neither on the PATH nor in CUDA_HOME: only the PTX is looked at");
        }
        for (String stem : KernelSources.STEMS) {
            List<String> own = DECLARATION
                    .matcher(KernelSources.text(stem))
                    .results()
                    .map(match -> match.group(1))
                    .toList();
            require(own, Files.readString(compiled(nvcc, stem, "-ptx")));
            if (disassembler.isPresent()) {
                Path cubin = compiled(nvcc, stem, "-cubin");
                require(own, output(List.of(disassembler.get().toString(), "--dump-sass", cubin.toString())));
            }
        }
    }

    private static void require(List<String> kernels, String text) {
        KernelCode code = KernelCode.of(text);
        assertThat(code.instructions().keySet()).containsAll(kernels);
        assertThat(code.localMemory()).isEmpty();
        assertThat(code.floatAtomics()).isEmpty();
    }

    private Path compiled(Path nvcc, String stem, String kind) throws IOException, InterruptedException {
        Path source = Files.writeString(folder.resolve(stem + ".cu"), KernelSources.text(stem));
        Path image = folder.resolve(stem + kind);
        output(List.of(
                nvcc.toString(),
                kind,
                "-arch=sm_90",
                "-std=c++17",
                "-DREAL=float",
                "-o",
                image.toString(),
                source.toString()));
        return image;
    }

    private static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static Optional<Path> tool(String name) {
        String home = System.getenv("CUDA_HOME");
        return Stream.concat(
                        Stream.of(System.getenv("PATH").split(File.pathSeparator))
                                .map(Path::of),
                        Stream.of(Path.of(home == null ? "/usr/local/cuda" : home, "bin")))
                .map(place -> place.resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
