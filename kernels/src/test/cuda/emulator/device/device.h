// CUDA C for g++: what NVRTC predefines for a kernel source, and nothing that it does not. A name that is missing here
// but exists in CUDA may be added; a name that NVRTC lacks (INFINITY, uint32_t, ...) must stay unknown.
#pragma once
#include "abi.h"
#include "language.h"
#include "vector_types.h"
#include "arithmetic.h"
#include "mathematics.h"
#include "warp.h"
#include "atomics.h"
