package dev.spectraledge.bench.micro;

import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The linear layers of the Dyck model. Rows: a worker's shard of a batch without duplicates (160), the whole of it
 * (330), all 50 training sequences packed (576), a padded batch (1200). Layers, as in→out: the packed projection of the
 * attention, its output, both feed-forward matrices, the head.
 */
@State(Scope.Thread)
public class GemmShapes {

    @Param({"160", "330", "576", "1200"})
    public int rows;

    @Param({"128x384", "128x128", "128x256", "256x128", "128x13"})
    public String layer;

    int in;
    int out;

    @Setup(Level.Trial)
    public void parse() {
        int cross = layer.indexOf('x');
        in = Integer.parseInt(layer.substring(0, cross));
        out = Integer.parseInt(layer.substring(cross + 1));
    }

    long operations() {
        return 2L * rows * in * out;
    }

    /** Uniform in [-1, 1), the same for every implementation. */
    static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int index = 0; index < length; index++) {
            values[index] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    float[] input() {
        return random(rows * in, 1);
    }

    float[] weight() {
        return random(out * in, 2);
    }

    float[] output() {
        return random(rows * out, 3);
    }
}
