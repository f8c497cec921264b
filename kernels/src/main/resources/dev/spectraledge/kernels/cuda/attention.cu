#include "common.cuh"
#include "attention.cuh"

// One block for each sequence, run and head (blockIdx.x, y, z); blocks beyond the sequences of their run end at once, so
// that a recording serves batches of any number of sequences. A sequence whose keys and values fit into the shared memory
// of the launch is computed there, a longer one from global memory.

// Whether this block has a sequence; one with more keys than the probabilities have room for is refused.
__device__ bool find(
    const Sequences& queries, const Sequences& keys, int maxKeys, Sequence& sequence, Fault* fault) {
  const int* ofQueries = queries.ofRun();
  const int* ofKeys = keys.ofRun();
  int index = blockIdx.x;
  if (index >= ofQueries[0] || index >= ofKeys[0]) {
    return false;
  }
  sequence.queryBegin = ofQueries[1 + index];
  sequence.queries = ofQueries[2 + index] - sequence.queryBegin;
  sequence.keyBegin = ofKeys[1 + index];
  sequence.keys = ofKeys[2 + index] - sequence.keyBegin;
  if (sequence.keys > maxKeys) {
    if (threadIdx.x == 0) {
      report(fault, FAULT_KEYS, sequence.keys, index, maxKeys);
    }
    return false;
  }
  return true;
}

// Softmax of the products of one query with its keys: a key a lane.
template <class Keys>
__device__ void softmax(const Shape& shape, const REAL* query, const Keys& keys, int visible, REAL* scores, REAL* out) {
  REAL largest = negativeInfinity();
  for (int j = laneIndex(); j < visible; j += WARP) {
    REAL score = dot(query, keys.row(j), static_cast<int>(shape.headWidth)) * static_cast<REAL>(shape.scale);
    scores[j] = score;
    largest = score > largest ? score : largest;
  }
  largest = warpMax(largest);
  REAL sum = 0;
  for (int j = laneIndex(); j < visible; j += WARP) {
    REAL term = exponential(scores[j] - largest);
    scores[j] = term;
    sum += term;
  }
  sum = warpSum(sum);
  for (int j = laneIndex(); j < visible; j += WARP) {
    REAL probability = scores[j] / sum;
    scores[j] = probability;
    out[j] = probability;
  }
  // Every lane reads all of them next.
  __syncwarp();
}

// One row of a product with a matrix of `rows` rows, column by column a lane: out[c] = sum over r of factors[r] m[r][c].
template <class Matrix>
__device__ inline void combine(const REAL* factors, const Matrix& matrix, int rows, int headWidth, REAL* out) {
  for (int column = laneIndex(); column < headWidth; column += WARP) {
    REAL sum = 0;
#pragma unroll 4
    for (int row = 0; row < rows; row++) {
      sum = multiplyAdd(factors[row], matrix.row(row)[column], sum);
    }
    out[column] = sum;
  }
}

extern "C" __global__ void __launch_bounds__(256, 2) attention(
    Shape shape,
    Sequences queries,
    Sequences keys,
    View<const REAL> query,
    View<const REAL> key,
    View<const REAL> value,
    View<REAL> probabilities,
    View<REAL> output,
    Fault* fault) {
  extern __shared__ char sharedMemory[];
  REAL* shared = reinterpret_cast<REAL*>(sharedMemory);
  Sequence sequence;
  if (!find(queries, keys, static_cast<int>(shape.maxKeys), sequence, fault)) {
    return;
  }
  int width = static_cast<int>(shape.headWidth);
  Head<const REAL> q(query, sequence.queryBegin, width);
  Head<const REAL> k(key, sequence.keyBegin, width);
  Head<const REAL> v(value, sequence.keyBegin, width);
  Head<REAL> p(probabilities, sequence.queryBegin, shape.probabilityStride);
  Head<REAL> o(output, sequence.queryBegin, width);
  int matrix = sequence.keys * paddedWidth(width);
  int perWarp = width + sequence.keys;
  if (2 * matrix + warpCount() * perWarp > shape.sharedElements) {
    for (int i = warpIndex(); i < sequence.queries; i += warpCount()) {
      int visible = visibleKeys(shape, i, sequence.queries, sequence.keys);
      softmax(shape, q.row(i), k, visible, p.row(i), p.row(i));
      combine(p.row(i), v, visible, width, o.row(i));
    }
    return;
  }
  Head<REAL> nearKeys = load(k, sequence.keys, width, shared);
  Head<REAL> nearValues = load(v, sequence.keys, width, shared + matrix);
  REAL* nearQuery = shared + 2 * matrix + warpIndex() * perWarp;
  REAL* scores = nearQuery + width;
  __syncthreads();
  for (int i = warpIndex(); i < sequence.queries; i += warpCount()) {
    for (int column = laneIndex(); column < width; column += WARP) {
      nearQuery[column] = q.row(i)[column];
    }
    __syncwarp();
    int visible = visibleKeys(shape, i, sequence.queries, sequence.keys);
    softmax(shape, nearQuery, nearKeys, visible, scores, p.row(i));
    combine(scores, nearValues, visible, width, o.row(i));
    // The next query overwrites what lanes still read.
    __syncwarp();
  }
}

// The derivatives by the scores of one query, s P_j (dP_j - sum over l of P_l dP_l) with dP_j = dO V_j: a key a lane.
template <class Values>
__device__ void differentiateSoftmax(
    const Shape& shape, const REAL* outputGradient, const Values& values, int visible, const REAL* p, REAL* scores) {
  REAL sum = 0;
  for (int j = laneIndex(); j < visible; j += WARP) {
    REAL derivative = dot(outputGradient, values.row(j), static_cast<int>(shape.headWidth));
    scores[j] = derivative;
    sum += p[j] * derivative;
  }
  REAL mean = warpSum(sum);
  for (int j = laneIndex(); j < visible; j += WARP) {
    scores[j] = static_cast<REAL>(shape.scale) * p[j] * (scores[j] - mean);
  }
  __syncwarp();
}

