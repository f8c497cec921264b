// Four neighbours in one access, which an address that is no multiple of 16 does not allow.
extern "C" __global__ void load_vector(const float* values, int first, float4* target) {
  *target = *reinterpret_cast<const float4*>(values + first);
}
