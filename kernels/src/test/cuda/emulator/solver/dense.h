// Dense factorizations in double precision, column-major, written for clarity.
#pragma once
#include <cstddef>
#include <vector>

namespace emulator {

struct Matrix {
  int rows;
  int columns;
  std::vector<double> values;

  Matrix(int rows, int columns) : rows(rows), columns(columns), values(index(0, columns), 0.0) {}

  double& operator()(int i, int j) { return values[index(i, j)]; }
  double operator()(int i, int j) const { return values[index(i, j)]; }
  double* column(int j) { return values.data() + index(0, j); }

 private:
  std::size_t index(int i, int j) const {
    return static_cast<std::size_t>(i) + static_cast<std::size_t>(j) * static_cast<std::size_t>(rows);
  }
};

// Eigenvalues in ascending order of a symmetric matrix, which becomes the matrix of their eigenvectors. Cyclic Jacobi:
// Golub & Van Loan, Matrix Computations, 4th ed., 8.5.
std::vector<double> symmetricEigen(Matrix& a);

struct Svd {
  Matrix u; // [rows, rank]
  std::vector<double> values; // descending
  Matrix v; // [columns, rank]
  int sweeps;
  bool converged;
};

// One-sided Jacobi (Hestenes): Golub & Van Loan, 8.6.3. Rank is the smaller of rows and columns. Two columns count as
// orthogonal when the cosine between them is at most the tolerance.
Svd svd(const Matrix& a, double tolerance, int maximumSweeps);

// The Frobenius norm of A − U·diag(values)·Vᵀ.
double residual(const Matrix& a, const Svd& svd);

// Appends orthonormal columns until the matrix has `columns` of them; the first `known` are orthonormal already.
void completeBasis(Matrix& q, int known);

// R above and on the diagonal, Householder vectors below, as LAPACK's geqrf stores them; returns tau.
std::vector<double> householderQr(Matrix& a);

// The first `columns` columns of the product of the first `tau.size()` reflectors, as LAPACK's orgqr.
Matrix householderQ(const Matrix& a, const std::vector<double>& tau);

} // namespace emulator
