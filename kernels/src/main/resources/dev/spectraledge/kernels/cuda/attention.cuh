// What the kernels of attention share.

struct Shape {
  long headWidth;
  long causal;
  long maxKeys;
  // From one head's probabilities of a query to the next head's.
  long probabilityStride;
  long sharedElements;
  double scale;
};

struct Sequence {
  int queryBegin;
  int queries;
  int keyBegin;
  int keys;
};

// Rows of one head in global memory.
template <class T>
struct Head {
  T* data;
  long rowStride;

  __device__ Head(const View<T>& view, int firstRow, long headStride)
      : data(view.row(firstRow) + static_cast<long>(blockIdx.z) * headStride), rowStride(view.rowStride) {}

  __device__ Head(T* data, long rowStride) : data(data), rowStride(rowStride) {}

  __device__ T* row(int index) const {
    return data + index * rowStride;
  }
};

// An odd distance between rows, so that lanes which read one column of 32 rows hit 32 banks.
__device__ inline int paddedWidth(int width) {
  return width | 1;
}

__device__ Head<REAL> load(const Head<const REAL>& from, int rows, int headWidth, REAL* to) {
  int stride = paddedWidth(headWidth);
  for (int row = warpIndex(); row < rows; row += warpCount()) {
    for (int column = laneIndex(); column < headWidth; column += WARP) {
      to[row * stride + column] = from.row(row)[column];
    }
  }
  return Head<REAL>(to, stride);
}

template <class A, class B>
__device__ inline REAL dot(const A* x, const B* y, int n) {
  REAL sum = 0;
#pragma unroll 4
  for (int i = 0; i < n; i++) {
    sum = multiplyAdd(x[i], y[i], sum);
  }
  return sum;
}

// The last query stands at the last key, unless there are fewer keys than queries.
__device__ inline int visibleKeys(const Shape& shape, int query, int queries, int keys) {
  return shape.causal != 0 ? min(query + 1 + max(keys - queries, 0), keys) : keys;
}

__device__ inline int firstQuery(const Shape& shape, int key, int queries, int keys) {
  return shape.causal != 0 ? max(key - max(keys - queries, 0), 0) : 0;
}
