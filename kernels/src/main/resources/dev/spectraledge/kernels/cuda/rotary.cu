#include "common.cuh"

struct Shape {
  long heads;
  long headWidth;
  long pairs;
  // Whether the columns of a pair are neighbours; otherwise they are `pairs` apart.
  long areNeighbours;
};

// One block a row. Rotates by the angles of the row's position, or back where `sign` is -1. A row of the table has the cosines
// of all pairs, then their sines.
extern "C" __global__ void __launch_bounds__(256, 2) rotary(
    Rows rows,
    Shape shape,
    int sign,
    View<const int> positions,
    View<const REAL> angles,
    int positionCount,
    View<const REAL> input,
    View<REAL> output,
    Fault* fault) {
  int row = blockIdx.x;
  if (row >= rows.count()) {
    return;
  }
  int position = positions.ofRun()[row];
  if (position < 0 || position >= positionCount) {
    if (threadIdx.x == 0) {
      report(fault, FAULT_POSITION, position, row, positionCount);
    }
    return;
  }
  const REAL* cosines = angles.row(position);
  const REAL* sines = cosines + shape.pairs;
  const REAL* from = input.row(row);
  REAL* to = output.row(row);
  int pairs = static_cast<int>(shape.pairs);
  int headWidth = static_cast<int>(shape.headWidth);
  int heads = static_cast<int>(shape.heads);
  for (int i = threadIdx.x; i < heads * pairs; i += blockDim.x) {
    int pair = i % pairs;
    int first = i / pairs * headWidth + (shape.areNeighbours != 0 ? 2 * pair : pair);
    int second = first + (shape.areNeighbours != 0 ? 1 : pairs);
    REAL cosine = cosines[pair];
    REAL sine = static_cast<REAL>(sign) * sines[pair];
    REAL a = from[first];
    REAL b = from[second];
    to[first] = a * cosine - b * sine;
    to[second] = a * sine + b * cosine;
  }
  int rest = from == to ? 0 : headWidth - 2 * pairs;
  for (int i = threadIdx.x; i < heads * rest; i += blockDim.x) {
    int column = i / rest * headWidth + 2 * pairs + i % rest;
    to[column] = from[column];
  }
}
