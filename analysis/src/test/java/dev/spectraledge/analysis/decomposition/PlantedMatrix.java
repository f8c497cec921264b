package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Matrices whose singular vectors are cosines (the orthonormal DCT-II), so that their singular values are known. */
public final class PlantedMatrix {
    private PlantedMatrix() {}

    /** {@code rows} × {@code columns} with the given singular values. */
    public static double[][] of(int rows, int columns, double... values) {
        double[][] matrix = new double[rows][columns];
        for (int index = 0; index < values.length; index++) {
            for (int row = 0; row < rows; row++) {
                double left = values[index] * cosine(index, row, rows);
                for (int column = 0; column < columns; column++) {
                    matrix[row][column] += left * cosine(index, column, columns);
                }
            }
        }
        return matrix;
    }

    private static double cosine(int frequency, int place, int size) {
        return Math.sqrt((frequency == 0 ? 1.0 : 2.0) / size) * Math.cos(Math.PI * frequency * (place + 0.5) / size);
    }

    /** {@code count} values from 1 on, each {@code ratio} times the one before it. */
    public static double[] geometric(int count, double ratio) {
        double[] values = new double[count];
        for (int index = 0; index < count; index++) {
            values[index] = Math.pow(ratio, index);
        }
        return values;
    }

    /** One file of named matrices. */
    public static Path write(Path file, DType type, Map<String, double[][]> matrices) {
        try (MemoryOwner owner = MemoryOwner.open("planted matrices")) {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            matrices.forEach((name, matrix) -> tensors.put(name, tensor(owner, type, matrix)));
            SafetensorsWriter.write(file, tensors, Map.of());
        }
        return file;
    }

    /** Snapshots whose differences are the rows of {@code updates}, in two tensors each; the first one is zero. */
    public static List<Path> writeTrajectory(Path folder, DType type, double[][] updates) {
        List<Path> files = new ArrayList<>();
        int columns = updates[0].length;
        double[] sum = new double[columns];
        for (int step = 0; step <= updates.length; step++) {
            double[][] first = new double[2][columns / 4];
            double[][] second = new double[1][columns - columns / 4 * 2];
            for (int column = 0; column < columns; column++) {
                sum[column] += step == 0 ? 0 : updates[step - 1][column];
                if (column < columns / 4 * 2) {
                    first[column / (columns / 4)][column % (columns / 4)] = sum[column];
                } else {
                    second[0][column - columns / 4 * 2] = sum[column];
                }
            }
            Map<String, double[][]> tensors = new LinkedHashMap<>();
            tensors.put("first", first);
            tensors.put("second", second);
            files.add(write(folder.resolve("step_" + step + ".safetensors"), type, tensors));
        }
        return files;
    }

    private static Tensor tensor(MemoryOwner owner, DType type, double[][] matrix) {
        Tensor tensor = Tensor.allocate(owner, type, matrix.length, matrix[0].length);
        for (int row = 0; row < matrix.length; row++) {
            for (int column = 0; column < matrix[row].length; column++) {
                tensor.set(matrix[row][column], row, column);
            }
        }
        return tensor;
    }
}
