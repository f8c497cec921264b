#include "common.cuh"

// The sigmoid of x and of -x from exp(-|x|), so that no digits cancel.
__device__ inline void sigmoids(REAL x, REAL& own, REAL& ofNegative) {
  REAL e = exponential(x < 0 ? x : -x);
  REAL larger = 1 / (1 + e);
  REAL smaller = e * larger;
  own = x < 0 ? smaller : larger;
  ofNegative = x < 0 ? larger : smaller;
}

// One block a row, here and below.
extern "C" __global__ void __launch_bounds__(256, 2)
    swiGlu(Rows rows, int width, View<const REAL> gate, View<const REAL> up, View<REAL> output) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  const REAL* g = gate.row(row);
  const REAL* u = up.row(row);
  REAL* to = output.row(row);
  eachPack(threadIdx.x, blockDim.x, width, areWide(g, u, to), [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> x = load<N>(g + column);
    Pack<N> factor = load<N>(u + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL own;
      REAL ofNegative;
      sigmoids(x.values[k], own, ofNegative);
      factor.values[k] *= x.values[k] * own;
    }
    store<N>(to + column, factor);
  });
}

// dgate = dy up s (1 + gate (1 - s)) and dup = dy gate s, with s the sigmoid of the gate; each may lie where its input does.
extern "C" __global__ void __launch_bounds__(256, 2) swiGluBackward(
    Rows rows,
    int width,
    View<const REAL> outputGradient,
    View<const REAL> gate,
    View<const REAL> up,
    View<REAL> gateGradient,
    View<REAL> upGradient) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  const REAL* dy = outputGradient.row(row);
  const REAL* g = gate.row(row);
  const REAL* u = up.row(row);
  REAL* dg = gateGradient.row(row);
  REAL* du = upGradient.row(row);
  eachPack(threadIdx.x, blockDim.x, width, areWide(dy, g, u, dg, du), [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> gradient = load<N>(dy + column);
    Pack<N> x = load<N>(g + column);
    Pack<N> factor = load<N>(u + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL own;
      REAL ofNegative;
      sigmoids(x.values[k], own, ofNegative);
      factor.values[k] *= gradient.values[k] * own * (1 + x.values[k] * ofNegative);
      gradient.values[k] *= x.values[k] * own;
    }
    store<N>(dg + column, factor);
    store<N>(du + column, gradient);
  });
}
