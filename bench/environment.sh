# Sourced by the scripts of this folder: finds JDK 25, builds, and sets JAVA, JVM_FLAGS, BENCH_CLASSPATH, RESULTS and REST.

JVM_FLAGS=(--enable-native-access=ALL-UNNAMED --illegal-native-access=deny --add-modules=jdk.incubator.vector)

# Pins of OpenBLAS in the environment would be measured instead of the library.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS

# Above this load average somebody else computes, and times are too long.
quiet_load=0.3

# take_options ARGUMENT…: REST are the arguments without --keep, RESULTS the folder of results: that of the repository with
# --keep, otherwise one that the next build may remove. It is named from the repository's root, where every script computes, because
# results repeat it.
take_options() {
  local argument
  RESULTS=bench/target/results
  REST=()
  for argument in "$@"; do
    if [[ "$argument" == --keep ]]; then
      RESULTS=bench/results
    else
      REST+=("$argument")
    fi
  done
}

# Before the build, which makes load of its own; results name it.
look_at_load() {
  local load
  load="$(cut -d ' ' -f 1 /proc/loadavg 2>/dev/null || true)"
  [[ -n "$load" ]] || return 0
  JVM_FLAGS+=("-Dload.before=$load")
  if awk -v load="$load" -v quiet="$quiet_load" 'BEGIN { exit !(load > quiet) }'; then
    echo "warning: the load average is $load; other programs compute here, so times will be too long" >&2
  fi
}

find_java() {
  local candidate
  for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*25*/bin/java "$HOME"/.sdkman/candidates/java/25*/bin/java; do
    if [[ -x "$candidate" ]] && "$candidate" -version 2>&1 | grep -q 'version "25'; then
      JAVA="$candidate"
      return
    fi
  done
  echo "no JDK 25 found; set JAVA_HOME to one" >&2
  exit 1
}

# build_classpath PROFILE_FLAG BUILD_FOLDER: an empty flag means no profile.
build_classpath() {
  local profile="$1" folder="$2" root list
  root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
  list="$folder/bench.classpath"
  find_java
  look_at_load
  echo "building bench and the modules that it needs, without tests: mvn${profile:+ $profile} -pl bench -am compile …" >&2
  (cd "$root" && mvn -B -q ${profile:+"$profile"} -pl bench -am compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile="$list" -Dmdep.includeScope=runtime >&2)
  BENCH_CLASSPATH="$folder/classes:$(cat "$list")"
  echo "results go to ${RESULTS:-$folder}" >&2
}
