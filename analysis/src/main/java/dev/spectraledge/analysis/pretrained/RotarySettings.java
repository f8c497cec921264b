package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.trainer.model.RotaryPositions;
import java.util.List;

/**
 * What settings say of rotary positions: since version 5 of {@code transformers} in {@code rope_parameters}, before that in
 * keys of their own.
 */
final class RotarySettings {
    private static final String NEW = "rope_parameters";
    private static final String SHARE = "partial_rotary_factor";

    private final ModelSettings settings;
    private final String shareKey;
    private final double share;
    private final double base;

    RotarySettings(ModelSettings settings, String shareKey, double usualShare, String baseKey) {
        this.settings = settings;
        this.shareKey = shareKey;
        ModelSettings inside = settings.inside(NEW);
        for (ModelSettings scaling : List.of(inside, settings.inside("rope_scaling"))) {
            scaling.oneOf("rope_type", scaling.text("type", "default"), List.of("default"));
        }
        share = inside.number(SHARE, settings.number(shareKey, usualShare));
        base = inside.number("rope_theta", settings.number(baseKey, RotaryPositions.USUAL_BASE));
    }

    RotaryPositions positions(int headWidth) {
        int columns = (int) (share * headWidth);
        if (columns < 2 || columns % 2 != 0 || columns > headWidth) {
            throw settings.refused(
                    shareKey, share, "of a head of " + headWidth + " columns an even number has to turn");
        }
        if (!(base > 1) || Double.isInfinite(base)) {
            throw settings.refused("the base of rotary positions", base, "it has to be more than 1");
        }
        return new RotaryPositions(columns, base);
    }
}
