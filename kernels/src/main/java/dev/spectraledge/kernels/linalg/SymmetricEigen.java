package dev.spectraledge.kernels.linalg;

import java.util.Arrays;

/**
 * Eigenvalues and eigenvectors of small symmetric matrices, such as the Gram matrix of a window, with small eigenvalues
 * accurate relative to themselves. Allocates nothing after construction; for one thread at a time.
 *
 * <p>Method. {@link TridiagonalQl} gives A ≈ UΛUᵀ with a backward error of a few ulp of the largest eigenvalue, which is too
 * much for the small ones. Therefore H = UᵀAU is formed in twofold precision: by Ostrowski's theorem its eigenvalues differ
 * from those of A by relative 2·‖UᵀU − I‖ only, and since H is nearly diagonal in the scaled sense, cyclic Jacobi (Golub and
 * Van Loan, Matrix Computations, §8.5) on it finds them to high relative accuracy (Barlow and Demmel 1990). Both passes give
 * the vectors u, and the values returned are their Rayleigh quotients uᵀAu/uᵀu in twofold precision.
 *
 * <p>Values are in descending order. The component of a vector that is largest in magnitude (the first of equals) is
 * positive, so that a vector is a function of the matrix alone.
 */
public final class SymmetricEigen {
    /**
     * Largest order, that of the largest window and the update that has left it; above it LAPACK is faster, see {@link
     * DenseSymmetricEigen}.
     */
    public static final int MAXIMUM_ORDER = 65;

    private static final double UNIT_ROUNDOFF = 0x1p-53;
    private static final int MAXIMUM_SWEEPS = 60;

    /**
     * Bound on ‖VᵀV − I‖_F of the computed vectors. A computed rotation is off by √2·γ_6 on two rows (Higham, Accuracy and
     * Stability of Numerical Algorithms, lemma 19.8), which is 12u in V. There are at most {@value #MAXIMUM_SWEEPS}·n(n − 1)/2 of
     * Jacobi's and as many of QL's, half as many steps for each value, so that V is off by 3.0·10⁶u for n = {@value
     * #MAXIMUM_ORDER}; n reflections, each off by some n·u (lemma 19.3), do not count beside that. VᵀV is off by twice as much.
     */
    private static final double ORTHOGONALITY = 0x1p-30;

    /** More than the relative rounding of sums of up to {@value #MAXIMUM_ORDER}² squares, and of their root. */
    private static final double SUMS = 0x1p-40;

    /** More than √n times the root of the smallest numbers: a square below it may vanish. */
    private static final double ROOT_OF_UNDERFLOW = 0x1p-534;

    private final int capacity;
    private final double[] matrix;
    private final double[] rotated;
    private final double[] firstVectors;
    private final double[] rotations;
    private final double[] vectors;
    private final double[] productHigh;
    private final double[] productLow;
    private final double[] unsortedValues;
    private final double[] residualNorms;
    private final int[] rank;
    private final TridiagonalQl first;
    private final DotProduct2 sum = new DotProduct2();
    private double residualNorm;
    private double scale;
    private int order;

    /** Room for matrices of up to {@code capacity} rows. */
    public SymmetricEigen(int capacity) {
        requireOrder(capacity);
        this.capacity = capacity;
        matrix = new double[capacity * capacity];
        rotated = new double[capacity * capacity];
        firstVectors = new double[capacity * capacity];
        rotations = new double[capacity * capacity];
        vectors = new double[capacity * capacity];
        productHigh = new double[capacity * capacity];
        productLow = new double[capacity * capacity];
        unsortedValues = new double[capacity];
        residualNorms = new double[capacity];
        rank = new int[capacity];
        first = new TridiagonalQl(capacity);
    }

    static void requireOrder(int capacity) {
        if (capacity < 1 || capacity > MAXIMUM_ORDER) {
            throw new IllegalArgumentException(
                    "the order of a small symmetric matrix must be 1 to " + MAXIMUM_ORDER + ", got " + capacity);
        }
    }

    /**
     * Decomposes the symmetric matrix in the first {@code order}² elements of {@code source}, row by row; only its upper
     * triangle is read.
     *
     * @throws ArithmeticException where an entry is not finite
     */
    public void decompose(double[] source, int order) {
        if (order < 1 || order > capacity) {
            throw new IllegalArgumentException("order " + order + " of a matrix is not in 1 to " + capacity);
        }
        this.order = order;
        scale = load(source, order, matrix);
        identity(firstVectors);
        System.arraycopy(matrix, 0, rotated, 0, order * order);
        first.diagonalize(rotated, order, firstVectors);
        product(firstVectors);
        for (int row = 0; row < order; row++) {
            for (int column = row; column < order; column++) {
                double entry = quadraticForm(firstVectors, row, column);
                rotated[row * order + column] = entry;
                rotated[column * order + row] = entry;
            }
        }
        identity(rotations);
        diagonalize(rotated, rotations);
        multiply(rotations, firstVectors, vectors);
        product(vectors);
        rayleighQuotients();
        sort();
        canonicalSigns();
    }

