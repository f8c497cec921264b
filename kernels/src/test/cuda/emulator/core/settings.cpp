#include "settings.h"

#include <cstdio>
#include <cstdlib>

namespace emulator {

bool Settings::set(const std::string& key, const std::string& value) {
  if (key == "faults-once") {
    faultsOnce = value;
    return true;
  }
  char* end = nullptr;
  long long number = std::strtoll(value.c_str(), &end, 10);
  if (value.empty() || *end != '\0' || number < 0) {
    return false;
  }
  if (key == "devices") {
    devices = static_cast<int>(number);
  } else if (key == "driver-version") {
    driverVersion = static_cast<int>(number);
  } else if (key == "architecture") {
    architecture = static_cast<int>(number);
  } else if (key == "memory") {
    memory = static_cast<size_t>(number);
  } else if (key == "order" && number <= 2) {
    order = static_cast<int>(number);
  } else if (key == "check" && number <= 1) {
    check = number == 1;
  } else if (key == "deferred" && number <= 1) {
    deferred = number == 1;
  } else if (key == "fail-launch") {
    failLaunch = static_cast<long>(number);
  } else if (key == "hang-launch") {
    hangLaunch = static_cast<long>(number);
  } else if (key == "cublas-create-status") {
    blasCreateStatus = static_cast<int>(number);
  } else if (key == "cusolver-create-status") {
    solverCreateStatus = static_cast<int>(number);
  } else {
    return false;
  }
  return true;
}

static Settings fromEnvironment() {
  Settings settings;
  const char* variable = std::getenv("SPECTRALEDGE_EMULATED_CUDA");
  std::string text = variable == nullptr ? "" : variable;
  for (size_t from = 0; from < text.size();) {
    size_t to = text.find(',', from);
    to = to == std::string::npos ? text.size() : to;
    std::string item = text.substr(from, to - from);
    size_t equals = item.find('=');
    if (equals == std::string::npos || !settings.set(item.substr(0, equals), item.substr(equals + 1))) {
      std::fprintf(stderr, "SPECTRALEDGE_EMULATED_CUDA: \"%s\" is no setting of the emulator\n", item.c_str());
      std::abort();
    }
    from = to + 1;
  }
  return settings;
}

void Settings::restore() {
  *this = fromEnvironment();
}

Settings& settings() {
  static Settings instance = fromEnvironment();
  return instance;
}

} // namespace emulator
