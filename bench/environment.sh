# Sourced by the scripts of this folder: finds JDK 25, builds, and sets JAVA, JVM_FLAGS and BENCH_CLASSPATH.

JVM_FLAGS=(--enable-native-access=ALL-UNNAMED --illegal-native-access=deny --add-modules=jdk.incubator.vector)

# Pins of OpenBLAS in the environment would be measured instead of the library.
unset OPENBLAS_CORETYPE OPENBLAS_L2_SIZE OPENBLAS_NUM_THREADS

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
  echo "building…" >&2
  (cd "$root" && mvn -B -q ${profile:+"$profile"} -pl bench -am compile \
    org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath -Dmdep.outputFile="$list" -Dmdep.includeScope=runtime >&2)
  BENCH_CLASSPATH="$folder/classes:$(cat "$list")"
}
