// NVRTC whose compiler is g++ and whose cubins are shared objects that the emulated driver loads. Compiled programs are
// kept beside the emulator, so that each text is compiled once.
#include <dlfcn.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "../core/api.h"
#include "../declarations/compiler.h"
#include "source.h"

struct _nvrtcProgram {
  std::string name;
  std::string source;
  std::vector<std::pair<std::string, std::string>> headers; // name, text
  std::string log;
  std::string image;
  bool intermediate = false; // compiled for compute_XX
};

namespace {

constexpr int architectures[] = {75, 80, 86, 87, 88, 89, 90, 100, 103, 110, 120, 121};

struct Options {
  std::vector<std::string> macros;
  std::string standard = "c++17";
  bool intermediate = true;
};

std::string folder() {
  Dl_info information;
  dladdr(reinterpret_cast<void*>(&folder), &information);
  std::string path = information.dli_fname;
  return path.substr(0, path.rfind('/'));
}

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write(const std::string& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
}

bool startsWith(const std::string& text, const std::string& prefix) {
  return text.compare(0, prefix.size(), prefix) == 0;
}

// Two FNV-1a hashes of 64 bits with different starts.
std::string hash(const std::string& text) {
  uint64_t a = 14695981039346656037ull;
  uint64_t b = 88172645463325252ull;
  for (unsigned char c : text) {
    a = (a ^ c) * 1099511628211ull;
    b = (b ^ c) * 1099511628211ull;
    b ^= b >> 29;
  }
  char digits[33];
  std::snprintf(digits, sizeof digits, "%016llx%016llx", static_cast<unsigned long long>(a),
                static_cast<unsigned long long>(b));
  return digits;
}

bool parseArchitecture(const std::string& value, Options& options) {
  bool real = startsWith(value, "sm_");
  if (!real && !startsWith(value, "compute_")) {
    return false;
  }
  int number = std::atoi(value.c_str() + (real ? 3 : 8));
  options.intermediate = !real;
  for (int known : architectures) {
    if (known == number) {
      return true;
    }
  }
  return false;
}

// Understands the options that change nothing here as well; false at one that NVRTC may not have.
bool parse(int count, const char* const* given, Options& options, std::string& log) {
  static const char* const ignored[] = {
      "--fmad=", "-fmad=", "--ptxas-options=", "-Xptxas=", "--maxrregcount=", "-maxrregcount=", "--ftz=", "-ftz=",
      "--prec-div=", "--prec-sqrt=", "--use_fast_math", "-use_fast_math", "--restrict", "-restrict",
      "--generate-line-info", "-lineinfo", "--device-as-default-execution-space", "-default-device",
      "--extra-device-vectorization", "--disable-warnings", "-w", "--split-compile="};
  for (int i = 0; i < count; i++) {
    std::string option = given[i];
    std::string value = option.substr(option.find('=') == std::string::npos ? option.size() : option.find('=') + 1);
    bool understood = false;
    if (startsWith(option, "--gpu-architecture=") || startsWith(option, "-arch=")) {
      understood = parseArchitecture(value, options);
    } else if (startsWith(option, "--std=") || startsWith(option, "-std=")) {
      options.standard = value;
      understood = value == "c++17" || value == "c++20";
    } else if (startsWith(option, "--define-macro=")) {
      options.macros.push_back("-D" + value);
      understood = true;
    } else if ((option == "-D" || option == "--define-macro") && i + 1 < count) {
      options.macros.push_back(std::string("-D") + given[++i]);
      understood = true;
    } else if (startsWith(option, "-D")) {
      options.macros.push_back(option);
      understood = true;
    }
    for (const char* harmless : ignored) {
      understood = understood || startsWith(option, harmless);
    }
    if (!understood) {
      log = "nvrtc: error: invalid value for --gpu-architecture (-arch) or unknown option: " + option + "\n";
      return false;
    }
  }
  return true;
}

// Runs a command with its output in a file; true where it ends with 0.
bool run(const std::vector<std::string>& command, const std::string& output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return failed == 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

// A folder of its own for one compilation, removed in the end.
class WorkFolder {
 public:
  explicit WorkFolder(const std::string& parent) {
    std::string pattern = parent + "/compiling-XXXXXX";
    path = mkdtemp(pattern.data()) == nullptr ? "" : pattern;
  }
  ~WorkFolder() {
    for (const std::string& file : files) {
      unlink(file.c_str());
    }
    rmdir(path.c_str());
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  std::string file(const std::string& name) {
    files.push_back(path + "/" + name);
    return files.back();
  }

  std::string path;

 private:
  std::vector<std::string> files;
};

// Held while this process compiles a program, so that another waits for it instead of compiling the same.
class ProgramLock {
 public:
  explicit ProgramLock(const std::string& image)
      : descriptor(open((image + ".lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    flock(descriptor, LOCK_EX);
  }
  ~ProgramLock() { close(descriptor); }
  ProgramLock(const ProgramLock&) = delete;
  ProgramLock& operator=(const ProgramLock&) = delete;

 private:
  int descriptor;
};

bool exists(const std::string& image) { return access(image.c_str(), R_OK) == 0; }

std::string fileName(const std::string& programName) {
  std::string name = programName.empty() ? "default_program" : programName;
  for (char& c : name) {
    c = c == '/' ? '_' : c;
  }
  return name;
}

std::vector<std::string> compiler(const Options& options) {
  return {"nice",         "-n", "5", "g++", "-x", "c++", "-std=" + options.standard, "-nostdinc", "-w",
          "-fno-exceptions", "-fno-rtti"};
}

// Compiles into `image`; the log says what is wrong where that fails.
bool compile(_nvrtcProgram& program, const Options& options, const std::string& image) {
  std::string home = folder();
  WorkFolder work(home + "/programs");
  if (work.path.empty()) {
    program.log = "cannot write to " + home + "/programs";
    return false;
  }
  std::string source = work.file(fileName(program.name));
  std::string preprocessed = work.file("preprocessed.cpp");
  std::string output = work.file("log");
  std::string object = work.file("image.so");
  write(source, program.source);
  for (const auto& [name, text] : program.headers) {
    write(work.file(name), text);
  }
  std::vector<std::string> command = compiler(options);
  command.insert(command.end(), options.macros.begin(), options.macros.end());
  command.insert(command.end(), {"-E", "-I", work.path, source, "-o", preprocessed});
  bool done = run(command, output);
  if (done) {
    std::string text = contents(preprocessed);
    write(preprocessed, "#include \"device.h\"\n" + text + emulator::imageDefinition(text));
    command = compiler(options);
    command.insert(
        command.end(),
        {"-I", home + "/device", "-O2", "-g1", "-march=native", "-ffp-contract=off", "-fno-math-errno",
         "-fno-strict-aliasing", "-fno-extern-tls-init", "-fno-gnu-unique", "-fno-semantic-interposition", "-fPIC",
         // Calls before every load and store; the functions are the emulator's, so the sanitizer's library stays out.
         "-fsanitize=thread,alignment", "--param=tsan-instrument-func-entry-exit=0", "-nostdlib", "-shared", "-Wl,-Bsymbolic",
         "-Wl,-z,defs", preprocessed, "-L" + home, "-lemulatedcuda", "-lm", "-lc", "-o", object});
    done = run(command, output);
  }
  program.log = contents(output);
  return done && std::rename(object.c_str(), image.c_str()) == 0;
}

} // namespace

EMULATOR_EXPORT nvrtcResult nvrtcVersion(int* major, int* minor) {
  // No real version: cubins are cached by it, and these must never reach a GPU.
  *major = 13;
  *minor = 99;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT const char* nvrtcGetErrorString(nvrtcResult result) {
  switch (result) {
    case NVRTC_SUCCESS:
      return "NVRTC_SUCCESS";
    case NVRTC_ERROR_INVALID_INPUT:
      return "NVRTC_ERROR_INVALID_INPUT";
    case NVRTC_ERROR_INVALID_PROGRAM:
      return "NVRTC_ERROR_INVALID_PROGRAM";
    case NVRTC_ERROR_INVALID_OPTION:
      return "NVRTC_ERROR_INVALID_OPTION";
    case NVRTC_ERROR_COMPILATION:
      return "NVRTC_ERROR_COMPILATION";
    default:
      return "NVRTC_ERROR unknown";
  }
}

EMULATOR_EXPORT nvrtcResult nvrtcGetNumSupportedArchs(int* count) {
  *count = sizeof architectures / sizeof *architectures;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcGetSupportedArchs(int* supported) {
  std::memcpy(supported, architectures, sizeof architectures);
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcCreateProgram(
    nvrtcProgram* program,
    const char* source,
    const char* name,
    int headerCount,
    const char* const* headers,
    const char* const* includeNames) {
  if (program == nullptr || source == nullptr || headerCount < 0) {
    return NVRTC_ERROR_INVALID_INPUT;
  }
  auto* created = new _nvrtcProgram;
  created->name = name == nullptr ? "" : name;
  created->source = source;
  for (int i = 0; i < headerCount; i++) {
    created->headers.emplace_back(includeNames[i], headers[i]);
  }
  *program = created;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcDestroyProgram(nvrtcProgram* program) {
  if (program == nullptr || *program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  delete *program;
  *program = nullptr;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int count, const char* const* given) {
  if (program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  Options options;
  program->image.clear();
  program->log.clear();
  if (!parse(count, given, options, program->log)) {
    return NVRTC_ERROR_INVALID_OPTION;
  }
  std::string key = program->name + '\0' + program->source + '\0' + options.standard;
  for (const auto& [name, text] : program->headers) {
    key += '\0' + name + '\0' + text;
  }
  for (const std::string& macro : options.macros) {
    key += '\0' + macro;
  }
  mkdir((folder() + "/programs").c_str(), 0755);
  std::string image = folder() + "/programs/" + hash(key) + ".so";
  if (!exists(image)) {
    ProgramLock lock(image);
    if (!exists(image) && !compile(*program, options, image)) {
      return NVRTC_ERROR_COMPILATION;
    }
  }
  program->image = contents(image);
  program->intermediate = options.intermediate;
  return NVRTC_SUCCESS;
}

// The image serves as either kind of output; the driver takes it as both.
static nvrtcResult copyImage(nvrtcProgram program, bool intermediate, char* image) {
  if (program == nullptr || program->image.empty() || program->intermediate != intermediate) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  std::memcpy(image, program->image.data(), program->image.size());
  return NVRTC_SUCCESS;
}

static nvrtcResult imageSize(nvrtcProgram program, bool intermediate, size_t* bytes) {
  if (program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  *bytes = program->intermediate == intermediate ? program->image.size() : 0;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t* bytes) {
  return imageSize(program, false, bytes);
}

EMULATOR_EXPORT nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char* image) {
  return copyImage(program, false, image);
}

EMULATOR_EXPORT nvrtcResult nvrtcGetPTXSize(nvrtcProgram program, size_t* bytes) {
  return imageSize(program, true, bytes);
}

EMULATOR_EXPORT nvrtcResult nvrtcGetPTX(nvrtcProgram program, char* image) {
  return copyImage(program, true, image);
}

EMULATOR_EXPORT nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t* bytes) {
  if (program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  *bytes = program->log.size() + 1;
  return NVRTC_SUCCESS;
}

EMULATOR_EXPORT nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char* log) {
  if (program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  std::memcpy(log, program->log.c_str(), program->log.size() + 1);
  return NVRTC_SUCCESS;
}
