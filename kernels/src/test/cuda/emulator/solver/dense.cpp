#include "dense.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace emulator {

namespace {

constexpr int eigenSweeps = 60;
constexpr double roundoff = 1.1102230246251565e-16;

double dot(const double* x, const double* y, int n) {
  double sum = 0;
  for (int i = 0; i < n; i++) {
    sum += x[i] * y[i];
  }
  return sum;
}

struct Rotation {
  double cosine;
  double sine;
};

// The rotation that makes [a c; c b] diagonal, with the smaller angle.
Rotation jacobi(double a, double b, double c) {
  double zeta = (b - a) / (2 * c);
  double tangent = (zeta >= 0 ? 1.0 : -1.0) / (std::fabs(zeta) + std::sqrt(1 + zeta * zeta));
  double cosine = 1 / std::sqrt(1 + tangent * tangent);
  return {cosine, cosine * tangent};
}

void rotate(double* x, double* y, int n, Rotation r) {
  for (int i = 0; i < n; i++) {
    double xi = x[i];
    x[i] = r.cosine * xi - r.sine * y[i];
    y[i] = r.sine * xi + r.cosine * y[i];
  }
}

std::vector<int> orderBy(const std::vector<double>& values, bool descending) {
  std::vector<int> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int i, int j) {
    return descending ? values[static_cast<size_t>(i)] > values[static_cast<size_t>(j)]
                      : values[static_cast<size_t>(i)] < values[static_cast<size_t>(j)];
  });
  return order;
}

std::vector<double> inOrder(const std::vector<double>& values, const std::vector<int>& order) {
  std::vector<double> sorted;
  for (int i : order) {
    sorted.push_back(values[static_cast<size_t>(i)]);
  }
  return sorted;
}

Matrix inOrder(Matrix& a, const std::vector<int>& order) {
  Matrix sorted(a.rows, a.columns);
  for (int j = 0; j < a.columns; j++) {
    std::copy_n(a.column(order[static_cast<size_t>(j)]), a.rows, sorted.column(j));
  }
  return sorted;
}

Matrix transposed(const Matrix& a) {
  Matrix t(a.columns, a.rows);
  for (int i = 0; i < a.rows; i++) {
    for (int j = 0; j < a.columns; j++) {
      t(j, i) = a(i, j);
    }
  }
  return t;
}

// Applies I - tau v vᵀ to the columns [from, q.columns) of q; v is 1 at `pivot` and a's column below it.
void reflect(Matrix& q, const Matrix& a, int pivot, double tau, int from) {
  for (int j = from; j < q.columns; j++) {
    double sum = q(pivot, j);
    for (int i = pivot + 1; i < q.rows; i++) {
      sum += a(i, pivot) * q(i, j);
    }
    sum *= tau;
    q(pivot, j) -= sum;
    for (int i = pivot + 1; i < q.rows; i++) {
      q(i, j) -= sum * a(i, pivot);
    }
  }
}

} // namespace

std::vector<double> symmetricEigen(Matrix& a) {
  int n = a.rows;
  Matrix vectors(n, n);
  double norm = 0;
  for (int i = 0; i < n; i++) {
    vectors(i, i) = 1;
    for (int j = 0; j < n; j++) {
      norm += a(i, j) * a(i, j);
    }
  }
  double negligible = roundoff * std::sqrt(norm) / std::max(1, n);
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < eigenSweeps; sweep++) {
    rotated = false;
    for (int p = 0; p < n; p++) {
      for (int q = p + 1; q < n; q++) {
        if (!(std::fabs(a(p, q)) > negligible)) {
          continue;
        }
        rotated = true;
        Rotation r = jacobi(a(p, p), a(q, q), a(p, q));
        rotate(a.column(p), a.column(q), n, r);
        for (int j = 0; j < n; j++) {
          double x = a(p, j);
          a(p, j) = r.cosine * x - r.sine * a(q, j);
          a(q, j) = r.sine * x + r.cosine * a(q, j);
        }
        rotate(vectors.column(p), vectors.column(q), n, r);
      }
    }
  }
  std::vector<double> values(static_cast<size_t>(n));
  for (int i = 0; i < n; i++) {
    values[static_cast<size_t>(i)] = a(i, i);
  }
  std::vector<int> order = orderBy(values, false);
  a = inOrder(vectors, order);
  return inOrder(values, order);
}

