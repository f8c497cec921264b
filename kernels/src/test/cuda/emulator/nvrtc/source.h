// Looks through a preprocessed kernel source for what has to be known before it is compiled.
#pragma once
#include <set>
#include <string>
#include <vector>

namespace emulator {

struct KernelDeclaration {
  std::string name;
  std::string launchBounds; // the arguments of __launch_bounds__, empty where there are none
};

std::vector<KernelDeclaration> kernelsOf(const std::string& source);

// Names declared as `extern __shared__ type name[]`.
std::set<std::string> dynamicSharedOf(const std::string& source);

// C++ that makes the emulator's image out of the source above it.
std::string imageDefinition(const std::string& source);

} // namespace emulator
