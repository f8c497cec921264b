// Modules, functions and launches.
#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "../core/api.h"
#include "../core/machine.h"
#include "../core/modules.h"
#include "../core/settings.h"

using emulator::inContext;
using emulator::machine;

namespace {

bool known(CUfunction function) {
  for (const auto& [handle, module] : machine().modules) {
    for (const auto& own : module->functions) {
      if (own.get() == function) {
        return true;
      }
    }
  }
  return false;
}

template <class Body>
CUresult withFunction(CUfunction function, Body body) {
  return inContext([&] { return known(function) ? body() : CUDA_ERROR_INVALID_HANDLE; });
}

// Counts a launch down; whether this is the one at which a test wants a fault. Processes that are told of a common file
// have it once together, for a device that recovers.
bool happensNow(long& countdown, const char* fault) {
  if (countdown == 0 || --countdown != 0) {
    return false;
  }
  const std::string& once = emulator::settings().faultsOnce;
  if (once.empty()) {
    return true;
  }
  int file = open((once + "." + fault).c_str(), O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (file >= 0) {
    close(file);
  }
  return file >= 0;
}

// A launch with the values that its parameters had when it was made.
class Launch {
 public:
  Launch(CUfunction function, emulator::dim3 blocks, emulator::dim3 threads, unsigned dynamicShared, void** parameters)
      : module_(function->module->shared_from_this()), function_(function), blocks_(blocks), threads_(threads), dynamicShared_(dynamicShared) {
    const emulator::KernelEntry& kernel = *function->kernel;
    size_t bytes = 0;
    for (unsigned i = 0; i < kernel.parameterCount; i++) {
      bytes += (kernel.parameterSizes[i] + 15u) & ~15u;
    }
    values_.resize(bytes / 16);
    char* value = reinterpret_cast<char*>(values_.data());
    for (unsigned i = 0; i < kernel.parameterCount; i++) {
      std::memcpy(value, parameters[i], kernel.parameterSizes[i]);
      value += (kernel.parameterSizes[i] + 15u) & ~15u;
    }
  }

  void run() const {
    const emulator::KernelEntry& kernel = *function_->kernel;
    emulator::Settings& settings = emulator::settings();
    if (!module_->loaded) {
      throw emulator::Fault(
          CUDA_ERROR_LAUNCH_FAILED, std::string("kernel ") + kernel.name + ": its module has been unloaded");
    }
    machine().kernelsRun++;
    if (happensNow(settings.failLaunch, "fail")) {
      throw emulator::Fault(
          CUDA_ERROR_LAUNCH_FAILED, std::string("kernel ") + kernel.name + ": failed because a test asked for it");
    }
    if (happensNow(settings.hangLaunch, "hang")) {
      std::fprintf(stderr, "emulated CUDA: kernel %s: hangs because a test asked for it\n", kernel.name);
      for (;;) {
        pause();
      }
    }
    std::vector<void*> addresses(kernel.parameterCount);
    const char* value = reinterpret_cast<const char*>(values_.data());
    for (unsigned i = 0; i < kernel.parameterCount; i++) {
      addresses[i] = const_cast<char*>(value);
      value += (kernel.parameterSizes[i] + 15u) & ~15u;
    }
    emulator::SharedMemory shared = module_->sharedMemory(dynamicShared_);
    std::unique_ptr<emulator::AccessChecks> checks;
    if (settings.check) {
      std::vector<emulator::AccessibleRange> ranges = machine().memory.accessible();
      module_->addAccessible(shared, ranges);
      checks = std::make_unique<emulator::AccessChecks>(std::move(ranges), module_->program);
    }
    emulator::runGrid(
        {&kernel, addresses.data(), blocks_, threads_, shared, static_cast<emulator::LaneOrder>(settings.order)});
    checks.reset();
    std::string wrong = machine().memory.check();
    if (!wrong.empty()) {
      throw emulator::Fault(CUDA_ERROR_LAUNCH_FAILED, std::string("kernel ") + kernel.name + ": " + wrong);
    }
  }

 private:
  struct alignas(16) Slot {
    char bytes[16];
  };

  std::shared_ptr<CUmod_st> module_;
  CUfunction function_;
  emulator::dim3 blocks_;
  emulator::dim3 threads_;
  unsigned dynamicShared_;
  std::vector<Slot> values_;
};

// Why a configuration is impossible, or an empty text.
std::string refusal(const CUfunc_st& function, emulator::dim3 blocks, emulator::dim3 threads, unsigned dynamicShared) {
  unsigned long long count = 1ull * threads.x * threads.y * threads.z;
  if (count == 0 || blocks.x == 0 || blocks.y == 0 || blocks.z == 0) {
    return "an empty grid or block";
  }
  if (count > 1024 || threads.z > 64) {
    return "a block of more than 1024 threads, or more than 64 in z";
  }
  if (count > function.kernel->maximumThreads) {
    return "a block larger than the kernel's __launch_bounds__";
  }
  if (blocks.x > 2147483647u || blocks.y > 65535 || blocks.z > 65535) {
    return "a grid of more than 65535 blocks in y or z";
  }
  if (dynamicShared > static_cast<unsigned>(function.dynamicSharedLimit)) {
    return "more dynamic shared memory than CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES allows";
  }
  return "";
}

struct Symbol {
  void* address;
  size_t bytes;
};

bool findGlobal(const CUmod_st& module, const char* name, Symbol& symbol) {
  symbol.address = dlsym(module.library, name);
  Dl_info information;
  const ElfW(Sym)* entry = nullptr;
  if (symbol.address == nullptr ||
      dladdr1(symbol.address, &information, reinterpret_cast<void**>(const_cast<ElfW(Sym)**>(&entry)), RTLD_DL_SYMENT) ==
          0 ||
      entry == nullptr || ELF64_ST_TYPE(entry->st_info) != STT_OBJECT) {
    return false;
  }
  symbol.bytes = entry->st_size;
  return true;
}

} // namespace

EMULATOR_EXPORT CUresult CUDAAPI cuModuleLoadData(CUmodule* module, const void* image) {
  return inContext([&] {
    CUresult refused = emulator::refusedByCapture();
    if (refused != CUDA_SUCCESS) {
      return refused;
    }
    std::string error;
    std::shared_ptr<CUmod_st> loaded = emulator::loadModule(image, error);
    if (loaded == nullptr) {
      std::fprintf(stderr, "emulated CUDA: cuModuleLoadData: %s\n", error.c_str());
      return CUDA_ERROR_INVALID_IMAGE;
    }
    *module = loaded.get();
    machine().modules[*module] = std::move(loaded);
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, CUjit_option*, void**) {
  return cuModuleLoadData(module, image);
}

EMULATOR_EXPORT CUresult CUDAAPI cuModuleUnload(CUmodule module) {
  return inContext([&] {
    auto found = machine().modules.find(module);
    if (found == machine().modules.end()) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    emulator::completeAll();
    for (void* global : module->globals) {
      machine().memory.forget(global);
    }
    module->loaded = false;
    machine().modules.erase(found);
    return machine().sticky;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  return inContext([&] {
    if (machine().modules.count(module) == 0) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    for (const auto& own : module->functions) {
      if (std::strcmp(own->kernel->name, name) == 0) {
        *function = own.get();
        return CUDA_SUCCESS;
      }
    }
    return CUDA_ERROR_NOT_FOUND;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuModuleGetGlobal_v2(CUdeviceptr* address, size_t* bytes, CUmodule module, const char* name) {
  return inContext([&] {
    Symbol symbol;
    if (machine().modules.count(module) == 0) {
      return CUDA_ERROR_INVALID_HANDLE;
    }
    if (!findGlobal(*module, name, symbol)) {
      return CUDA_ERROR_NOT_FOUND;
    }
    if (std::find(module->globals.begin(), module->globals.end(), symbol.address) == module->globals.end()) {
      module->globals.push_back(symbol.address);
      machine().memory.adopt(symbol.address, symbol.bytes);
    }
    *address = reinterpret_cast<CUdeviceptr>(symbol.address);
    *bytes = symbol.bytes;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuFuncSetAttribute(CUfunction function, CUfunction_attribute attribute, int value) {
  return withFunction(function, [&] {
    if (attribute == CU_FUNC_ATTRIBUTE_PREFERRED_SHARED_MEMORY_CARVEOUT) {
      return CUDA_SUCCESS;
    }
    if (attribute != CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES || value < 0 ||
        value > static_cast<int>(emulator::dynamicSharedLimit)) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    function->dynamicSharedLimit = value;
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuFuncGetAttribute(int* value, CUfunction_attribute attribute, CUfunction function) {
  return withFunction(function, [&] {
    switch (attribute) {
      case CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK:
        *value = static_cast<int>(std::min(1024u, function->kernel->maximumThreads));
        break;
      case CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES:
        *value = function->dynamicSharedLimit;
        break;
      case CU_FUNC_ATTRIBUTE_NUM_REGS:
        *value = 32;
        break;
      case CU_FUNC_ATTRIBUTE_PTX_VERSION:
      case CU_FUNC_ATTRIBUTE_BINARY_VERSION:
        *value = 90;
        break;
      default:
        *value = 0;
    }
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI
cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction function, int threads, size_t dynamicShared) {
  return withFunction(function, [&] {
    if (threads <= 0 || threads > 1024) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    size_t byThreads = 2048 / static_cast<size_t>((threads + 31) / 32 * 32);
    size_t byMemory = 233472 / (dynamicShared + 1024);
    *blocks = static_cast<int>(std::min<size_t>({byThreads, byMemory, 32}));
    return CUDA_SUCCESS;
  });
}

EMULATOR_EXPORT CUresult CUDAAPI cuLaunchKernel(
    CUfunction function,
    unsigned gridX,
    unsigned gridY,
    unsigned gridZ,
    unsigned blockX,
    unsigned blockY,
    unsigned blockZ,
    unsigned dynamicShared,
    CUstream stream,
    void** parameters,
    void** extra) {
  return withFunction(function, [&] {
    emulator::dim3 blocks(gridX, gridY, gridZ);
    emulator::dim3 threads(blockX, blockY, blockZ);
    std::string wrong = refusal(*function, blocks, threads, dynamicShared);
    if (!wrong.empty() || extra != nullptr) {
      std::fprintf(
          stderr, "emulated CUDA: launch of %s refused: %s\n", function->kernel->name,
          wrong.empty() ? "parameters in `extra`" : wrong.c_str());
      return CUDA_ERROR_INVALID_VALUE;
    }
    auto launch = std::make_shared<Launch>(function, blocks, threads, dynamicShared, parameters);
    return emulator::enqueue(stream, CU_GRAPH_NODE_TYPE_KERNEL, [launch] { launch->run(); });
  });
}
