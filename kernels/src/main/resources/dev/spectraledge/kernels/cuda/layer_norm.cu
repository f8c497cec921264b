#include "common.cuh"

// One warp a row. Without a mean none is subtracted (RMS norm); without a bias none is added.
extern "C" __global__ void __launch_bounds__(256, 2) layerNorm(
    Rows rows,
    int width,
    double epsilon,
    View<const REAL> input,
    View<const REAL> gain,
    View<const REAL> bias,
    View<REAL> output,
    View<REAL> mean,
    View<REAL> inverseDeviation) {
  int row = blockIdx.x * warpCount() + warpIndex();
  if (row >= rows.count()) {
    return;
  }
  const REAL* x = input.row(row);
  REAL* y = output.row(row);
  const REAL* scale = gain.ofRun();
  const REAL* shift = bias.isGiven() ? bias.ofRun() : nullptr;
  bool wide = areWide(x, y, scale, shift);
  REAL sum = 0;
  eachPack(laneIndex(), WARP, mean.isGiven() ? width : 0, wide, [&](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack = load<N>(x + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      sum += pack.values[k];
    }
  });
  REAL ownMean = warpSum(sum) / width;
  // The mean is subtracted before squaring, or rows far from zero would lose their deviation.
  REAL squares = 0;
  eachPack(laneIndex(), WARP, width, wide, [&](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack = load<N>(x + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL centred = pack.values[k] - ownMean;
      squares += centred * centred;
    }
  });
  REAL inverse = 1 / squareRoot(warpSum(squares) / width + static_cast<REAL>(epsilon));
  eachPack(laneIndex(), WARP, width, wide, [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> pack = load<N>(x + column);
    Pack<N> factor = load<N>(scale + column);
    Pack<N> added = {};
    if (shift != nullptr) {
      added = load<N>(shift + column);
    }
#pragma unroll
    for (int k = 0; k < N; k++) {
      pack.values[k] = (pack.values[k] - ownMean) * inverse * factor.values[k] + added.values[k];
    }
    store<N>(y + column, pack);
  });
  if (laneIndex() == 0) {
    if (mean.isGiven()) {
      mean.ofRun()[row] = ownMean;
    }
    inverseDeviation.ofRun()[row] = inverse;
  }
}

// The column sums of this block's rows to `parts`: those for the gain, those for the bias, and those of the residual's
// gradient where somebody wants them, who would have to read it once more.
__device__ void sumColumns(
    int begin,
    int end,
    int width,
    const View<const REAL>& outputGradient,
    const View<const REAL>& input,
    const REAL* mean,
    const REAL* inverseDeviation,
    const View<const REAL>& residual,
    double* parts) {
  for (int column = threadIdx.x; column < width; column += blockDim.x) {
    double ofGain = 0;
    double ofBias = 0;
#pragma unroll 4
    for (int row = begin; row < end; row++) {
      REAL gradient = outputGradient.row(row)[column];
      REAL normalized = (input.row(row)[column] - (mean == nullptr ? 0 : mean[row])) * inverseDeviation[row];
      ofGain += static_cast<double>(gradient) * normalized;
      ofBias += gradient;
    }
    parts[column] = ofGain;
    parts[width + column] = ofBias;
  }
  for (int column = threadIdx.x; residual.isGiven() && column < width; column += blockDim.x) {
    double ofResidual = 0;
#pragma unroll 4
    for (int row = begin; row < end; row++) {
      ofResidual += residual.row(row)[column];
    }
    parts[2 * width + column] = ofResidual;
  }
}

