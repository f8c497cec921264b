package dev.spectraledge.analysis.pretrained;

import java.util.ArrayList;
import java.util.List;

/** Collects the tensors of a family's model: those of a linear layer or a norm, of which ours may lack the bias. */
final class Tensors {
    private final List<Correspondence> list = new ArrayList<>();

    /** A table, or the weight of a layer without bias. */
    void table(String ours, String theirs, int rows, int columns) {
        part(ours, 0, theirs, rows, columns);
    }

    /** The same of some of the rows. */
    void part(String ours, int firstRow, String theirs, int rows, int columns) {
        list.add(Correspondence.matrix(ours, firstRow, theirs, rows, columns, Correspondence.PLAIN));
    }

    /** The bias of some of the rows, if ours has one. */
    void biasPart(String ours, int firstRow, String theirs, int rows) {
        list.add(Correspondence.vector(ours, firstRow, theirs, rows, Correspondence.PLAIN));
    }

    /**
     * Weight and bias.
     *
     * @param hasBias whether ours has one; theirs is zero otherwise
     */
    void linear(String ours, String theirs, int out, int in, boolean hasBias, Correspondence.Layout layout) {
        list.add(Correspondence.matrix(ours + ".weight", 0, theirs + ".weight", out, in, layout));
        boolean rowsMove = layout instanceof Correspondence.Layout.PerHead;
        bias(ours, theirs, out, hasBias, rowsMove ? layout : Correspondence.PLAIN);
    }

    /** Gain and bias, as of a linear layer. */
    void norm(String ours, String theirs, int width, boolean hasBias) {
        list.add(Correspondence.vector(ours + ".weight", 0, theirs + ".weight", width, Correspondence.PLAIN));
        bias(ours, theirs, width, hasBias, Correspondence.PLAIN);
    }

    private void bias(String ours, String theirs, int length, boolean hasBias, Correspondence.Layout layout) {
        list.add(Correspondence.vector(hasBias ? ours + ".bias" : null, 0, theirs + ".bias", length, layout));
    }

    /** The gain of a norm that has no bias in either program. */
    void gain(String ours, String theirs, int width) {
        list.add(Correspondence.vector(ours + ".weight", 0, theirs + ".weight", width, Correspondence.PLAIN));
    }

    List<Correspondence> list() {
        return list;
    }
}
