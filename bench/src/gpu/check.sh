#!/usr/bin/env bash
# Runs the steps of the check one after another, each with a time limit. Needs bash, coreutils, tar and this folder.
# check.sh [--out FOLDER] [--results FOLDER] [--emulator FOLDER] [--tiny]
set -uo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
out="$PWD/gpu-check-results"
size=full
results=()
all_seconds=470
report_seconds=12

while (($#)); do
  case "$1" in
    --out) out="$2" && shift 2 ;;
    --emulator) export SPECTRALEDGE_CUDA_DIRECTORY="$2" && shift 2 ;;
    --results) results=("-Dresults.dir=$2") && shift 2 ;;
    --tiny) size=tiny && shift ;;
    *) echo "unknown option $1: there are --out, --emulator and --results, each with a folder, and --tiny" >&2 && exit 2 ;;
  esac
done

mkdir -p "$out" || exit 1
out="$(cd "$out" && pwd)"
rm -f "$out"/report.{jsonl,json,md} "$out"/contract-*.txt "$out/log.txt" "$out/cubins.tar.gz"
scratch="$(mktemp -d)" || exit 1
trap 'rm -rf "$scratch"' EXIT
tar -C "$scratch" -xzf "$here/rt.tar.gz" || exit 1

# Kernels are compiled anew, and nothing is left behind; pins of OpenBLAS would be measured instead of the library.
export SPECTRALEDGE_CACHE="$scratch/cache"
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS
java=("$scratch/rt/bin/java" -Xmx4g -XX:+UseSerialGC -XX:-UsePerfData
  --enable-native-access=ALL-UNNAMED --illegal-native-access=deny --add-modules=jdk.incubator.vector
  "-Dgolden.dir=$here/golden" "-Dcommit=$(cat "$here/commit")" "${results[@]}" -cp "$here/lib/*" dev.spectraledge.bench.gpu.GpuCheck)
python="${SPECTRALEDGE_PYTHON:-python3}"

# record STEP NAME OUTCOME TEXT: a result of a step that cannot tell itself; no quotes in any of them.
record() {
  printf '{"step":"%s","name":"%s","outcome":"%s","text":"%s","values":{}}\n' "$@" >>"$out/report.jsonl"
  echo "$3 $1: $2 $4"
}

# limited STEP SECONDS COMMAND…: runs it within the time, and within that of the whole check; returns its status.
limited() {
  local name="$1" seconds="$2" left=$((all_seconds - report_seconds - SECONDS)) begin=$SECONDS status
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

# step NAME SECONDS COMMAND…: a step that writes its own results unless it is ended.
step() {
  local name="$1" seconds="$2" status
  limited "$@"
  status=$?
  case "$status" in
    0) ;;
    124 | 137) record "$name" "the step" failed "not done within $seconds s" ;;
    *) record "$name" "the step" failed "ended with status $status" ;;
  esac
}

ours() { # ours STEP SECONDS
  step "$1" "$2" "${java[@]}" "$1" "$out" "$size"
}

sanitized() { # sanitized TOOL SECONDS: optional, because the tool may not know this machine or the JVM
  local tool="$1" seconds="$2" status
  if ! command -v compute-sanitizer >/dev/null; then
    record "$tool" "a small training" skipped "compute-sanitizer is not there"
    return
  fi
  limited "$tool" "$seconds" compute-sanitizer --tool "$tool" --error-exitcode 99 "${java[@]}" small "$out" "$size"
  status=$?
  case "$status" in
    0) record "$tool" "a small training" passed "" ;;
    99) record "$tool" "a small training" failed "compute-sanitizer found errors, see log.txt" ;;
    *) record "$tool" "a small training" skipped "compute-sanitizer ended with status $status" ;;
  esac
}

ours libraries 20
ours ceilings 25
ours kernels 30
ours contract 120
ours parity 75
# In turns, so that a change of the clocks shows.
ours steps 70
if command -v "$python" >/dev/null; then
  step torch 130 "$python" "$here/torch_bench.py" "$out" "$here/golden" "$size"
else
  record torch "the step" skipped "no $python"
fi
ours steps 70
ours observer 30
ours spectra 40
sanitized memcheck 40
sanitized racecheck 40

tar -C "$scratch" -czf "$out/cubins.tar.gz" cache/kernels 2>/dev/null
"${java[@]/%.GpuCheck/.GpuCheckReport}" "$out" "$size"
