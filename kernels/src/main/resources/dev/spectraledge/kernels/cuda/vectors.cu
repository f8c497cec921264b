#include "common.cuh"

// The blocks of a run share its vector.

extern "C" __global__ void __launch_bounds__(256, 2) axpy(long n, double alpha, View<const REAL> x, View<REAL> y) {
  REAL factor = static_cast<REAL>(alpha);
  const REAL* from = x.ofRun();
  REAL* to = y.ofRun();
  for (long i = firstElement(); i < n; i += elementStep()) {
    to[i] = multiplyAdd(factor, from[i], to[i]);
  }
}

extern "C" __global__ void __launch_bounds__(256, 2) scale(long n, double alpha, View<REAL> x) {
  REAL factor = static_cast<REAL>(alpha);
  REAL* values = x.ofRun();
  for (long i = firstElement(); i < n; i += elementStep()) {
    values[i] *= factor;
  }
}

extern "C" __global__ void __launch_bounds__(256, 2)
    normalize(long n, View<const double> squares, double added, double least, View<REAL> x) {
  REAL factor = static_cast<REAL>(1 / fmax(sqrt(*squares.ofRun()) + added, least));
  REAL* values = x.ofRun();
  for (long i = firstElement(); i < n; i += elementStep()) {
    values[i] *= factor;
  }
}

extern "C" __global__ void __launch_bounds__(256, 2)
    subtract(long n, View<const REAL> x, View<const REAL> y, View<REAL> out) {
  const REAL* minuend = x.ofRun();
  const REAL* subtrahend = y.ofRun();
  REAL* difference = out.ofRun();
  for (long i = firstElement(); i < n; i += elementStep()) {
    difference[i] = minuend[i] - subtrahend[i];
  }
}
