package dev.spectraledge.trainer.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlurmScriptTest {
    private static final Path PROGRAM = Path.of("/opt/sedge/sedge");
    private static final Path SWEEP = Path.of("/data/sweeps/mine");

    /** How often a process is looked at; nothing depends on it. */
    private static final int GLANCE_MILLIS = 5;

    @TempDir
    private Path folder;

    private Path program;
    private Path requeued;
    private String endsWith = "";

    /** A program that writes down what it is asked for and how it is told to stop, and a scontrol that does as well. */
    @BeforeEach
    void writePrograms() throws Exception {
        requeued = folder.resolve("requeued");
        program = executable("program", """
            #!/bin/bash
            echo "$*" > "$FOLDER/asked"
            trap 'exit 75' USR1
            [ -z "$ENDS_WITH" ] || exit "$ENDS_WITH"
            touch "$FOLDER/ready"
            while :; do sleep 0.05; done
            """);
        executable("scontrol", "#!/bin/bash\necho \"$*\" >> \"$FOLDER/requeued\"\n");
    }

    @Test
    void askForWhatIsWanted() {
        assertThat(new SlurmScript(PROGRAM, SWEEP, 32, 8, "4:00:00", 2, 1, "8G", "gpu")
                        .text()
                        .lines())
                .contains(
                        "#SBATCH --job-name=\"sedge-mine\"",
                        "#SBATCH --array=0-31%8",
                        "#SBATCH --time=4:00:00",
                        "#SBATCH --requeue",
                        "#SBATCH --open-mode=append",
                        "#SBATCH --signal=B:USR1@120",
                        "#SBATCH --output=\"/data/sweeps/mine/slurm-%A_%a.log\"",
                        "#SBATCH --cpus-per-task=2",
                        "#SBATCH --gpus=1",
                        "#SBATCH --mem=8G",
                        "#SBATCH --partition=\"gpu\"")
                .startsWith("#!/bin/bash");
        assertThat(new SlurmScript(PROGRAM, SWEEP, 1, null, "90", 1, 0, null, null).text())
                .contains("#SBATCH --array=0-0\n")
                .doesNotContain("gpus", "--mem", "--partition", "\\");
    }

    @Test
    void aTaskComputesItsShardAndEndsAsTheProgramDoes() throws Exception {
        assertThat(start("7").waitFor()).isEqualTo(7);
        assertThat(folder.resolve("asked")).hasContent("sweep run " + folder + " --shard 3/8 --threads 2");
        assertThat(start("75").waitFor())
                .as("stopped, but not because the time is up")
                .isEqualTo(75);
        assertThat(requeued).doesNotExist();
    }

    @Test
    void aTaskWhoseTimeIsUpIsQueuedAgainItselfAlone() throws Exception {
        Process task = startAndAwait();
        signal(task, "USR1");
        assertThat(task.waitFor()).isEqualTo(75);
        assertThat(requeued).hasContent("requeue 4711_3");
    }

    @Test
    void aTaskThatSlurmEndsIsNotQueuedAgainByItself() throws Exception {
        Process task = startAndAwait();
        signal(task, "TERM");
        assertThat(task.waitFor()).isEqualTo(75);
        assertThat(requeued).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "4:00", "0:04:00", "0-1", "7-12:30", "1-0:0:30", "100:00:00"})
    void timesAreThoseOfSlurm(String time) {
        assertThat(new SlurmScript(PROGRAM, SWEEP, 1, null, time, 1, 0, null, null).text())
                .contains("#SBATCH --time=" + time + "\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        3       | 8G    | gpu   | --time cannot be 3: tasks are told 120 seconds before
        0:03:59 | 8G    | gpu   | --time cannot be 0:03:59
        4h      | 8G    | gpu   | --time cannot be '4h'; it is minutes, hours:minutes:seconds or days-hours
        4:00:00 | 8 GB  | gpu   | --memory cannot be '8 GB'
        4:00:00 | 8G    | a b   | --partition cannot be 'a b'
        4:00:00 | 8G    | ''    | --partition cannot be ''; it is the name of a partition
        """)
    void whatSlurmWouldNotUnderstandIsRefused(String time, String memory, String partition, String message) {
        assertThatThrownBy(() -> new SlurmScript(PROGRAM, SWEEP, 1, 1, time, 1, 0, memory, partition))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message);
    }

    /** Nothing in the names of folders is a command, and the task computes the sweep that lies in them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a$(touch${IFS}PWNED)b",
                "R&D",
                "a;touch PWNED;b",
                "`touch PWNED`",
                "it's $HOME",
                "a \"quoted\" # name",
                "* ? [a-z] {a,b} ~ ! | < > ( )",
                "100%d"
            })
    void namesOfFoldersAreNoCommands(String name) throws Exception {
        Path hostile = Files.createDirectory(folder.resolve(name));
        program = executable(name + "/program", """
            #!/bin/bash
            printf '%s\\n' "$@" > "$FOLDER/asked"
            """);
        SlurmScript script = new SlurmScript(program, hostile, 8, 2, "60", 2, 0, null, null);
        Path file = executable("script", script.text());
        Process check = process("bash", "-n", file.toString());
        assertThat(check.waitFor()).isZero();
        assertThat(process(file.toString()).waitFor()).isZero();
        assertThat(folder.resolve("asked"))
                .hasContent(String.join("\n", "sweep", "run", hostile.toString(), "--shard", "3/8", "--threads", "2"));
        assertThat(folder.resolve("PWNED")).doesNotExist();
        assertThat(hostile.resolve("PWNED")).doesNotExist();
    }

    /** The manual of sbatch: quotes hold an argument together, # begins a comment, % a replacement in a file's name. */
    @Test
    void linesForSlurmHoldTheirValuesTogether() {
        Path sweep = Path.of("/data/R&D #1/100% \"mine\"");
        assertThat(new SlurmScript(PROGRAM, sweep, 1, null, "60", 1, 0, null, "a#b")
                        .text()
                        .lines())
                .contains(
                        "#SBATCH --job-name=\"sedge-100% \\\"mine\\\"\"",
                        "#SBATCH --output=\"/data/R&D #1/100%% \\\"mine\\\"/slurm-%A_%a.log\"",
                        "#SBATCH --partition=\"a#b\"");
    }

    @Test
    void whatNoScriptCanNameIsRefused() {
        assertRefused(
                PROGRAM,
                Path.of("/data/my\nsweep"),
                "a batch script cannot hold the path '/data/my?sweep': it has a line break");
        assertRefused(Path.of("/opt/\u001b[2J"), SWEEP, "a batch script cannot hold the path '/opt/?[2J'");
        assertRefused(PROGRAM, Path.of("/data/a\\b"), "Slurm cannot write its log to /data/a\\b: a backslash");
        assertRefused(folder, SWEEP, "--program cannot be " + folder + ": it is a folder, not a program");
    }

    private static void assertRefused(Path program, Path sweep, String message) {
        assertThatThrownBy(() -> new SlurmScript(program, sweep, 1, 1, "60", 1, 0, null, null))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(message);
    }

    private Process startAndAwait() throws Exception {
        Process task = start("");
        while (Files.notExists(folder.resolve("ready"))) {
            assertThat(task.waitFor(GLANCE_MILLIS, TimeUnit.MILLISECONDS))
                    .as("the task has ended before it was ready")
                    .isFalse();
        }
        return task;
    }

    /** As Slurm starts task 3 of 8. */
    private Process start(String programEndsWith) throws Exception {
        endsWith = programEndsWith;
        Path script = executable("script", new SlurmScript(program, folder, 8, 2, "60", 2, 0, null, null).text());
        return process(script.toString());
    }

    private Process process(String... command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).inheritIO();
        builder.environment().put("PATH", folder + ":" + System.getenv("PATH"));
        builder.environment().put("FOLDER", folder.toString());
        builder.environment().put("ENDS_WITH", endsWith);
        builder.environment().put("SLURM_ARRAY_JOB_ID", "4711");
        builder.environment().put("SLURM_ARRAY_TASK_ID", "3");
        return builder.start();
    }

    private static void signal(Process process, String name) throws Exception {
        List<String> kill = List.of("kill", "-" + name, Long.toString(process.pid()));
        assertThat(new ProcessBuilder(kill).start().waitFor()).isZero();
    }

    private Path executable(String name, String text) throws Exception {
        Path file = Files.writeString(folder.resolve(name), text);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}
