package dev.spectraledge.kernels;

import java.util.Map;
import java.util.TreeMap;

/**
 * The bounds that results are held to, each derived from the roundings of its formula, and the largest fraction of them
 * that was used. Everything is in units of {@link #epsilon}, the distance from 1 to the next number, which is twice the
 * unit roundoff: bounds to first order in it therefore have a factor of two in reserve.
 */
final class Tolerances {
    /** Roundings of a value and of its few final operations beside those of a sum. */
    private static final int FINAL_ROUNDINGS = 4;
    /** An elementary function (exp, tanh, erf, log) of a vector library: within 4 units in the last place. */
    private static final int FUNCTION = 8;

    private static final Map<String, Double> USED = new TreeMap<>();

    private Tolerances() {}

    static double epsilon(DType type) {
        return type == DType.FLOAT32 ? Math.ulp(1f) : Math.ulp(1.0);
    }

    /**
     * A sum of {@code terms} products in any order: γ_n Σ|xᵢyᵢ| (Higham 2002, section 3.1), where {@code magnitude} is at
     * least Σ|xᵢyᵢ|.
     */
    static double sum(double epsilon, long terms, double magnitude) {
        return (terms + FINAL_ROUNDINGS) * epsilon * magnitude;
    }

    /** One elementwise operation whose operands and intermediate values do not exceed {@code magnitude}. */
    static double elementwise(double epsilon, double magnitude) {
        return FINAL_ROUNDINGS * epsilon * magnitude;
    }

    /** GELU: a function of x times x. */
    static double gelu(double epsilon, double magnitude) {
        return (FUNCTION + 2 * FINAL_ROUNDINGS) * epsilon * magnitude;
    }

    /**
     * The derivative of GELU: its two functions of x, and x·φ(x) or x·(1 − tanh²)·slope. The latter cancels where tanh
     * is nearly 1, by a unit in the last place times x·slope/2, which is below 64 wherever 1 − tanh² is not 0 exactly.
     */
    static double geluGradient(double epsilon, double maxGradient) {
        return (2 * FUNCTION + 64) * epsilon * maxGradient;
    }

    /** The mean of {@code width} elements. */
    static double mean(double epsilon, int width, double maxInput) {
        return sum(epsilon, width, maxInput);
    }

    /**
     * A normalised element n = (x − mean)·inverse, |n| ≤ √width: off by inverse·δ(mean), and by |n| times the relative
     * error of the inverse deviation, which is inverse·δ(mean) + γ_width.
     */
    static double normalized(double epsilon, int width, double maxInput, double maxInverse) {
        double relativeInverse = maxInverse * mean(epsilon, width, maxInput) + sum(epsilon, width, 1);
        return (1 + Math.sqrt(width)) * relativeInverse;
    }

    /**
     * inverse·(h − ⟨h⟩ − n⟨h·n⟩) with |h| ≤ {@code maxH}: two means, and three factors n that are off by {@code
     * normalizedError}.
     */
    static double layerNormGradient(double epsilon, int width, double maxInverse, double maxH, double normalizedError) {
        return maxInverse * maxH * (2 + width) * (sum(epsilon, width, 1) + 3 * normalizedError);
    }

    /** An element x·inverse of an RMS norm, at most √width: off by it times the relative error of the inverse. */
    static double rootMeanSquareNormalized(double epsilon, int width) {
        return Math.sqrt(width) * sum(epsilon, width, 1);
    }

    /** SwiGLU: a function of the gate times the gate times {@code maxUp}; relative to the latter two. */
    static double swiGlu(double epsilon) {
        return (FUNCTION + 2 * FINAL_ROUNDINGS) * epsilon;
    }

    /**
     * SwiGLU's derivatives: dY times an operand times SiLU(x)/x, or times SiLU′(x) = σ(1 + x(1 − σ)), of which both terms
     * together stay below 2 in magnitude; each of σ and 1 − σ is a function.
     */
    static double swiGluGradient(double epsilon, double maxGradient, double maxOperand) {
        return 2 * (2 * FUNCTION + 2 * FINAL_ROUNDINGS) * epsilon * maxGradient * maxOperand;
    }

    /**
     * A softmax over {@code classes} scores each off by {@code scoreError}: relative 2·scoreError by the exponential's
     * derivative, beside the roundings of exponential, sum and division.
     */
    static double softmax(double epsilon, int classes, double scoreError) {
        return 2 * scoreError + (FUNCTION + classes + FINAL_ROUNDINGS) * epsilon;
    }

    /**
     * A gradient of attention is a sum of at most {@code terms} elements of a matrix with {@code factor}, where each is a
     * probability times a difference of at most {@code maxDifference}, and both carry the relative error of a softmax.
     */
    static double attentionGradient(int terms, double softmaxError, double maxDifference, double factor) {
        return terms * 4 * softmaxError * maxDifference * factor;
    }

    /**
     * {@code steps} optimiser steps, each of which rounds parameters and accumulators of at most {@code magnitude}; the
     * roundings of gradients and moments enter times the learning rate and vanish beside them.
     */
    static double optimizer(double epsilon, int steps, double magnitude) {
        return (steps + FINAL_ROUNDINGS) * epsilon * magnitude;
    }

    /** Remembers that {@code name} used {@code fraction} of its bound. */
    static synchronized void recordUse(String name, double fraction) {
        USED.merge(name, fraction, Math::max);
    }

    /** One line for each name that was recorded since the last report: the largest fraction of its bound. */
    static synchronized String report() {
        StringBuilder lines = new StringBuilder();
        USED.forEach((name, fraction) -> lines.append(String.format("%-60s %6.3f%n", name, fraction)));
        USED.clear();
        return lines.toString();
    }
}
