#!/usr/bin/env bash
# Builds the programs as production runs them, and measures the cost of an order on SQLite and on
# PostgreSQL. Arguments go to the benchmark; see `tests/bench.sh --help`.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --release --workspace --bins
exec "${CARGO_TARGET_DIR:-target}/release/bench" "$@"
