# Sourced by the other scripts: where things are, and how everything is built.
# One configuration (release) serves the demo, the tests and the benchmarks, so nothing is built twice.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
products=$root/.build/release
export PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$(basename "$0"): $1"
  exit "${2:-1}"
}

# build [ARGUMENT...]: the products, and with --build-tests the tests too.
build() {
  command -v swift >/dev/null || fail 'swift is not in the PATH; get Swift 6.3 from https://swift.org/install'
  swift build --configuration release "$@" >&2
}