void completeBasis(Matrix& q, int known) {
  for (int j = known, candidate = 0; j < q.columns; candidate++) {
    double* column = q.column(j);
    std::fill_n(column, q.rows, 0.0);
    column[candidate] = 1;
    for (int pass = 0; pass < 2; pass++) { // twice is enough: Parlett, The Symmetric Eigenvalue Problem, 6.9
      for (int i = 0; i < j; i++) {
        double along = dot(q.column(i), column, q.rows);
        for (int k = 0; k < q.rows; k++) {
          column[k] -= along * q(k, i);
        }
      }
    }
    double length = std::sqrt(dot(column, column, q.rows));
    if (length > 0.5 / std::sqrt(q.rows)) { // some unit vector always has this much left
      for (int k = 0; k < q.rows; k++) {
        column[k] /= length;
      }
      j++;
    }
  }
}

Svd svd(const Matrix& a, double tolerance, int maximumSweeps) {
  if (a.rows < a.columns) {
    Svd other = svd(transposed(a), tolerance, maximumSweeps);
    return {other.v, other.values, other.u, other.sweeps, other.converged};
  }
  double negligible = std::max(tolerance, roundoff * a.rows);
  Matrix u = a;
  int n = a.columns;
  Matrix v(n, n);
  for (int j = 0; j < n; j++) {
    v(j, j) = 1;
  }
  int sweeps = 0;
  bool rotated = true;
  for (; rotated && sweeps < maximumSweeps; sweeps++) {
    rotated = false;
    for (int p = 0; p < n; p++) {
      for (int q = p + 1; q < n; q++) {
        double pp = dot(u.column(p), u.column(p), u.rows);
        double qq = dot(u.column(q), u.column(q), u.rows);
        double pq = dot(u.column(p), u.column(q), u.rows);
        if (!(std::fabs(pq) > negligible * std::sqrt(pp) * std::sqrt(qq))) {
          continue;
        }
        rotated = true;
        Rotation r = jacobi(pp, qq, pq);
        rotate(u.column(p), u.column(q), u.rows, r);
        rotate(v.column(p), v.column(q), n, r);
      }
    }
  }
  std::vector<double> values(static_cast<size_t>(n));
  for (int j = 0; j < n; j++) {
    values[static_cast<size_t>(j)] = std::sqrt(dot(u.column(j), u.column(j), u.rows));
  }
  std::vector<int> order = orderBy(values, true);
  u = inOrder(u, order);
  v = inOrder(v, order);
  values = inOrder(values, order);
  int rank = 0;
  for (; rank < n && values[static_cast<size_t>(rank)] > roundoff * u.rows * values[0]; rank++) {
    for (int i = 0; i < u.rows; i++) {
      u(i, rank) /= values[static_cast<size_t>(rank)];
    }
  }
  completeBasis(u, rank);
  return {u, values, v, sweeps, !rotated};
}

double residual(const Matrix& a, const Svd& svd) {
  double sum = 0;
  for (int i = 0; i < a.rows; i++) {
    for (int j = 0; j < a.columns; j++) {
      double rest = a(i, j);
      for (int k = 0; k < svd.u.columns; k++) {
        rest -= svd.u(i, k) * svd.values[static_cast<size_t>(k)] * svd.v(j, k);
      }
      sum += rest * rest;
    }
  }
  return std::sqrt(sum);
}

std::vector<double> householderQr(Matrix& a) {
  int count = std::min(a.rows, a.columns);
  std::vector<double> taus(static_cast<size_t>(count), 0.0);
  for (int k = 0; k < count; k++) {
    double below = 0;
    for (int i = k + 1; i < a.rows; i++) {
      below += a(i, k) * a(i, k);
    }
    if (below == 0) {
      continue;
    }
    double alpha = a(k, k);
    double beta = -std::copysign(std::sqrt(alpha * alpha + below), alpha);
    double tau = (beta - alpha) / beta;
    for (int i = k + 1; i < a.rows; i++) {
      a(i, k) /= alpha - beta;
    }
    a(k, k) = beta;
    taus[static_cast<size_t>(k)] = tau;
    reflect(a, a, k, tau, k + 1);
  }
  return taus;
}

Matrix householderQ(const Matrix& a, const std::vector<double>& tau) {
  Matrix q(a.rows, a.columns);
  for (int j = 0; j < a.columns; j++) {
    q(j, j) = 1;
  }
  for (int k = static_cast<int>(tau.size()) - 1; k >= 0; k--) {
    reflect(q, a, k, tau[static_cast<size_t>(k)], 0);
  }
  return q;
}

} // namespace emulator
