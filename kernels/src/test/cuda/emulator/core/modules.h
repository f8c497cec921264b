// Loaded programs. An image is the shared object that the emulated NVRTC made; each load has its own globals.
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "access.h"
#include "fibers.h"

struct CUmod_st;

// A kernel of a loaded program.
struct CUfunc_st {
  CUmod_st* module;
  const emulator::KernelEntry* kernel;
  int dynamicSharedLimit; // bytes that a launch may ask for
};

// Whatever still has to run one of its kernels holds a reference; `loaded` says whether that is allowed.
struct CUmod_st : std::enable_shared_from_this<CUmod_st> {
  void* library = nullptr;
  const emulator::Image* image = nullptr;
  bool loaded = true;
  std::ptrdiff_t staticSharedOffset = 0; // from the anchor
  size_t staticSharedBytes = 0;
  std::vector<std::unique_ptr<CUfunc_st>> functions;
  std::vector<void*> globals;
  emulator::CheckedProgram program;
  int file = -1; // of the image, open while it is loaded
  std::vector<emulator::AccessibleRange> segments;
  std::unique_ptr<emulator::AccessRecords> sharedRecords;

  CUmod_st() = default;
  CUmod_st(const CUmod_st&) = delete;
  CUmod_st& operator=(const CUmod_st&) = delete;
  ~CUmod_st();

  // The program's shared memory as the calling thread sees it.
  emulator::SharedMemory sharedMemory(size_t dynamicBytes) const;
  // The same memory and the program's own constants and variables, for the checks of a launch.
  void addAccessible(const emulator::SharedMemory& shared, std::vector<emulator::AccessibleRange>& ranges) const;
};

namespace emulator {

// Null where the bytes are no image of this emulator; the reason goes to `error`.
std::shared_ptr<CUmod_st> loadModule(const void* bytes, std::string& error);

} // namespace emulator
