package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.trainer.UsageException;
import java.util.Locale;

/**
 * Refuses what cannot fit before anything is allocated.
 *
 * @param bytes that there are
 * @param place where, for the message
 */
public record MemoryLimit(double bytes, String place) {
    /** @throws UsageException if more is needed than there is */
    void require(double needed, String subject) {
        if (needed > bytes) {
            throw new UsageException(String.format(
                    Locale.ROOT,
                    "%s needs %.1f GB with this rank, %s has %.1f GB: a smaller --rank or --subset needs less",
                    subject,
                    needed / 1e9,
                    place,
                    bytes / 1e9));
        }
    }
}
