package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.Tensor;

/** AdamW, Adam and SGD, with the exact parts of the update. */
final class Optimizers {
    private Optimizers() {}

    static void adamW(OptimizerArguments arguments) {
        for (int run = 0; run < arguments.parameters().size(0); run++) {
            double[] settings = Dense.read(arguments.hyperparameters(), run);
            if (settings[OptimizerArguments.ACTIVE] == 0) {
                continue;
            }
            double learningRate = settings[OptimizerArguments.LEARNING_RATE];
            double beta1 = settings[OptimizerArguments.BETA1];
            double beta2 = settings[OptimizerArguments.BETA2];
            double step = settings[OptimizerArguments.STEP];
            double correction1 = 1 - Math.pow(beta1, step);
            double correction2 = 1 - Math.pow(beta2, step);
            double[] gradient = scaledGradient(arguments, run, settings);
            double[] first = Dense.read(arguments.firstMoment(), run);
            double[] second = Dense.read(arguments.secondMoment(), run);
            double[] gradientPart = new double[gradient.length];
            for (int i = 0; i < gradient.length; i++) {
                first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
                second[i] = beta2 * second[i] + (1 - beta2) * gradient[i] * gradient[i];
                double denominator = Math.sqrt(second[i] / correction2) + settings[OptimizerArguments.EPSILON];
                gradientPart[i] = -learningRate * (first[i] / correction1) / denominator;
            }
            Dense.write(first, arguments.firstMoment(), run);
            Dense.write(second, arguments.secondMoment(), run);
            update(arguments, run, settings, gradientPart);
        }
    }

    static void adam(OptimizerArguments arguments) {
        for (int run = 0; run < arguments.parameters().size(0); run++) {
            double[] settings = Dense.read(arguments.hyperparameters(), run);
            if (settings[OptimizerArguments.ACTIVE] == 0) {
                continue;
            }
            double beta1 = settings[OptimizerArguments.BETA1];
            double beta2 = settings[OptimizerArguments.BETA2];
            double step = settings[OptimizerArguments.STEP];
            double stepSize = settings[OptimizerArguments.LEARNING_RATE] / (1 - Math.pow(beta1, step));
            double correction2 = 1 - Math.pow(beta2, step);
            double[] parameters = Dense.read(arguments.parameters(), run);
            double[] gradient = scaledGradient(arguments, run, settings);
            double[] first = Dense.read(arguments.firstMoment(), run);
            double[] second = Dense.read(arguments.secondMoment(), run);
            double[] decayMoment = Dense.read(arguments.decayMoment(), run);
            double[] gradientPart = new double[gradient.length];
            double[] decayPart = new double[gradient.length];
            for (int i = 0; i < gradient.length; i++) {
                double decay = settings[OptimizerArguments.WEIGHT_DECAY] * parameters[i];
                double coupled = gradient[i] + decay;
                first[i] = beta1 * first[i] + (1 - beta1) * gradient[i];
                decayMoment[i] = beta1 * decayMoment[i] + (1 - beta1) * decay;
                second[i] = beta2 * second[i] + (1 - beta2) * coupled * coupled;
                double denominator = Math.sqrt(second[i] / correction2) + settings[OptimizerArguments.EPSILON];
                gradientPart[i] = -stepSize * first[i] / denominator;
                decayPart[i] = -stepSize * decayMoment[i] / denominator;
            }
            Dense.write(first, arguments.firstMoment(), run);
            Dense.write(second, arguments.secondMoment(), run);
            Dense.write(decayMoment, arguments.decayMoment(), run);
            move(arguments, run, parameters, gradientPart, decayPart);
        }
    }

    static void sgd(OptimizerArguments arguments, boolean nesterov) {
        for (int run = 0; run < arguments.parameters().size(0); run++) {
            double[] settings = Dense.read(arguments.hyperparameters(), run);
            if (settings[OptimizerArguments.ACTIVE] == 0) {
                continue;
            }
            double momentum = settings[OptimizerArguments.BETA1];
            double[] gradient = scaledGradient(arguments, run, settings);
            double[] direction = gradient.clone();
            if (arguments.firstMoment() != null) {
                double[] buffer = Dense.read(arguments.firstMoment(), run);
                for (int i = 0; i < gradient.length; i++) {
                    buffer[i] = momentum * buffer[i] + gradient[i];
                    direction[i] = nesterov ? gradient[i] + momentum * buffer[i] : buffer[i];
                }
                Dense.write(buffer, arguments.firstMoment(), run);
            }
            for (int i = 0; i < direction.length; i++) {
                direction[i] *= -settings[OptimizerArguments.LEARNING_RATE];
            }
            update(arguments, run, settings, direction);
        }
    }

    private static double[] scaledGradient(OptimizerArguments arguments, int run, double[] settings) {
        double[] gradient = Dense.read(arguments.gradient(), run);
        for (int i = 0; i < gradient.length; i++) {
            gradient[i] *= settings[OptimizerArguments.GRADIENT_SCALE];
        }
        return gradient;
    }

    private static void update(OptimizerArguments arguments, int run, double[] settings, double[] gradientPart) {
        double[] parameters = Dense.read(arguments.parameters(), run);
        double decay = settings[OptimizerArguments.LEARNING_RATE] * settings[OptimizerArguments.WEIGHT_DECAY];
        double[] decayPart = new double[parameters.length];
        for (int i = 0; i < parameters.length; i++) {
            decayPart[i] = -decay * parameters[i];
        }
        move(arguments, run, parameters, gradientPart, decayPart);
    }

    private static void move(
            OptimizerArguments arguments, int run, double[] parameters, double[] gradientPart, double[] decayPart) {
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] += decayPart[i] + gradientPart[i];
        }
        Dense.write(parameters, arguments.parameters(), run);
        accumulate(arguments.gradientPart(), run, gradientPart);
        accumulate(arguments.decayPart(), run, decayPart);
    }

    private static void accumulate(Tensor accumulator, int run, double[] part) {
        if (accumulator != null) {
            VectorOperations.addTo(accumulator, run, part);
        }
    }
}
