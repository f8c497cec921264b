#include "common.cuh"

// How the derivative by the target's logit is computed; CrossEntropy.java gives the number.
enum LossGradient { ACCURATE, ROUNDED, ROUNDED_DOUBLE };

struct Statistics {
  double loss;
  double correct;
  double weight;
};

// The first place of the largest of `count` logits, in every lane. A NaN is never the largest.
__device__ int firstLargest(const REAL* logits, int count, REAL& largest) {
  REAL own = negativeInfinity();
  int place = count;
  for (int column = laneIndex(); column < count; column += WARP) {
    if (logits[column] > own) {
      own = logits[column];
      place = column;
    }
  }
  largest = warpMax(own);
  // Lanes whose largest is smaller do not take part; of the others the first place counts.
  int first = own == largest ? place : count;
#pragma unroll
  for (int offset = WARP / 2; offset > 0; offset /= 2) {
    first = min(first, __shfl_xor_sync(ALL_LANES, first, offset));
  }
  return first;
}

// The sum of exp(logit - largest) over all classes but one.
__device__ double sumOfOthers(const REAL* logits, int count, REAL largest, int excluded) {
  double sum = 0;
  for (int column = laneIndex(); column < count; column += WARP) {
    sum += column == excluded ? static_cast<REAL>(0) : exponential(logits[column] - largest);
  }
  return warpSum(sum);
}

// p - 1, with every step of the logarithmic softmax and p itself rounded to the type of the logits.
__device__ REAL roundedDerivative(double margin, double rest) {
  return exponential(static_cast<REAL>(-margin) - log(static_cast<REAL>(1 + rest))) - 1;
}

// With the largest logit m at class k and R = sum over j != k of exp(l_j - m), the loss is log(1 + R) + m - l_target;
// keeping R apart from the 1 saves the digits of a loss near zero and of the gradient there.
__device__ void lossOfRow(
    const REAL* logits,
    int classes,
    int target,
    double weight,
    REAL* gradient,
    int lossGradient,
    Statistics& statistics) {
  REAL largest;
  int prediction = firstLargest(logits, classes, largest);
  double rest = sumOfOthers(logits, classes, largest, prediction);
  double margin = static_cast<double>(largest) - logits[target];
  if (gradient != nullptr) {
    REAL ofTarget = exponential(logits[target] - largest);
    // The gradient may be the logits.
    __syncwarp();
    REAL factor = static_cast<REAL>(weight / (1 + rest));
    for (int column = laneIndex(); column < classes; column += WARP) {
      if (column == target) {
        double derivative = target == prediction ? -rest / (1 + rest) : ofTarget / (1 + rest) - 1;
        if (lossGradient == ROUNDED) {
          derivative = roundedDerivative(margin, rest);
        } else if (lossGradient == ROUNDED_DOUBLE) {
          derivative = exp(-margin - log(1 + rest)) - 1;
        }
        gradient[column] = static_cast<REAL>(weight * derivative);
      } else {
        gradient[column] = factor * exponential(logits[column] - largest);
      }
    }
  }
  statistics.loss += weight * (log1p(rest) + margin);
  statistics.correct += target == prediction ? weight : 0;
  statistics.weight += weight;
}

__device__ double sumOfParts(const double* parts, int blocks, int statistic) {
  double sum = 0;
  for (int block = laneIndex(); block < blocks; block += WARP) {
    sum += __ldcg(parts + block * 3 + statistic);
  }
  return warpSum(sum);
}

// One warp a row; the last block adds the statistics of all.
extern "C" __global__ void __launch_bounds__(256, 2) crossEntropy(
    Rows rows,
    int classes,
    View<const REAL> logits,
    View<const int> targets,
    View<const REAL> weights,
    View<REAL> logitsGradient,
    int lossGradient,
    View<double> statistics,
    double* parts,
    unsigned* tickets,
    Fault* fault) {
  __shared__ Statistics ofWarps[WARP];
  int count = rows.count();
  Statistics own = {0, 0, 0};
  for (int row = blockIdx.x * warpCount() + warpIndex(); row < count; row += gridDim.x * warpCount()) {
    int target = targets.ofRun()[row];
    REAL* gradient = logitsGradient.isGiven() ? logitsGradient.row(row) : nullptr;
    if (target >= 0 && target < classes) {
      lossOfRow(logits.row(row), classes, target, weights.ofRun()[row], gradient, lossGradient, own);
    } else {
      if (target >= classes && laneIndex() == 0) {
        report(fault, FAULT_TARGET, target, row, classes);
      }
      for (int column = laneIndex(); gradient != nullptr && column < classes; column += WARP) {
        gradient[column] = 0;
      }
    }
  }
  if (laneIndex() == 0) {
    ofWarps[warpIndex()] = own;
  }
  __syncthreads();
  double* ofRun = parts + static_cast<long>(blockIdx.y) * gridDim.x * 3;
  if (threadIdx.x == 0) {
    Statistics sum = {0, 0, 0};
    for (int warp = 0; warp < warpCount(); warp++) {
      sum.loss += ofWarps[warp].loss;
      sum.correct += ofWarps[warp].correct;
      sum.weight += ofWarps[warp].weight;
    }
    ofRun[blockIdx.x * 3] = sum.loss;
    ofRun[blockIdx.x * 3 + 1] = sum.correct;
    ofRun[blockIdx.x * 3 + 2] = sum.weight;
  }
  if (!isLastBlock(tickets + blockIdx.y, gridDim.x) || warpIndex() != 0) {
    return;
  }
  for (int statistic = 0; statistic < 3; statistic++) {
    double sum = sumOfParts(ofRun, gridDim.x, statistic);
    if (laneIndex() == 0) {
      statistics.ofRun()[statistic] += sum;
    }
  }
}

// One warp a sequence, one block a run: only evaluations ask for it.
extern "C" __global__ void __launch_bounds__(256, 2) sequenceAccuracy(
    Sequences sequences,
    int classes,
    View<const REAL> logits,
    View<const int> targets,
    View<const REAL> weights,
    View<double> statistics) {
  __shared__ Statistics ofWarps[WARP];
  const int* table = sequences.ofRun();
  Statistics own = {0, 0, 0};
  for (int index = warpIndex(); index < table[0]; index += warpCount()) {
    int begin = table[1 + index];
    bool isCounted = false;
    bool isRight = true;
    for (int row = begin; row < table[2 + index]; row++) {
      int target = targets.ofRun()[row];
      if (target >= 0) {
        REAL largest;
        isCounted = true;
        isRight = firstLargest(logits.row(row), classes, largest) == target && isRight;
      }
    }
    if (isCounted) {
      double weight = weights.ofRun()[begin];
      own.correct += isRight ? weight : 0;
      own.weight += weight;
    }
  }
  if (laneIndex() == 0) {
    ofWarps[warpIndex()] = own;
  }
  __syncthreads();
  if (threadIdx.x == 0) {
    for (int warp = 0; warp < warpCount(); warp++) {
      statistics.ofRun()[1] += ofWarps[warp].correct;
      statistics.ofRun()[2] += ofWarps[warp].weight;
    }
  }
}
