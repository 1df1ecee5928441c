# What ./leibniz and the programs of leibniz-verify share: finding a JDK, building when needed, starting.
# POSIX sh, to be sourced with these set:
#   root     the checkout's absolute path
#   options  JVM options, or nothing
#   warm_up  arguments of a short run whose loaded classes are kept for later starts, or nothing

launch() { # MODULE MAIN-CLASS ARGUMENT…; never returns
  module=$1 main=io.leibniz.${1#leibniz-}/$2
  shift 2
  find_jdk || die 2 "found no JDK 25 or newer; install one, or set JAVA_HOME to it"
  out=$root/$module/target
  stamp=$out/launch/built         # written last, and as old as the start of the build
  cache=$out/launch/classes.aot   # what $warm_up loaded
  is_built || build
  # shellcheck disable=SC2086 # several options
  set -- $options -p "$out/modules" -m "$main" "$@"
  # A cache that does not fit (another JDK, other jars) is passed over; the log would only scold.
  [ ! -f "$cache" ] || set -- -XX:AOTCache="$cache" -Xlog:aot=off,cds=off "$@"
  exec "$JAVA_HOME/bin/java" "$@"
}

die() { # STATUS MESSAGE
  echo "leibniz: $2" >&2
  exit "$1"
}

# The JDK

find_jdk() { # exports JAVA_HOME
  java=$(command -v java) && java=$(readlink -f "$java")
  for home in "${JAVA_HOME-}" "${java%/bin/java}" \
    /usr/lib/jvm/* /opt/* /opt/*/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME-}"/.sdkman/candidates/java/* "${HOME-}"/.jdks/* "${HOME-}"/.m2/jdks/*; do
    if [ -n "$home" ] && [ -x "$home/bin/javac" ] && read_version "$home" && [ "$version" -ge 25 ]; then
      export JAVA_HOME="$home"
      return
    fi
  done
  return 1
}

read_version() { # JDK-HOME; sets version. From the file "release": starting a JVM takes longer.
  version=
  if [ -r "$1/release" ]; then
    while IFS='="' read -r key _ value _; do
      [ "$key" = JAVA_VERSION ] && version=$value && break
    done <"$1/release"
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')
  fi
  version=${version%%[!0-9]*}
  [ -n "$version" ]
}

# The build

is_built() { # since the last change of a source
  [ -f "$stamp" ] || return 1
  set -- "$root/pom.xml"
  for folder in "$root"/leibniz-*; do
    # leibniz-verify is built on the others, never they on it
    [ "$folder" = "$root/leibniz-verify" ] && [ "$module" != leibniz-verify ] && continue
    set -- "$@" "$folder/pom.xml" "$folder/src/main"
  done
  [ -z "$(find "$@" -newer "$stamp" 2>/dev/null)" ]
}

build() {
  log=$root/target/build.log lock=$root/target/build.lock
  command -v mvn >/dev/null ||
    die 2 "must be built first, and found no Maven (mvn) to do so; install it"
  { mkdir -p "$root/target" "$out/launch" 2>/dev/null && [ -w "$root/target" ] && [ -w "$out/launch" ]; } ||
    die 2 "must be built first, but $root is read-only; build it as its owner, or in a copy"
  take_lock
  trap 'stop_build 129' HUP
  trap 'stop_build 130' INT
  trap 'stop_build 143' TERM
  if ! is_built; then # meanwhile, by whoever had the lock
    if [ -f "$stamp" ]; then why="its sources have changed"; else why="first use; about a minute"; fi
    echo "building Leibniz ($why) …" >&2
    rm -rf "$stamp" "$cache" "$out/modules"
    : >"$out/launch/new"
    run_maven || {
      tail -n 20 "$log" >&2
      rm -f "$lock"
      die 70 "the build failed; all of its output is in $log"
    }
    # shellcheck disable=SC2086 # several options, several arguments
    [ -z "$warm_up" ] || "$JAVA_HOME/bin/java" -XX:AOTCacheOutput="$cache" $options \
      -p "$out/modules" -m "$main" $warm_up >>"$log" 2>&1 || rm -f "$cache"
    mv "$out/launch/new" "$stamp"
  fi
  trap - HUP INT TERM
  rm -f "$lock"
}

run_maven() { # in the background, so that a signal is not kept waiting
  mvn -B -ntp -f "$root/pom.xml" -pl "$module" -am -Dmaven.test.skip=true package >"$log" 2>&1 &
  maven=$!
  ln -s "$$ $maven" "$lock.$$" && mv -f "$lock.$$" "$lock"
  wait "$maven"
}

stop_build() { # STATUS
  trap '' HUP INT TERM
  [ -z "${maven-}" ] || kill "$maven" 2>/dev/null
  wait
  rm -f "$lock"
  exit "$1"
}

# The lock is a symbolic link; its text is the processes that build.

take_lock() {
  waiting=
  until ln -s "$$" "$lock" 2>/dev/null; do
    owners=$(readlink "$lock") || continue
    # shellcheck disable=SC2086 # several processes
    if lives $owners; then
      [ -n "$waiting" ] || echo "waiting for another build (process ${owners%% *}; $lock) …" >&2
      waiting=yes
      sleep 1
    elif mv "$lock" "$lock.$$" 2>/dev/null; then # they were killed
      # unless another start was faster, and the link is its own by now
      [ "$(readlink "$lock.$$")" = "$owners" ] || mv "$lock.$$" "$lock"
      rm -f "$lock.$$"
    fi
  done
}

lives() { # PROCESS…
  for process in "$@"; do
    kill -0 "$process" 2>/dev/null && return
  done
  return 1
}
