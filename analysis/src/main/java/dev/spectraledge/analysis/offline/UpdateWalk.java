package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import java.util.OptionalLong;

/**
 * Walks along the updates of a series and feeds the products of a sum of groups to the window that slides over them. A window
 * holds only updates of one length that adjoin: wherever the spacing changes a new one begins, and updates that are not as
 * long as a stride belong to none.
 */
final class UpdateWalk {
    private final CheckpointProducts products;
    private final int[] members;
    private final OptionalLong stride;
    private final Rates rates;

    /**
     * @param members groups that are summed, by their index
     * @param rates of each update
     */
    UpdateWalk(CheckpointProducts products, int[] members, OptionalLong stride, Rates rates) {
        this.products = products;
        this.members = members;
        this.stride = stride;
        this.rates = rates;
    }

    /** What is known of the steps of an update. */
    interface Rates {
        /** The mean η over the steps after {@code from} up to {@code to}; NaN where it is not known. */
        double meanRate(long from, long to);

        /** Σηω over the steps after {@code from} up to {@code to}; NaN where it is not known. */
        double decayFactor(long from, long to);
    }

    /** Where the products of updates go. */
    interface Receiver {
        /** The window in which the next update falls, as it is before that. */
        ProductHistory history();

        /** A new window begins. */
        void startWindow();

        /** The next update, which ends at a step and is {@code interval} steps long. */
        void append(long step, long interval, UpdateProducts update);
    }

    /** Feeds all updates to one receiver. */
    void walk(int window, Receiver receiver) {
        UpdateProducts update = new UpdateProducts(window);
        long spacing = -1;
        for (int index = 0; index < products.updates(); index++) {
            long step = products.steps().get(index + 1);
            long interval = step - products.steps().get(index);
            if (stride.isPresent() && stride.getAsLong() != interval) {
                spacing = -1;
                continue;
            }
            if (interval != spacing) {
                receiver.startWindow();
                spacing = interval;
            }
            int survivors = receiver.history().survivors();
            products.fill(index, survivors, members, update);
            double square = update.updates[survivors];
            if (!update.areFinite(square)) {
                throw update.notFinite(square, "the update from step " + (step - interval) + " to " + step);
            }
            update.learningRate = rates.meanRate(step - interval, step);
            update.decayFactor = rates.decayFactor(step - interval, step);
            receiver.append(step, interval, update);
        }
    }

    /** An empty window of so many updates. */
    static ProductHistory history(int window) {
        return new ProductHistory(window, DecaySource.NONE);
    }
}
