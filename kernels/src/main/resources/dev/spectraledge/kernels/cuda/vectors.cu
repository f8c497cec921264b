#include "common.cuh"

// The blocks of a run share its vector.

extern "C" __global__ void __launch_bounds__(256, 2) axpy(long n, double alpha, View<const REAL> x, View<REAL> y) {
  REAL factor = static_cast<REAL>(alpha);
  const REAL* from = x.ofRun();
  REAL* to = y.ofRun();
  eachPackOfRun(n, areWide(from, to), [=](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> added = load<N>(from + i);
    Pack<N> sum = load<N>(to + i);
#pragma unroll
    for (int k = 0; k < N; k++) {
      sum.values[k] = multiplyAdd(factor, added.values[k], sum.values[k]);
    }
    store<N>(to + i, sum);
  });
}

__device__ inline void multiply(long n, REAL factor, REAL* vector) {
  eachPackOfRun(n, areWide(vector), [=](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack = load<N>(vector + i);
#pragma unroll
    for (int k = 0; k < N; k++) {
      pack.values[k] *= factor;
    }
    store<N>(vector + i, pack);
  });
}

extern "C" __global__ void __launch_bounds__(256, 2) scale(long n, double alpha, View<REAL> x) {
  multiply(n, static_cast<REAL>(alpha), x.ofRun());
}

extern "C" __global__ void __launch_bounds__(256, 2)
    normalize(long n, View<const double> squares, double added, double least, View<REAL> x) {
  multiply(n, static_cast<REAL>(1 / fmax(sqrt(*squares.ofRun()) + added, least)), x.ofRun());
}

extern "C" __global__ void __launch_bounds__(256, 2)
    subtract(long n, View<const REAL> x, View<const REAL> y, View<REAL> out) {
  const REAL* minuend = x.ofRun();
  const REAL* subtrahend = y.ofRun();
  REAL* to = out.ofRun();
  eachPackOfRun(n, areWide(minuend, subtrahend, to), [=](auto count, long i) {
    constexpr int N = decltype(count)::value;
    Pack<N> difference = load<N>(minuend + i);
    Pack<N> subtracted = load<N>(subtrahend + i);
#pragma unroll
    for (int k = 0; k < N; k++) {
      difference.values[k] -= subtracted.values[k];
    }
    store<N>(to + i, difference);
  });
}
