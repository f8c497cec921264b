#!/bin/sh
# Generates the raw bindings with the jextract on PATH and compares them with the committed ones.
# Usage: regenerate.sh OPENBLAS_HEADERS CUDA_HEADERS OUTPUT COMMITTED   (called by the profile regenerate-bindings)
# CUDA_HEADERS: the include folders of CUDA 13.0, separated by colons.
set -eu
openblas_headers=$1
cuda_headers=$2
output=$3
committed=$4
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v jextract >/dev/null 2>&1; then
    echo "regenerate-bindings: no jextract on PATH; get it from https://jdk.java.net/jextract" >&2
    exit 1
fi

# CUDA's own headers include some of its C++ library, which lies one folder deeper.
cuda_folders=
cuda_version=
IFS=:
for folder in $cuda_headers; do
    cuda_folders="$cuda_folders:-I:$folder:-I:$folder/cccl"
    if [ -f "$folder/cuda.h" ]; then
        cuda_version=$(sed -n 's/^#define CUDA_VERSION //p' "$folder/cuda.h")
    fi
done
unset IFS

# The output names lines of these headers, so another release gives other text.
if [ "$cuda_version" != 13000 ]; then
    echo "regenerate-bindings: '$cuda_headers' has CUDA version '$cuda_version', 13000 is needed;" \
        "set -Dcuda.include to the include folders of CUDA 13.0, separated by colons" >&2
    exit 1
fi

# generate LIBRARY FOLDER...
generate() {
    library=$1
    shift
    # The skipped declarations that jextract warns about are system headers' long double functions.
    if ! jextract "$@" --header-class-name "${library}_h" \
        --target-package "dev.spectraledge.bindings.raw.$library" --output "$output" \
        "@$here/$library/includes.txt" "$here/$library/umbrella.h" 2>"$output/$library.log"; then
        cat "$output/$library.log" >&2
        exit 1
    fi
}

rm -rf "$output"
mkdir -p "$output"
for library in openblas lapacke; do
    generate "$library" -I "$openblas_headers"
done
IFS=:
for library in cuda nvrtc cublas cublaslt cusolver; do
    generate "$library" ${cuda_folders#:}
done
unset IFS

package=dev/spectraledge/bindings/raw
if ! diff -r "$output/$package" "$committed/$package" >"$output/differences.txt"; then
    head -n 40 "$output/differences.txt" >&2
    echo "regenerate-bindings: generated bindings differ from the committed ones;" \
        "review, then copy $output/$package over $committed/$package" >&2
    exit 1
fi
echo "regenerate-bindings: generated bindings equal the committed ones"
