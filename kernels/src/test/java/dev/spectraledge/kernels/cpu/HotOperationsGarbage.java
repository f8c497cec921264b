package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Program that runs all hot operations of the types named in its first argument, in an order of its own for each seed given in
 * the second, and prints those that make garbage.
 */
final class HotOperationsGarbage {
    private HotOperationsGarbage() {}

    public static void main(String[] arguments) {
        try (MemoryOwner owner = MemoryOwner.open("hot operations")) {
            List<HotOperations.Operation> operations = new ArrayList<>();
            for (String type : arguments[0].split(",", -1)) {
                operations.addAll(HotOperations.all(owner, DType.valueOf(type)));
            }
            if (arguments.length > 1) {
                Collections.shuffle(operations, new Random(Long.parseLong(arguments[1])));
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
