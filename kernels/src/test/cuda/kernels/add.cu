// values += summand
extern "C" __global__ void add(float* values, int count, float summand) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < count) {
    values[i] += summand;
  }
}
