package dev.spectraledge.analysis.spectrum;

import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.kernels.linalg.UpdateGram;
import dev.spectraledge.trainer.RunException;
import java.util.Arrays;

/** The inner products that a new update Δ_new brings into a {@link ProductHistory} of window W; filled again each time. */
public final class UpdateProducts {
    /** ⟨Δ_new, Δ_j⟩ with the newest {@link ProductHistory#survivors} updates, oldest first, and then with itself. */
    public final double[] updates;

    /**
     * ⟨Δ_new, Δdecay_i⟩ over the rows of the window that Δ_new ends, oldest first; read with {@link
     * DecaySource#ACCUMULATED} alone.
     */
    public final double[] withDecayParts;

    /** ⟨Δdecay_new, Δ_j⟩ over the same rows; read with {@link DecaySource#ACCUMULATED} alone. */
    public final double[] ofDecayPart;

    /** ⟨θ at the end of the interval, Δ_new⟩. */
    public double parametersAfter;

    /** ‖θ‖² at the end of the interval. */
    public double parametersSquare;

    /** η, the mean over the interval's steps; NaN where it is not known. */
    public double learningRate = Double.NaN;

    /** ηωn of the interval of n steps. */
    public double decayFactor;

    public UpdateProducts(int window) {
        updates = new double[window + 1];
        withDecayParts = new double[window];
        ofDecayPart = new double[window];
    }

    /** Whether ‖Δ_new‖², which is given, ⟨θ, Δ_new⟩ and ‖θ‖² are finite; squares of finite numbers may not be. */
    public boolean areFinite(double square) {
        return Double.isFinite(square) && Double.isFinite(parametersAfter) && Double.isFinite(parametersSquare);
    }

    /**
     * What to throw where they are not.
     *
     * @param square ‖Δ_new‖²
     * @param update Δ_new, for the message
     */
    public RunException notFinite(double square, String update) {
        return new RunException(update + " is not finite, or too large to be squared: its squared norm is " + square
                + ", its product with the parameters " + parametersAfter
                + ", the squared norm of these " + parametersSquare);
    }

    /**
     * Sets {@link #updates} from a window of vectors to which Δ_new was added last.
     *
     * @param survivors of the history before Δ_new; the window may hold older updates that no longer count
     */
    public void readUpdates(RollingGram window, int run, int survivors) {
        int last = window.rows() - 1;
        int inside = Math.min(survivors, window.window() - 1);
        int index = 0;
        if (survivors > inside) {
            updates[index++] = window.productWithLeft(run);
        }
        for (int row = last - inside; row <= last; row++) {
            updates[index++] = window.product(run, row, last);
        }
    }

    /** Sets {@link #updates} from what {@code gram} knows of the newest one in one group of parameters. */
    public void readGroup(UpdateGram gram, int run, int group, int survivors) {
        for (int age = 0; age <= survivors; age++) {
            updates[survivors - age] = gram.product(run, group, age);
        }
    }

    /** Adds the products that another has of the same updates in other parameters. */
    public void add(UpdateProducts other, int survivors, double weight) {
        for (int index = 0; index <= survivors; index++) {
            updates[index] += weight * other.updates[index];
        }
        parametersAfter += weight * other.parametersAfter;
        parametersSquare += weight * other.parametersSquare;
    }

    /** Sets all products of updates and parameters to 0. */
    public void clear() {
        Arrays.fill(updates, 0);
        parametersAfter = 0;
        parametersSquare = 0;
    }

    /** Sets everything that is a product of updates or their decay parts from what {@code gram} knows of the newest one. */
    public void read(UpdateGram gram, int run, int survivors, boolean decayParts) {
        for (int age = 0; age <= survivors; age++) {
            updates[survivors - age] = gram.product(run, age);
        }
        int newest = Math.min(withDecayParts.length, survivors + 1) - 1;
        for (int age = 0; decayParts && age <= newest; age++) {
            withDecayParts[newest - age] = gram.productWithCompanion(run, age);
            ofDecayPart[newest - age] = gram.companionProduct(run, age);
        }
    }
}