// dx = (h - <h> - n <h n>) / deviation, with h = dy gain, n the normalised row and <> the mean over the row; <h> is 0 where
// no mean was subtracted.
__device__ void differentiateRow(
    int width,
    const REAL* dy,
    const REAL* x,
    const REAL* gain,
    bool isCentred,
    REAL mean,
    REAL inverse,
    const REAL* residual,
    REAL* dx) {
  bool wide = areWide(dy, x, gain, residual, dx);
  REAL sumOfH = 0;
  REAL sumOfHN = 0;
  eachPack(laneIndex(), WARP, width, wide, [&](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> gradient = load<N>(dy + column);
    Pack<N> factor = load<N>(gain + column);
    Pack<N> at = load<N>(x + column);
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL h = gradient.values[k] * factor.values[k];
      sumOfH += h;
      sumOfHN += h * ((at.values[k] - mean) * inverse);
    }
  });
  REAL meanOfH = isCentred ? warpSum(sumOfH) / width : 0;
  REAL meanOfHN = warpSum(sumOfHN) / width;
  eachPack(laneIndex(), WARP, width, wide, [=](auto count, long column) {
    constexpr int N = decltype(count)::value;
    Pack<N> gradient = load<N>(dy + column);
    Pack<N> factor = load<N>(gain + column);
    Pack<N> at = load<N>(x + column);
    Pack<N> past = {};
    if (residual != nullptr) {
      past = load<N>(residual + column);
    }
#pragma unroll
    for (int k = 0; k < N; k++) {
      REAL h = gradient.values[k] * factor.values[k];
      REAL normalized = (at.values[k] - mean) * inverse;
      past.values[k] += (h - meanOfH - normalized * meanOfHN) * inverse;
    }
    store<N>(dx + column, past);
  });
}

// Each block takes `rowsPerBlock` rows; the last one adds up the column sums of all.
extern "C" __global__ void __launch_bounds__(256, 2) layerNormBackward(
    Rows rows,
    int width,
    int rowsPerBlock,
    View<const REAL> outputGradient,
    View<const REAL> input,
    View<const REAL> gain,
    View<const REAL> mean,
    View<const REAL> inverseDeviation,
    View<const REAL> residualGradient,
    View<REAL> residualSums,
    View<REAL> inputGradient,
    View<REAL> gainGradient,
    View<REAL> biasGradient,
    double* parts,
    unsigned* tickets) {
  int begin = blockIdx.x * rowsPerBlock;
  int end = min(begin + rowsPerBlock, rows.count());
  double* ofRun = parts + static_cast<long>(blockIdx.y) * gridDim.x * 3 * width;
  const REAL* means = mean.isGiven() ? mean.ofRun() : nullptr;
  const REAL* inverses = inverseDeviation.ofRun();
  View<const REAL> summed = residualGradient;
  if (!residualSums.isGiven()) {
    summed.data = nullptr;
  }
  sumColumns(begin, end, width, outputGradient, input, means, inverses, summed, ofRun + blockIdx.x * 3l * width);
  // The input gradient may lie where the output gradient was read.
  __syncthreads();
  for (int row = begin + warpIndex(); row < end; row += warpCount()) {
    differentiateRow(
        width,
        outputGradient.row(row),
        input.row(row),
        gain.ofRun(),
        means != nullptr,
        means != nullptr ? means[row] : 0,
        inverses[row],
        residualGradient.isGiven() ? residualGradient.row(row) : nullptr,
        inputGradient.row(row));
  }
  if (!isLastBlock(tickets + blockIdx.y, gridDim.x)) {
    return;
  }
  int sums = residualSums.isGiven() ? 3 : 2;
  for (int column = threadIdx.x; column < sums * width; column += blockDim.x) {
    if (column / width == 1 && !biasGradient.isGiven()) {
      continue;
    }
    double sum = 0;
#pragma unroll 8
    for (int block = 0; block < static_cast<int>(gridDim.x); block++) {
      sum += __ldcg(ofRun + block * 3l * width + column);
    }
    REAL* sumsOfRun = column < width ? gainGradient.ofRun()
        : column < 2 * width         ? biasGradient.ofRun()
                                     : residualSums.ofRun();
    REAL* target = sumsOfRun + column % width;
    *target = static_cast<REAL>(*target + sum);
  }
}
