package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A Slurm of one node that consists of two processes of this user: nothing is installed, no other machine hears of it.
 * The programs are those of the distribution, unpacked into the build folder. Where it cannot be had, tests are skipped.
 */
final class LocalSlurm implements AutoCloseable {
    private static final Path PROGRAMS = Path.of("target", "slurm");
    /** The programs, their plugins, and libraries that are not everywhere. */
    private static final List<String> PACKAGES = List.of(
            "slurm-client",
            "slurmctld",
            "slurmd",
            "slurm-wlm-basic-plugins",
            "libmunge2",
            "libhwloc15",
            "libjson-c5",
            "liblua5.1-0",
            "libdbus-1-3");

    private static final String IDLE = "idle";
    /** A node is ready within seconds; where it is not by then there is no Slurm to test with. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** For daemons to leave of their own accord. */
    private static final int SECONDS_TO_END = 30;

    /** How often Slurm is asked; nothing depends on it. */
    private static final int GLANCE_MILLIS = 100;

    private final Path root;
    private final Path folder;
    private final List<Process> daemons = new ArrayList<>();

    private LocalSlurm(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /** @param folder for configuration, state and logs */
    static LocalSlurm start(Path folder) throws Exception {
        LocalSlurm slurm = new LocalSlurm(unpacked().toRealPath(), folder);
        try {
            slurm.requireLibraries();
            slurm.configure();
            slurm.startDaemons();
            return slurm;
        } catch (Throwable failure) {
            slurm.close();
            throw failure;
        }
    }

    private static Path unpacked() throws Exception {
        Path root = PROGRAMS.resolve("root");
        Path complete = PROGRAMS.resolve("complete");
        if (Files.notExists(complete)) {
            Path packages = Files.createDirectories(PROGRAMS.resolve("packages"));
            List<String> download = new ArrayList<>(List.of("apt-get", "download", "-q"));
            download.addAll(PACKAGES);
            assumeSucceeds(packages, download);
            try (Stream<Path> files = Files.list(packages)) {
                for (Path file : files.sorted().toList()) {
                    assumeSucceeds(PROGRAMS, List.of("dpkg", "-x", "packages/" + file.getFileName(), "root"));
                }
            }
            Files.createFile(complete);
        }
        return root;
    }

    private static void assumeSucceeds(Path folder, List<String> command) throws Exception {
        Outcome outcome;
        try {
            outcome = call(new ProcessBuilder(command).directory(folder.toFile()));
        } catch (IOException absent) {
            outcome = new Outcome(1, absent.getMessage());
        }
        assumeThat(outcome.exitCode)
                .as("Slurm's packages cannot be had from the distribution: %s", outcome.output)
                .isZero();
    }

    private void requireLibraries() throws Exception {
        for (String program : List.of("sbin/slurmctld-wlm", "sbin/slurmd-wlm", "sbin/slurmstepd-wlm", "bin/sbatch")) {
            Outcome needed = call(environment(new ProcessBuilder("ldd", usr(program))));
            assumeThat(needed.output).as("libraries of %s", program).doesNotContain("not found");
        }
    }

    private String usr(String path) {
        return root.resolve("usr").resolve(path).toString();
    }

    /** Where the distribution has put the plugins, in the folder of its architecture. */
    private Path plugins() throws IOException {
        try (Stream<Path> files =
                Files.find(root, 6, (file, attributes) -> file.endsWith("slurm-wlm") && attributes.isDirectory())) {
            return files.filter(file -> file.toString().contains("/usr/lib/"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void configure() throws IOException {
        String host = InetAddress.getLocalHost().getHostName().replaceFirst("\\..*", "");
        Files.createDirectories(folder.resolve("state"));
        Files.createDirectories(folder.resolve("spool"));
        Files.writeString(
                folder.resolve("slurm.conf"),
                String.join(
                        "\n",
                        "ClusterName=test",
                        "SlurmctldHost=" + host + "(127.0.0.1)",
                        "SlurmctldPort=" + freePort(),
                        "SlurmdPort=" + freePort(),
                        "CommunicationParameters=NoCtldInAddrAny,NoInAddrAny",
                        "AuthType=auth/none",
                        // How long a task that is queued again waits; two minutes otherwise.
                        "AuthInfo=cred_expire=5",
                        "CredType=cred/none",
                        "SlurmUser=" + System.getProperty("user.name"),
                        "SlurmdUser=" + System.getProperty("user.name"),
                        "PluginDir=" + plugins(),
                        "ProctrackType=proctrack/linuxproc",
                        "TaskPlugin=task/none",
                        "JobAcctGatherType=jobacct_gather/none",
                        "AccountingStorageType=accounting_storage/none",
                        "MpiDefault=none",
                        "SchedulerType=sched/builtin",
                        "SchedulerParameters=sched_interval=2,batch_sched_delay=1",
                        "SelectType=select/cons_tres",
                        "SelectTypeParameters=CR_Core",
                        "ReturnToService=2",
                        // The node need not have what is said here.
                        "SlurmdParameters=config_overrides",
                        "StateSaveLocation=" + folder.resolve("state"),
                        "SlurmdSpoolDir=" + folder.resolve("spool"),
                        "SlurmctldPidFile=" + folder.resolve("slurmctld.pid"),
                        "SlurmdPidFile=" + folder.resolve("slurmd.pid"),
                        "SlurmctldLogFile=" + folder.resolve("slurmctld.log"),
                        "SlurmdLogFile=" + folder.resolve("slurmd.log"),
                        "NodeName=" + host + " NodeAddr=127.0.0.1 CPUs=2 CoresPerSocket=2 RealMemory=4000",
                        "PartitionName=test Nodes=ALL Default=YES State=UP",
                        ""));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void startDaemons() throws Exception {
        String configuration = folder.resolve("slurm.conf").toString();
        daemons.add(daemon(usr("sbin/slurmctld-wlm"), "-D", "-f", configuration));
        daemons.add(daemon(usr("sbin/slurmd-wlm"), "-D", "-f", configuration, "-d", usr("sbin/slurmstepd-wlm")));
        Instant end = Instant.now().plus(PATIENCE);
        await(() -> state().equals(IDLE)
                || daemons.stream().anyMatch(daemon -> !daemon.isAlive())
                || Instant.now().isAfter(end));
        assumeThat(state())
                .as("the state of Slurm's node; its logs are in %s", folder)
                .isEqualTo(IDLE);
    }

    private String state() throws Exception {
        return call(environment(new ProcessBuilder(usr("bin/sinfo"), "-h", "-o", "%T")))
                .output
                .strip();
    }

    /** Returns when a condition holds that nothing but time may bring about. */
    static void await(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.sleep(GLANCE_MILLIS);
        }
    }

    private Process daemon(String... command) throws IOException {
        ProcessBuilder builder = environment(new ProcessBuilder(command)).redirectErrorStream(true);
        Path log = folder.resolve(Path.of(command[0]).getFileName() + ".out");
        return builder.redirectOutput(log.toFile()).start();
    }

    private ProcessBuilder environment(ProcessBuilder builder) throws IOException {
        Map<String, String> environment = builder.environment();
        Path plugins = plugins();
        environment.put("SLURM_CONF", folder.resolve("slurm.conf").toString());
        environment.put("LD_LIBRARY_PATH", plugins.getParent() + ":" + plugins);
        environment.put("PATH", usr("bin") + ":" + System.getenv("PATH"));
        return builder;
    }

    /** What one of Slurm's programs prints, which must succeed. */
    String run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(usr("bin/" + program)));
        command.addAll(List.of(arguments));
        Outcome outcome = call(environment(new ProcessBuilder(command)));
        assertThat(outcome.exitCode).as(outcome.output).isZero();
        return outcome.output.strip();
    }

    private record Outcome(int exitCode, String output) {}

    private static Outcome call(ProcessBuilder builder) throws IOException, InterruptedException {
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), output);
    }

    /** Ends what still runs, then the daemons. */
    @Override
    public void close() throws IOException {
        try {
            if (daemons.size() == 2 && daemons.stream().allMatch(Process::isAlive)) {
                call(environment(new ProcessBuilder(
                        usr("bin/scancel"), "--full", "--signal=KILL", "--user=" + System.getProperty("user.name"))));
            }
            for (Process daemon : daemons.reversed()) {
                daemon.destroy();
                daemon.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            daemons.forEach(Process::destroyForcibly);
        }
    }
}
