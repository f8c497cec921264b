// Lanes leave before a shuffle that names them.
extern "C" __global__ void early_return(float* values, int count) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= count) {
    return;
  }
  float value = values[i];
  values[i] = value + __shfl_xor_sync(0xffffffffu, value, 1);
}
