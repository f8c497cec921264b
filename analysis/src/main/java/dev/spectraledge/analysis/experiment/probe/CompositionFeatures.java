package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.HiddenStates;

/**
 * What is known of each bracket without a model (Lifecycle §4.15): which one it is, its position, and how many more have been
 * opened than closed, which is the depth.
 */
final class CompositionFeatures {
    private static final int OPEN = 0;

    private final double[][] token;
    private final double[][] position;
    private final double[][] balance;
    private final double[][] cross;

    /** @param contextLength of which positions are shares */
    CompositionFeatures(HiddenStates states, int contextLength) {
        int rows = states.rows();
        token = new double[rows][];
        position = new double[rows][];
        balance = new double[rows][];
        cross = new double[rows][];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            double open = states.token()[row] == OPEN ? 1 : 0;
            double close = 1 - open;
            double place = (double) states.position()[row] / contextLength;
            sum = (states.position()[row] == 0 ? 0 : sum) + open - close;
            token[row] = new double[] {open, close};
            position[row] = new double[] {place};
            balance[row] = new double[] {sum};
            cross[row] = new double[] {open * sum, close * sum, open * place, close * place, sum * place};
        }
    }

    /** One for an opening bracket, one for a closing one. */
    double[][] token() {
        return token;
    }

    double[][] position() {
        return position;
    }

    /** The running sum of +1 and −1. */
    double[][] balance() {
        return balance;
    }

    double[][] tokenAndPosition() {
        return joined(token, position);
    }

    /** With all products of token, position and running sum; the first two add up to the running sum itself. */
    double[][] withCrossTerms() {
        return joined(tokenAndPosition(), cross);
    }

    /** +1 for an opening, −1 for a closing bracket. */
    double[] sign() {
        double[] signs = new double[token.length];
        for (int row = 0; row < signs.length; row++) {
            signs[row] = token[row][0] - token[row][1];
        }
        return signs;
    }

    /** The running sum as a label. */
    double[] balanceLabels() {
        double[] labels = new double[balance.length];
        for (int row = 0; row < labels.length; row++) {
            labels[row] = balance[row][0];
        }
        return labels;
    }

    /** Features side by side. */
    static double[][] joined(double[][] left, double[][] right) {
        double[][] result = new double[left.length][];
        for (int row = 0; row < left.length; row++) {
            double[] both = new double[left[row].length + right[row].length];
            System.arraycopy(left[row], 0, both, 0, left[row].length);
            System.arraycopy(right[row], 0, both, left[row].length, right[row].length);
            result[row] = both;
        }
        return result;
    }
}
