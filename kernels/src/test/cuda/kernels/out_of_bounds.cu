// Forgets to compare the index with the number of elements.
extern "C" __global__ void out_of_bounds(float* values, int) {
  values[blockIdx.x * blockDim.x + threadIdx.x] = 1.0f;
}
