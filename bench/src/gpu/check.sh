#!/usr/bin/env bash
# Runs the steps of the check one after another, each with a time limit. Needs bash, coreutils, tar with xz or Python 3, and this folder.
# check.sh [--out FOLDER] [--results FOLDER] [--emulator FOLDER] [--tiny]
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="$PWD/gpu-check-results"
size=full
results=()
all_seconds=530 # of the nine minutes that everything may take
report_seconds=12
patience=1
part_seconds="${GPU_CHECK_PART_SECONDS:-40}" # of one part of a step, for what hangs; a test may want to see it sooner

while (($#)); do
  case "$1" in
    --out) out="$2" && shift 2 ;;
    --emulator) export SPECTRALEDGE_CUDA_DIRECTORY="$2" && shift 2 ;;
    --results) results=("-Dresults.dir=$2") && shift 2 ;;
    --tiny) size=tiny && patience=4 && shift ;; # on an emulated device, of a machine that may be busy
    *) echo "unknown option $1: there are --out, --emulator and --results, each with a folder, and --tiny" >&2 && exit 2 ;;
  esac
done

mkdir -p "$out" || exit 1
out="$(cd "$out" && pwd)"
rm -rf "$out"/report.{jsonl,json,md} "$out"/contract-*.txt "$out"/{parts,failed-tests}.tsv "$out"/{log.txt,cubins.tar.gz,sanitized}
scratch="$(mktemp -d)" || exit 1
trap 'rm -rf "$scratch"' EXIT
unpack() {
  if command -v xz >/dev/null; then
    tar -C "$scratch" -xJf "$1"
  else
    "$python" -c 'import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2], filter="tar")' "$1" "$scratch"
  fi
}
python="${SPECTRALEDGE_PYTHON:-python3}"
unpack "$here/rt.tar.xz" && unpack "$here/lib.tar.xz" || exit 1

# Kernels are compiled anew, and nothing is left behind; pins of OpenBLAS would be measured instead of the library.
export SPECTRALEDGE_CACHE="$scratch/cache"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS
java=("$scratch/rt/bin/java" -Xmx4g -XX:+UseSerialGC -XX:-UsePerfData
  --enable-native-access=ALL-UNNAMED --illegal-native-access=deny --add-modules=jdk.incubator.vector
  "-Dgolden.dir=$here/golden" "-Dcommit=$(cat "$here/commit")" "${results[@]}" -cp "$scratch/lib/*")

# record STEP NAME OUTCOME TEXT: a result of a step that cannot tell itself; no quotes in any of them.
record() {
  printf '{"step":"%s","name":"%s","outcome":"%s","text":"%s","values":{}}\n' "$@" >>"$out/report.jsonl"
  echo "$3 $1: $2 $4"
}

# limited STEP SECONDS COMMAND…: runs it within the time, and within that of the whole check; returns its status.
limited() {
  local name="$1" seconds="$2" left=$((all_seconds * patience - report_seconds - SECONDS)) begin=$SECONDS status
  shift 2
  if ((left < 5)); then
    record "$name" "the step" skipped "no time left of $all_seconds s"
    return 0
  fi
  ((seconds > left)) && seconds=$left
  echo "== $name (at most $seconds s)"
  timeout -k 5 "$seconds" "$@" 2> >(tee -a "$out/log.txt" | grep -v 'incubator modules' >&2) | tee -a "$out/log.txt"
  status=${PIPESTATUS[0]}
  echo "== $name: $((SECONDS - begin)) s"
  return "$status"
}

begun_parts() {
  if [[ -f "$out/parts.tsv" ]]; then wc -l <"$out/parts.tsv"; else echo 0; fi
}

# ours STEP SECONDS [ROUND]: a step of our own, which writes its results itself. A process that lost the device, or was
# killed by what it did, is followed by another one, which goes on behind what has begun.
ours() {
  local name="$1" seconds=$(($2 * patience)) end=$((SECONDS + $2 * patience)) before status left longest
  while :; do
    before=$(begun_parts)
    left=$((end - SECONDS))
    # What hangs is to be ended from within, where its name is known.
    longest=$((left - 5 < part_seconds ? left - 5 : part_seconds))
    limited "$name" "$left" "${java[@]}" "-Dpart.seconds=$((longest < 1 ? 1 : longest))" dev.spectraledge.bench.gpu.GpuCheck "$name" "$out" "$size" "${@:3}"
    status=$?
    left=$((end - SECONDS))
    ((status > 128 && left >= 8 && $(begun_parts) > before)) || break
  done
  case "$status" in
    0) ;;
    124 | 137) record "$name" "the step" failed "not done within $seconds s" ;;
    *) record "$name" "the step" failed "ended with status $status" ;;
  esac
}

# peer STEP SECONDS SCRIPT ARGUMENTS…: what others cannot do, or not in time, is no failure of ours.
peer() {
  local name="$1" seconds="$2" status
  if ! command -v "$python" >/dev/null; then
    record "$name" "the step" skipped "no $python"
    return
  fi
  limited "$name" "$seconds" "$python" "$here/$3" "$out" "$here/golden" "$size" "${@:4}"
  status=$?
  case "$status" in
    0) ;;
    124 | 137) record "$name" "the step" skipped "not done within $seconds s" ;;
    *) record "$name" "the step" skipped "ended with status $status" ;;
  esac
}

# sanitized TOOL SECONDS WHAT STEP [OPTION…]: optional, because the tool may not know this machine or the JVM.
sanitized() {
  local tool="$1" seconds="$2" what="$3" step="$4" status
  if ! command -v compute-sanitizer >/dev/null; then
    record "$tool" "$what" skipped "compute-sanitizer is not there"
    return
  fi
  mkdir -p "$out/sanitized"
  limited "$tool" "$seconds" compute-sanitizer --tool "$tool" --error-exitcode 99 \
    "${java[@]}" -Dsanitized=true "${@:5}" dev.spectraledge.bench.gpu.GpuCheck "$step" "$out/sanitized" "$size" "$tool"
  status=$?
  case "$status" in
    0) record "$tool" "$what" passed "" ;;
    99) record "$tool" "$what" failed "compute-sanitizer found errors, see log.txt" ;;
    *) record "$tool" "$what" skipped "compute-sanitizer ended with status $status" ;;
  esac
}

memcheck_done=

# The first test that failed, while it is known how it came about.
memcheck_of_failure() {
  local step test
  if [[ -z "$memcheck_done" && -s "$out/failed-tests.tsv" ]]; then
    IFS=$'\t' read -r step test <"$out/failed-tests.tsv"
    memcheck_done=1
    sanitized memcheck 40 "$step, the first test that failed" "$step" "-Donly=$test"
  fi
}

ours libraries 20
ours ceilings 25
ours small 20
for tests in CudaBackendTest:60 CudaGraphTest:25 CudaFactorizationsTest:30 MatrixProductsTest:20; do
  ours "contract-${tests%:*}" "${tests#*:}"
  memcheck_of_failure
done
ours parity 60
ours profile 20
# In turns, so that a change of the clocks shows.
ours steps 45 before
peer torch 60 torch_bench.py
peer jax 60 jax_bench.py
ours steps 45 after
ours other-steps 40
ours kernels 25
[[ -n "$memcheck_done" ]] || sanitized memcheck 30 "a small training" small
ours observer 25
ours spectra 30
peer torch-compile 70 torch_bench.py compile
sanitized racecheck 30 "a small training" small

tar -C "$scratch" -czf "$out/cubins.tar.gz" cache/kernels 2>/dev/null
"${java[@]}" dev.spectraledge.bench.gpu.GpuCheckReport "$out" "$size"
