package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;

/** Optimiser steps over flat vectors. */
final class Optimizers {
    private static final int THREADS = 256;

    private final Launcher launcher;
    private final TypedKernel begin;
    private final TypedKernel adamW;
    private final TypedKernel adam;
    private final TypedKernel sgd;

    Optimizers(CudaDevice device, Launcher launcher) {
        this.launcher = launcher;
        begin = new TypedKernel(device, "optimizers", "beginOptimizerStep");
        adamW = new TypedKernel(device, "optimizers", "adamW");
        adam = new TypedKernel(device, "optimizers", "adam");
        sgd = new TypedKernel(device, "optimizers", "sgd");
    }

    void begin(Tensor squares, Tensor scheduled, Tensor hyperparameters) {
        int runs = Math.toIntExact(squares.size(0));
        if (runs > 0) {
            launcher.begin(begin, DType.FLOAT32)
                    .integer(runs)
                    .number(squares.deviceAddress())
                    .view(scheduled)
                    .view(hyperparameters)
                    .run(Launcher.blocks(runs, THREADS), 1, 1, Launcher.threads(runs, THREADS));
        }
    }

    void adamW(OptimizerArguments arguments) {
        step(adamW, arguments, false, false);
    }

    void adam(OptimizerArguments arguments) {
        step(adam, arguments, false, false);
    }

    void sgd(OptimizerArguments arguments, boolean nesterov) {
        step(sgd, arguments, true, nesterov);
    }

    private void step(TypedKernel kernel, OptimizerArguments arguments, boolean isSgd, boolean nesterov) {
        Tensor parameters = arguments.parameters();
        if (parameters.elements() == 0) {
            return;
        }
        launcher.begin(kernel, parameters.type()).number(parameters.size(1));
        if (isSgd) {
            launcher.integer(nesterov ? 1 : 0);
        }
        launcher.view(arguments.hyperparameters())
                .beginStructure()
                .members(parameters)
                .members(arguments.gradient())
                .members(arguments.firstMoment())
                .members(arguments.secondMoment())
                .members(arguments.decayMoment())
                .members(arguments.gradientPart())
                .members(arguments.decayPart())
                .endStructure()
                .run(
                        VectorOperations.blocksOfPacks(parameters.size(1), parameters.type()),
                        parameters.size(0),
                        1,
                        THREADS);
    }
}
