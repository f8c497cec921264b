package dev.spectraledge.analysis.offline;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What an analysis found.
 *
 * @param tables files that were written
 * @param tensors names of the tensors that were looked at
 * @param leftOut the other tensors of the first checkpoint, each with the reason
 * @param filesLeftOut files and folders that are no checkpoints, each with the reason
 * @param groups whose products were formed
 * @param parameters elements of those that were looked at
 * @param snapshots checkpoints read
 * @param windows rows of the first window's table
 * @param unresolved how many of them have no k*, gap and gap ratio, because rounding alone would choose them
 * @param segments stretches of equally spaced checkpoints, each with windows of its own
 * @param learningRate η of the decay estimate; empty where it is not known, and then its columns are empty too
 * @param weightDecay ω likewise
 * @param remarks sentences about what could not be used
 */
public record OfflineResult(
        List<Path> tables,
        List<String> tensors,
        Map<String, String> leftOut,
        Map<String, String> filesLeftOut,
        List<TensorGroup> groups,
        long parameters,
        int snapshots,
        int windows,
        int unresolved,
        int segments,
        OptionalDouble learningRate,
        OptionalDouble weightDecay,
        List<String> remarks) {}
