// Matrix products, column-major as cuBLAS has them. Sums have the precision of the product, and an order that depends on its
// sizes, on how its matrices are aligned and on the math mode, as cuBLAS may choose another kernel for each.
#pragma once
#include <string>

#include "../declarations/blas.h"

namespace emulator {

struct Operand {
  const void* data;
  cudaDataType type;
  bool transposed;
  long long leadingDimension;
  long long stride; // elements from one product of a batch to the next
};

struct Product {
  std::string name;
  long long m, n, k;
  Operand a, b;
  Operand c; // read where beta is not 0
  Operand d; // written; may be c
  double alpha, beta;
  const void* alphaOnDevice = nullptr; // instead of the values: read when the product runs
  const void* betaOnDevice = nullptr;
  cudaDataType scaleType;
  bool tf32;
  int math = 0; // a cublasMath_t
  int batch;
  const void* bias = nullptr; // m elements of D's type per product
  long long biasStride = 0;
};

// CUBLAS_STATUS_SUCCESS, or what is wrong with the arguments.
cublasStatus_t check(const Product& product);

// Runs the product; throws Fault where it would leave the allocations.
void multiply(const Product& product);

double number(const void* value, cudaDataType type);

} // namespace emulator