    /** Order of the matrix decomposed last. */
    public int order() {
        return order;
    }

    /** Eigenvalue {@code index}, 0 being the largest. */
    public double value(int index) {
        return unsortedValues[rank[index]] * scale;
    }

    /** Component {@code component} of the unit eigenvector {@code index}. */
    public double vector(int index, int component) {
        return vectors[rank[index] * order + component];
    }

    /**
     * Bound on the distance of {@link #value} from the exact eigenvalue of the same place of the given matrix A: the smaller
     * of two, and what rounding adds. With V the computed vectors, Λ the values, R = AV − VΛ and r its column:
     *
     * <ul>
     *   <li>Weyl's bound. Let Q = V(VᵀV)^(−1/2) be the orthogonal factor of V, ω = ‖VᵀV − I‖_F. As A − QΛQᵀ = (AQ − QΛ)Qᵀ is
     *       symmetric, no eigenvalue is farther from Λ than ‖AQ − QΛ‖ ≤ ‖R‖(1 + ω) + (1 + ω)‖[Λ, VᵀV]‖_F/2 + 3ω²‖Λ‖, and
     *       [Λ, VᵀV] = VᵀR − RᵀV. Together that is 2(1 + 2ω)‖R‖_F + 3ω²‖Λ‖ (ours).
     *   <li>The Kato–Temple bound ‖r‖²/gap (Parlett, The Symmetric Eigenvalue Problem, theorem 11.7.1), which knows nothing of
     *       the other vectors, with the gap to the neighbouring values lessened by Weyl's bound; plus three roundings of the
     *       Rayleigh quotient: of vᵀAv, vᵀv and their quotient.
     * </ul>
     *
     * ω is at most {@link #ORTHOGONALITY}. Norms are not those that are computed: to those are added what their own sums round,
     * the error γ_n²|A||v| of products in twofold precision (Ogita, Rump and Oishi 2005, proposition 5.5), and what underflow
     * takes, which is all that is left of a denormal matrix.
     */
    public double valueErrorBound(int index) {
        double value = unsortedValues[rank[index]];
        double weyl = 2 * (1 + 2 * ORTHOGONALITY) * enlarged(residualNorm, order)
                + 3
                        * ORTHOGONALITY
                        * ORTHOGONALITY
                        * Math.max(Math.abs(unsortedValues[rank[0]]), Math.abs(unsortedValues[rank[order - 1]]));
        double rounding = 3 * (1 + SUMS) * UNIT_ROUNDOFF * Math.abs(value) + twofoldError();
        double gap = Double.POSITIVE_INFINITY;
        if (index > 0) {
            gap = unsortedValues[rank[index - 1]] - value;
        }
        if (index < order - 1) {
            gap = Math.min(gap, value - unsortedValues[rank[index + 1]]);
        }
        gap -= weyl + rounding;
        double bound = weyl;
        if (gap > 0) {
            double residual = (1 + ORTHOGONALITY) * enlarged(residualNorms[rank[index]], 1);
            bound = Math.min(weyl, residual * residual / gap + rounding);
        }
        double underflow = 4.0 * order * order * Double.MIN_VALUE;
        return (bound * (1 + SUMS) + underflow) * scale + Double.MIN_VALUE;
    }

    /** At least the norm of so many columns of R, of which the norm was computed. */
    private double enlarged(double norm, int columns) {
        return norm * (1 + SUMS) + columns * (twofoldError() + order * ROOT_OF_UNDERFLOW);
    }

    /** Of A·v, and of vᵀAv: 4(n + 2)²u²‖A‖_F, where no entry of the scaled matrix reaches 2. */
    private double twofoldError() {
        double factor = (order + 2) * UNIT_ROUNDOFF;
        return 4 * factor * factor * 2 * order;
    }

    /**
     * Copies a matrix, scaled by a power of two so that squares of its entries neither overflow nor vanish, which is returned.
     */
    static double load(double[] source, int order, double[] matrix) {
        double largest = 0;
        for (int row = 0; row < order; row++) {
            for (int column = row; column < order; column++) {
                double entry = source[row * order + column];
                if (!Double.isFinite(entry)) {
                    throw new ArithmeticException("entry (" + row + ", " + column + ") of a symmetric matrix is "
                            + entry + "; eigenvalues need finite entries");
                }
                largest = Math.max(largest, Math.abs(entry));
            }
        }
        double scale = largest == 0 ? 1 : powerOfTwoBelow(largest);
        for (int row = 0; row < order; row++) {
            for (int column = row; column < order; column++) {
                double entry = source[row * order + column] / scale;
                matrix[row * order + column] = entry;
                matrix[column * order + row] = entry;
            }
        }
        return scale;
    }

    /** The largest one that is not larger; of a denormal number a denormal one. */
    private static double powerOfTwoBelow(double positive) {
        return positive < Double.MIN_NORMAL
                ? Double.longBitsToDouble(Long.highestOneBit(Double.doubleToLongBits(positive)))
                : Math.scalb(1.0, Math.getExponent(positive));
    }