// dK_j = sum over i of dS_ij Q_i and dV_j = sum over i of P_ij dO_i, over the queries that see the key.
template <class Queries, class Gradients>
__device__ inline void differentiateKey(
    const Shape& shape,
    int key,
    int queries,
    int keys,
    const Head<REAL>& scores,
    const REAL* p,
    long probabilityStride,
    const Queries& q,
    const Gradients& dO,
    REAL* dK,
    REAL* dV) {
  for (int column = laneIndex(); column < shape.headWidth; column += WARP) {
    REAL ofKey = 0;
    REAL ofValue = 0;
#pragma unroll 4
    for (int i = firstQuery(shape, key, queries, keys); i < queries; i++) {
      ofKey = multiplyAdd(scores.row(i)[key], q.row(i)[column], ofKey);
      ofValue = multiplyAdd(p[i * probabilityStride + key], dO.row(i)[column], ofValue);
    }
    dK[column] = ofKey;
    dV[column] = ofValue;
  }
}

// `farScores` has the shape of the probabilities, without holes; it is used by sequences that do not fit into shared memory.
extern "C" __global__ void __launch_bounds__(256, 2) attentionBackward(
    Shape shape,
    Sequences queries,
    Sequences keys,
    View<const REAL> outputGradient,
    View<const REAL> query,
    View<const REAL> key,
    View<const REAL> value,
    View<const REAL> probabilities,
    View<REAL> queryGradient,
    View<REAL> keyGradient,
    View<REAL> valueGradient,
    View<REAL> farScores,
    Fault* fault) {
  extern __shared__ char sharedMemory[];
  REAL* shared = reinterpret_cast<REAL*>(sharedMemory);
  Sequence sequence;
  if (!find(queries, keys, static_cast<int>(shape.maxKeys), sequence, fault)) {
    return;
  }
  int width = static_cast<int>(shape.headWidth);
  int count = sequence.queries;
  Head<const REAL> dO(outputGradient, sequence.queryBegin, width);
  Head<const REAL> q(query, sequence.queryBegin, width);
  Head<const REAL> k(key, sequence.keyBegin, width);
  Head<const REAL> v(value, sequence.keyBegin, width);
  Head<const REAL> p(probabilities, sequence.queryBegin, shape.probabilityStride);
  Head<REAL> dQ(queryGradient, sequence.queryBegin, width);
  Head<REAL> dK(keyGradient, sequence.keyBegin, width);
  Head<REAL> dV(valueGradient, sequence.keyBegin, width);
  // First keys and values are in shared memory, later queries and output gradients in their place.
  long matrix = static_cast<long>(max(count, sequence.keys)) * paddedWidth(width);
  long scoreElements = static_cast<long>(count) * paddedWidth(sequence.keys);
  long needed = 2 * matrix + scoreElements + warpCount() * width;
  if (needed > shape.sharedElements) {
    Head<REAL> scores(farScores, sequence.queryBegin, shape.maxKeys);
    for (int i = warpIndex(); i < count; i += warpCount()) {
      int visible = visibleKeys(shape, i, sequence.queries, sequence.keys);
      differentiateSoftmax(shape, dO.row(i), v, visible, p.row(i), scores.row(i));
      combine(scores.row(i), k, visible, width, dQ.row(i));
    }
    __syncthreads();
    for (int j = warpIndex(); j < sequence.keys; j += warpCount()) {
      differentiateKey(shape, j, count, sequence.keys, scores, p.data, p.rowStride, q, dO, dK.row(j), dV.row(j));
    }
    return;
  }
  Head<REAL> nearKeys = load(k, sequence.keys, width, shared);
  Head<REAL> nearValues = load(v, sequence.keys, width, shared + matrix);
  Head<REAL> scores(shared + 2 * matrix, paddedWidth(sequence.keys));
  REAL* nearGradient = shared + 2 * matrix + scoreElements + warpIndex() * width;
  // The probabilities, too, where there is room for them.
  bool hasRoom = needed + scoreElements <= shape.sharedElements;
  REAL* nearProbabilities = shared + needed;
  __syncthreads();
  for (int i = warpIndex(); i < count; i += warpCount()) {
    for (int column = laneIndex(); column < width; column += WARP) {
      nearGradient[column] = dO.row(i)[column];
    }
    int visible = visibleKeys(shape, i, sequence.queries, sequence.keys);
    for (int j = laneIndex(); hasRoom && j < visible; j += WARP) {
      nearProbabilities[i * scores.rowStride + j] = p.row(i)[j];
    }
    __syncwarp();
    differentiateSoftmax(shape, nearGradient, nearValues, visible, p.row(i), scores.row(i));
    combine(scores.row(i), nearKeys, visible, width, dQ.row(i));
    __syncwarp();
  }
  __syncthreads();
  Head<REAL> nearQueries = load(q, count, width, shared);
  Head<REAL> nearGradients = load(dO, count, width, shared + matrix);
  __syncthreads();
  for (int j = warpIndex(); j < sequence.keys; j += warpCount()) {
    differentiateKey(
        shape,
        j,
        count,
        sequence.keys,
        scores,
        hasRoom ? nearProbabilities : p.data,
        hasRoom ? scores.rowStride : p.rowStride,
        nearQueries,
        nearGradients,
        dK.row(j),
        dV.row(j));
  }
}
