// Two sums through the same shared memory, with nothing between the reading of the first and the writing of the second.
// In any fixed order of the lanes, the result is right.
__device__ int first_of_block(int value) {
  __shared__ int shared;
  if (threadIdx.x == 0) {
    shared = value;
  }
  __syncthreads();
  return shared;
}

extern "C" __global__ void reused_shared(int* values) {
  int sum = first_of_block(1);
  sum += first_of_block(2);
  values[threadIdx.x] = sum;
}
