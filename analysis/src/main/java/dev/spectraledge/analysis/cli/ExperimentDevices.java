package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.Precision;
import java.util.function.Consumer;

/** What the experiments of a command compute with: the host, and what the user wants trainings to go on with. */
final class ExperimentDevices implements AutoCloseable {
    private final ComputeDevice host;
    private final ComputeDevice training;
    private final int threads;

    private ExperimentDevices(ComputeDevice host, ComputeDevice training, int threads) {
        this.host = host;
        this.training = training;
        this.threads = threads;
    }

    /** Everything on the host. */
    static ExperimentDevices onHost() {
        return open(DeviceChoice.CPU, 0, line -> {});
    }

    /**
     * Opens the devices.
     *
     * @param threads of trainings on the host; 0 for as many as each run had
     * @param tell hears what device {@code auto} is
     * @throws dev.spectraledge.trainer.RunException if the device is not to be had
     */
    static ExperimentDevices open(DeviceChoice choice, int threads, Consumer<String> tell) {
        ComputeDevice host = ComputeDevice.open(DeviceChoice.CPU, Precision.FLOAT32, tell);
        ComputeDevice training =
                choice == DeviceChoice.CPU ? host : ComputeDevice.open(choice, Precision.FLOAT32, tell);
        return new ExperimentDevices(host, training, threads);
    }

    Backends backends() {
        return new Backends(host.backend(), training.backend(), threads);
    }

    @Override
    public void close() {
        training.close();
        if (training != host) {
            host.close();
        }
    }
}