    private void identity(double[] target) {
        Arrays.fill(target, 0, order * order, 0);
        for (int index = 0; index < order; index++) {
            target[index * order + index] = 1;
        }
    }

    /** Cyclic Jacobi on {@code a} in place; the rows of {@code basis} receive the rotations. */
    private void diagonalize(double[] a, double[] basis) {
        for (int sweep = 0; sweep < MAXIMUM_SWEEPS; sweep++) {
            boolean rotated = false;
            for (int p = 0; p < order - 1; p++) {
                for (int q = p + 1; q < order; q++) {
                    double entry = a[p * order + q];
                    double threshold = Math.abs(a[p * order + p] * a[q * order + q]);
                    if (entry * entry > UNIT_ROUNDOFF * UNIT_ROUNDOFF * threshold) {
                        rotate(a, basis, p, q);
                        rotated = true;
                    }
                }
            }
            if (!rotated) {
                return;
            }
        }
        throw new ArithmeticException(
                "Jacobi's method did not converge in " + MAXIMUM_SWEEPS + " sweeps for a matrix of order " + order);
    }

    private void rotate(double[] a, double[] basis, int p, int q) {
        double entry = a[p * order + q];
        double theta = (a[q * order + q] - a[p * order + p]) / (2 * entry);
        double tangent = Math.copySign(1 / (Math.abs(theta) + Math.sqrt(1 + theta * theta)), theta);
        double cosine = 1 / Math.sqrt(1 + tangent * tangent);
        double sine = tangent * cosine;
        a[p * order + p] -= tangent * entry;
        a[q * order + q] += tangent * entry;
        a[p * order + q] = 0;
        a[q * order + p] = 0;
        for (int k = 0; k < order; k++) {
            if (k != p && k != q) {
                double atP = a[p * order + k];
                double atQ = a[q * order + k];
                double newP = cosine * atP - sine * atQ;
                double newQ = sine * atP + cosine * atQ;
                a[p * order + k] = newP;
                a[k * order + p] = newP;
                a[q * order + k] = newQ;
                a[k * order + q] = newQ;
            }
            double basisP = basis[p * order + k];
            double basisQ = basis[q * order + k];
            basis[p * order + k] = cosine * basisP - sine * basisQ;
            basis[q * order + k] = sine * basisP + cosine * basisQ;
        }
    }

    /** Row j of the product becomes A·(row j of basis), in twofold precision. */
    private void product(double[] basis) {
        for (int j = 0; j < order; j++) {
            for (int row = 0; row < order; row++) {
                sum.reset();
                for (int k = 0; k < order; k++) {
                    sum.add(matrix[row * order + k], basis[j * order + k]);
                }
                productHigh[j * order + row] = sum.value();
                productLow[j * order + row] = sum.remainder();
            }
        }
    }

    private double quadraticForm(double[] basis, int left, int right) {
        sum.reset();
        for (int k = 0; k < order; k++) {
            sum.add(basis[left * order + k], productHigh[right * order + k], productLow[right * order + k]);
        }
        return sum.value();
    }

    private void multiply(double[] a, double[] b, double[] c) {
        for (int row = 0; row < order; row++) {
            for (int column = 0; column < order; column++) {
                double entry = 0;
                for (int k = 0; k < order; k++) {
                    entry += a[row * order + k] * b[k * order + column];
                }
                c[row * order + column] = entry;
            }
        }
    }

    private void rayleighQuotients() {
        double total = 0;
        for (int j = 0; j < order; j++) {
            sum.reset();
            for (int k = 0; k < order; k++) {
                sum.add(vectors[j * order + k], vectors[j * order + k]);
            }
            double squaredNorm = sum.value();
            double value = quadraticForm(vectors, j, j) / squaredNorm;
            double squares = 0;
            for (int k = 0; k < order; k++) {
                double component = vectors[j * order + k];
                double scaled = value * component;
                double scaledError = Math.fma(value, component, -scaled);
                double residual = (productHigh[j * order + k] - scaled) + (productLow[j * order + k] - scaledError);
                squares += residual * residual;
            }
            unsortedValues[j] = value;
            residualNorms[j] = Math.sqrt(squares);
            total += squares;
        }
        residualNorm = Math.sqrt(total);
    }

    private void sort() {
        for (int index = 0; index < order; index++) {
            int place = index;
            while (place > 0 && unsortedValues[rank[place - 1]] < unsortedValues[index]) {
                rank[place] = rank[place - 1];
                place--;
            }
            rank[place] = index;
        }
    }

    private void canonicalSigns() {
        for (int j = 0; j < order; j++) {
            double largest = 0;
            for (int k = 0; k < order; k++) {
                double component = vectors[j * order + k];
                if (Math.abs(component) > Math.abs(largest)) {
                    largest = component;
                }
            }
            if (largest < 0) {
                for (int k = 0; k < order; k++) {
                    vectors[j * order + k] = -vectors[j * order + k];
                }
            }
        }
    }
}
