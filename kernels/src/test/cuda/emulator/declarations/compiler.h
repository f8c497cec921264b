// NVRTC: NVIDIA's own header where it can be found, otherwise the part of it that the emulator defines.
#pragma once
#if __has_include(<nvrtc.h>)
#include <nvrtc.h>
#else
#include <cstddef>

typedef struct _nvrtcProgram* nvrtcProgram;

typedef enum {
  NVRTC_SUCCESS = 0,
  NVRTC_ERROR_OUT_OF_MEMORY = 1,
  NVRTC_ERROR_PROGRAM_CREATION_FAILURE = 2,
  NVRTC_ERROR_INVALID_INPUT = 3,
  NVRTC_ERROR_INVALID_PROGRAM = 4,
  NVRTC_ERROR_INVALID_OPTION = 5,
  NVRTC_ERROR_COMPILATION = 6,
  NVRTC_ERROR_BUILTIN_OPERATION_FAILURE = 7
} nvrtcResult;
#endif
