#!/bin/sh
# Generates the raw bindings with the jextract on PATH and compares them with the committed ones.
# Usage: regenerate.sh HEADERS OUTPUT COMMITTED   (called by the Maven profile regenerate-bindings)
set -eu
headers=$1
output=$2
committed=$3
here=$(cd "$(dirname "$0")" && pwd)

if ! command -v jextract >/dev/null 2>&1; then
    echo "regenerate-bindings: no jextract on PATH; get it from https://jdk.java.net/jextract" >&2
    exit 1
fi

rm -rf "$output"
mkdir -p "$output"
for library in openblas lapacke; do
    # The skipped declarations that jextract warns about are system headers' long double functions.
    if ! jextract -I "$headers" --header-class-name "${library}_h" \
        --target-package "dev.spectraledge.bindings.raw.$library" --output "$output" \
        "@$here/$library/includes.txt" "$here/$library/umbrella.h" 2>"$output/$library.log"; then
        cat "$output/$library.log" >&2
        exit 1
    fi
done

package=dev/spectraledge/bindings/raw
if ! diff -r "$output/$package" "$committed/$package" >"$output/differences.txt"; then
    head -n 40 "$output/differences.txt" >&2
    echo "regenerate-bindings: generated bindings differ from the committed ones;" \
        "review, then copy $output/$package over $committed/$package" >&2
    exit 1
fi
echo "regenerate-bindings: generated bindings equal the committed ones"
