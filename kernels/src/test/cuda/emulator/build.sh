#!/bin/sh
# build.sh TARGET [INCLUDE_FOLDER...]
# Builds the emulated CUDA libraries under TARGET and prints the folder that holds them; builds nothing where they are
# there already. The include folders are searched for NVIDIA's headers, after those of a CUDA toolkit in the usual place;
# where there are none, the emulator's own declarations serve. Exits with 3 and one line where it cannot run here.
set -eu

source=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$1"
target=$(cd "$1" && pwd)
shift

if [ "$(uname -s)-$(uname -m)" != Linux-x86_64 ]; then
  echo "the CUDA emulator runs on x86-64 Linux only, this is $(uname -s) on $(uname -m)" >&2
  exit 3
fi
if ! command -v g++ >/dev/null; then
  echo "the CUDA emulator needs g++, which is not installed" >&2
  exit 3
fi
if [ "$(g++ -dumpversion | cut -d . -f 1)" -lt 11 ]; then
  echo "the CUDA emulator needs g++ 11 or newer, this is $(g++ -dumpversion)" >&2
  exit 3
fi

includes=
for folder in "$@" "${CUDA_HOME:-/usr/local/cuda}/include"; do
  if [ -d "$folder" ]; then
    includes="$includes -isystem $folder"
  fi
done

key=$( (cd "$source" && find . -type f | LC_ALL=C sort | xargs sha256sum; g++ --version; echo "$includes") |
  sha256sum | cut -c 1-16)
folder=$target/$key

built() {
  if [ -d "$folder" ]; then
    echo "$folder"
    exit 0
  fi
}

built
if command -v flock >/dev/null; then # two that build at once would only slow each other down
  exec 9>"$target/lock"
  flock 9
  built
fi

work=$(mktemp -d "$target/building-XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$work" # and relative names from here on: the compiler's command lines do not survive spaces
ln -s "$source" source
mkdir objects libraries libraries/programs

sources() { # the source files of a part of the emulator
  (cd source && find "$1" -name '*.cpp' | LC_ALL=C sort)
}

object() {
  echo "objects/$(echo "${1%.cpp}" | tr / -).o"
}

objects() { # the object files of a part of the emulator
  for file in $(sources "$1"); do
    object "$file"
  done
}

compile() { # compile PART OPTIONS...
  part=$1
  shift
  for file in $(sources "$part"); do
    echo "source/$file -o $(object "$file")"
  done | xargs -r -P 2 -L 1 nice -n 5 g++ -std=c++17 -fPIC -Wall -Wextra $includes "$@" -c
}

link() { # link NAME ARGUMENTS...
  name=$1
  shift
  g++ -shared -o "libraries/$name" -Wl,-soname,"$name" -Wl,-z,defs -Wl,-rpath,'$ORIGIN' "$@"
}

compile core -O2
compile driver -O2 -fvisibility=hidden
compile nvrtc -O2 -fvisibility=hidden
compile blas -O3 -march=native -fvisibility=hidden
compile solver -O3 -march=native -fvisibility=hidden

core="-Llibraries -lemulatedcuda"
link libemulatedcuda.so $(objects core) -ldl
link libcuda.so.1 $(objects driver) $core -ldl
link libcublas.so.13 $(object blas/cublas.cpp) $(object blas/product.cpp) $core
link libcublasLt.so.13 $(object blas/cublaslt.cpp) $(object blas/product.cpp) $core
link libcusolver.so.12 $(objects solver) $core
link libnvrtc.so.13 $(objects nvrtc) -ldl
echo 'extern const int emulatorBuiltins = 0;' | g++ -x c++ -fPIC -c - -o objects/builtins.o
link libnvrtc-builtins.so.13.0 objects/builtins.o
cp -r source/device libraries/device

# Without a lock another process may have built the same meanwhile: then its folder stands.
mv -T libraries "$folder" 2>/dev/null || [ -d "$folder" ]
echo "$folder"
