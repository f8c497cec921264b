// Initialisation, devices, contexts, errors.
#include <cstdio>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/settings.h"

using emulator::currentContext;
using emulator::inContext;
using emulator::machine;
using emulator::settings;

namespace {

struct ErrorText {
  CUresult code;
  const char* name;
  const char* text;
};

#define ERROR(code, text) {code, #code, text}
constexpr ErrorText errorTexts[] = {
    ERROR(CUDA_SUCCESS, "no error"),
    ERROR(CUDA_ERROR_INVALID_VALUE, "invalid argument"),
    ERROR(CUDA_ERROR_OUT_OF_MEMORY, "out of memory"),
    ERROR(CUDA_ERROR_NOT_INITIALIZED, "initialization error"),
    ERROR(CUDA_ERROR_NO_DEVICE, "no CUDA-capable device is detected"),
    ERROR(CUDA_ERROR_INVALID_DEVICE, "invalid device ordinal"),
    ERROR(CUDA_ERROR_INVALID_IMAGE, "device kernel image is invalid"),
    ERROR(CUDA_ERROR_INVALID_CONTEXT, "invalid device context"),
    ERROR(CUDA_ERROR_INVALID_HANDLE, "invalid resource handle"),
    ERROR(CUDA_ERROR_ILLEGAL_STATE, "the operation cannot be performed in the present state"),
    ERROR(CUDA_ERROR_NOT_FOUND, "named symbol not found"),
    ERROR(CUDA_ERROR_NOT_READY, "device not ready"),
    ERROR(CUDA_ERROR_ILLEGAL_ADDRESS, "an illegal memory access was encountered"),
    ERROR(CUDA_ERROR_LAUNCH_FAILED, "unspecified launch failure"),
    ERROR(CUDA_ERROR_NOT_SUPPORTED, "operation not supported"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED, "operation not permitted when stream is capturing"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_INVALIDATED, "operation failed due to a previous error during capture"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_MERGE, "operation would result in a merge of separate capture sequences"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_UNMATCHED, "capture was not ended in the same stream as it began"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_UNJOINED, "capturing stream has unjoined work"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_ISOLATION, "dependency created on uncaptured work in another stream"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_IMPLICIT, "operation would make the legacy stream depend on a capturing stream"),
    ERROR(CUDA_ERROR_CAPTURED_EVENT, "operation not permitted on an event last recorded in a capturing stream"),
    ERROR(CUDA_ERROR_STREAM_CAPTURE_WRONG_THREAD, "attempt to terminate a capture from another thread"),
};
#undef ERROR

const ErrorText* errorText(CUresult code) {
  for (const ErrorText& error : errorTexts) {
    if (error.code == code) {
      return &error;
    }
  }
  return nullptr;
}

// Runs the body of a call that needs no context.
template <class Body>
CUresult initialised(Body body) {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  return machine().initialised ? body() : CUDA_ERROR_NOT_INITIALIZED;
}

int attribute(CUdevice_attribute attribute) {
  switch (attribute) {
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_X:
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Y:
      return 1024;
    case CU_DEVICE_ATTRIBUTE_MAX_BLOCK_DIM_Z:
      return 64;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_X:
      return 2147483647;
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Y:
    case CU_DEVICE_ATTRIBUTE_MAX_GRID_DIM_Z:
      return 65535;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK:
      return 48 << 10;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
      return emulator::dynamicSharedLimit;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_MULTIPROCESSOR:
      return 233472;
    case CU_DEVICE_ATTRIBUTE_WARP_SIZE:
      return 32;
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
      return 132;
    case CU_DEVICE_ATTRIBUTE_MAX_THREADS_PER_MULTIPROCESSOR:
      return 2048;
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
      return 1980000;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
      return 60 << 20;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      return settings().architecture / 10;
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
      return settings().architecture % 10;
    default:
      return 0;
  }
}

} // namespace

EMULATOR_EXPORT CUresult CUDAAPI cuInit(unsigned flags) {
  std::lock_guard<std::recursive_mutex> guard(machine().lock);
  if (flags != 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (settings().devices == 0) {
    return CUDA_ERROR_NO_DEVICE;
  }
  machine().initialised = true;
  return CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuDriverGetVersion(int* version) {
  *version = settings().driverVersion;
  return CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuGetErrorName(CUresult error, const char** name) {
  const ErrorText* found = errorText(error);
  *name = found == nullptr ? nullptr : found->name;
  return found == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuGetErrorString(CUresult error, const char** text) {
  const ErrorText* found = errorText(error);
  *text = found == nullptr ? nullptr : found->text;
  return found == nullptr ? CUDA_ERROR_INVALID_VALUE : CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceGetCount(int* count) {
  return initialised([&] {
    *count = settings().devices;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceGet(CUdevice* device, int ordinal) {
  return initialised([&] {
    if (ordinal < 0 || ordinal >= settings().devices) {
      return CUDA_ERROR_INVALID_DEVICE;
    }
    *device = ordinal;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceGetName(char* name, int length, CUdevice) {
  return initialised([&] {
    std::snprintf(name, static_cast<size_t>(length), "Emulated");
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceGetAttribute(int* value, CUdevice_attribute which, CUdevice) {
  return initialised([&] {
    *value = attribute(which);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceTotalMem_v2(size_t* bytes, CUdevice) {
  return initialised([&] {
    *bytes = settings().memory;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  return initialised([&] {
    if (device < 0 || device >= settings().devices) {
      return CUDA_ERROR_INVALID_DEVICE;
    }
    machine().retained++;
    *context = &machine().context;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDevicePrimaryCtxRelease_v2(CUdevice) {
  return initialised([] {
    if (machine().retained == 0) {
      return CUDA_ERROR_INVALID_CONTEXT;
    }
    if (--machine().retained == 0) {
      emulator::destroyContext();
    }
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuCtxSetCurrent(CUcontext context) {
  return initialised([&] {
    if (context != nullptr && context != &machine().context) {
      return CUDA_ERROR_INVALID_CONTEXT;
    }
    currentContext() = context;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuCtxGetCurrent(CUcontext* context) {
  return initialised([&] {
    *context = currentContext();
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuCtxSynchronize() {
  return inContext([] {
    for (auto& [handle, stream] : machine().streams) {
      if (stream->capture != nullptr) {
        stream->capture->invalidated = true;
        return CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED;
      }
    }
    emulator::completeAll();
    return machine().sticky;
  });
}
