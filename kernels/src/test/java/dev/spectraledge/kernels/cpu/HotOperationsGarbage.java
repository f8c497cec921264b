package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Program that runs all hot operations, in an order of its own for each seed given, and prints those that make garbage. */
final class HotOperationsGarbage {
    private HotOperationsGarbage() {}

    public static void main(String[] seed) {
        try (MemoryOwner owner = MemoryOwner.open("hot operations")) {
            List<HotOperations.Operation> operations = new ArrayList<>();
            for (DType type : List.of(DType.FLOAT32, DType.FLOAT64)) {
                operations.addAll(HotOperations.all(owner, type));
            }
            if (seed.length > 0) {
                Collections.shuffle(operations, new Random(Long.parseLong(seed[0])));
            }
            for (HotOperations.Operation operation : operations) {
                double bytes = Allocations.bytesPerCall(operation::run);
                if (bytes > 0) {
                    System.out.println(operation + ": " + bytes + " bytes a call");
                }
            }
        }
        System.out.println("measured");
    }
}
