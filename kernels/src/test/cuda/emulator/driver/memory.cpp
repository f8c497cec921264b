// Memory: allocation, copies, fills.
#include <cstring>
#include <memory>
#include <vector>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/settings.h"

using emulator::enqueue;
using emulator::inContext;
using emulator::machine;
using emulator::refusedByCapture;
using emulator::requireDeviceMemory;
using emulator::settings;

namespace {

char* at(CUdeviceptr address) {
  return reinterpret_cast<char*>(address);
}

bool isDevice(CUdeviceptr address, size_t bytes) {
  return bytes == 0 || machine().memory.contains(at(address), bytes);
}

bool isCapturing(CUstream stream) {
  return stream != nullptr && machine().streams.count(stream) != 0 && stream->capture != nullptr;
}

CUresult allocate(CUdeviceptr* address, size_t bytes) {
  if (bytes == 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  void* memory = machine().memory.allocate(bytes, settings().memory);
  if (memory == nullptr) {
    return CUDA_ERROR_OUT_OF_MEMORY;
  }
  *address = reinterpret_cast<CUdeviceptr>(memory);
  return CUDA_SUCCESS;
}

template <class Element>
CUresult fill(CUdeviceptr address, Element value, size_t count, CUstream stream) {
  size_t bytes = count * sizeof(Element);
  if (address % sizeof(Element) != 0 || !isDevice(address, bytes)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return enqueue(stream, CU_GRAPH_NODE_TYPE_MEMSET, [=] {
    requireDeviceMemory(at(address), bytes, "memset");
    auto* elements = reinterpret_cast<Element*>(address);
    for (size_t i = 0; i < count; i++) {
      elements[i] = value;
    }
  });
}

CUresult copyToDevice(CUdeviceptr target, const void* source, size_t bytes, CUstream stream) {
  if (!isDevice(target, bytes)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  bool late = isCapturing(stream) || machine().pinned.contains(source, bytes);
  std::shared_ptr<std::vector<char>> staged;
  if (!late) { // pageable memory is read before the call returns
    auto* begin = static_cast<const char*>(source);
    staged = std::make_shared<std::vector<char>>(begin, begin + bytes);
  }
  return enqueue(stream, CU_GRAPH_NODE_TYPE_MEMCPY, [=] {
    requireDeviceMemory(at(target), bytes, "copy to the device");
    std::memcpy(at(target), staged == nullptr ? source : staged->data(), bytes);
  });
}

CUresult copyToHost(void* target, CUdeviceptr source, size_t bytes, CUstream stream) {
  if (!isDevice(source, bytes)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  CUresult result = enqueue(stream, CU_GRAPH_NODE_TYPE_MEMCPY, [=] {
    requireDeviceMemory(at(source), bytes, "copy from the device");
    std::memcpy(target, at(source), bytes);
  });
  bool late = isCapturing(stream) || machine().pinned.contains(target, bytes);
  if (result == CUDA_SUCCESS && !late && stream != nullptr) { // pageable memory is written before the call returns
    emulator::complete(stream);
    return machine().sticky;
  }
  return result;
}

CUresult copyOnDevice(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
  if (!isDevice(source, bytes) || !isDevice(target, bytes)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  return enqueue(stream, CU_GRAPH_NODE_TYPE_MEMCPY, [=] {
    requireDeviceMemory(at(source), bytes, "copy on the device, source");
    requireDeviceMemory(at(target), bytes, "copy on the device, target");
    std::memmove(at(target), at(source), bytes);
  });
}

} // namespace

EMULATOR_EXPORT CUresult CUDAAPI cuMemGetInfo_v2(size_t* available, size_t* total) {
  return inContext([&] {
    *total = settings().memory;
    *available = *total - std::min(*total, machine().memory.liveBytes());
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  return inContext([&] {
    CUresult refused = refusedByCapture();
    return refused != CUDA_SUCCESS ? refused : allocate(address, bytes);
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemFree_v2(CUdeviceptr address) {
  return inContext([&] {
    CUresult refused = refusedByCapture();
    if (refused != CUDA_SUCCESS || address == 0) {
      return refused;
    }
    emulator::completeAll();
    return machine().memory.free(at(address)) ? machine().sticky : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemAllocAsync(CUdeviceptr* address, size_t bytes, CUstream stream) {
  return inContext([&] {
    // A real capture would make it a node of the graph; the engine plans its memory and never does that.
    return isCapturing(stream) ? CUDA_ERROR_NOT_SUPPORTED : allocate(address, bytes);
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemFreeAsync(CUdeviceptr address, CUstream stream) {
  return inContext([&] {
    if (isCapturing(stream)) {
      return CUDA_ERROR_NOT_SUPPORTED;
    }
    return enqueue(stream, CU_GRAPH_NODE_TYPE_MEM_FREE, [=] {
      if (!machine().memory.free(at(address))) {
        throw emulator::Fault(
            CUDA_ERROR_ILLEGAL_ADDRESS, "cuMemFreeAsync of an address that " + machine().memory.describe(at(address)));
      }
    });
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuDeviceGetDefaultMemPool(CUmemoryPool* pool, CUdevice) {
  *pool = nullptr;
  return CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemPoolSetAttribute(CUmemoryPool, CUmemPool_attribute, void*) {
  return CUDA_SUCCESS;
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemHostAlloc(void** address, size_t bytes, unsigned) {
  return inContext([&] {
    CUresult refused = refusedByCapture();
    if (refused != CUDA_SUCCESS) {
      return refused;
    }
    *address = bytes == 0 ? nullptr : machine().pinned.allocate(bytes);
    return bytes == 0 ? CUDA_ERROR_INVALID_VALUE : *address == nullptr ? CUDA_ERROR_OUT_OF_MEMORY : CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemFreeHost(void* address) {
  return inContext([&] {
    CUresult refused = refusedByCapture();
    if (refused != CUDA_SUCCESS) {
      return refused;
    }
    emulator::completeAll();
    return machine().pinned.free(address) ? machine().sticky : CUDA_ERROR_INVALID_VALUE;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuMemcpyHtoDAsync_v2(CUdeviceptr target, const void* source, size_t bytes, CUstream stream) {
  return inContext([&] { return copyToDevice(target, source, bytes, stream); });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuMemcpyDtoHAsync_v2(void* target, CUdeviceptr source, size_t bytes, CUstream stream) {
  return inContext([&] { return copyToHost(target, source, bytes, stream); });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuMemcpyDtoDAsync_v2(CUdeviceptr target, CUdeviceptr source, size_t bytes, CUstream stream) {
  return inContext([&] { return copyOnDevice(target, source, bytes, stream); });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuMemsetD8Async(CUdeviceptr address, unsigned char value, size_t count, CUstream stream) {
  return inContext([&] { return fill(address, value, count, stream); });
}

EMULATOR_EXPORT CUresult CUDAAPI cuMemsetD32Async(CUdeviceptr address, unsigned value, size_t count, CUstream stream) {
  return inContext([&] { return fill(address, value, count, stream); });
}
