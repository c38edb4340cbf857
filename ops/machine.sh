# What a Debian machine needs to build the house, and how to get it. Sourced by demo and test.
# shellcheck shell=bash

# A C compiler for SQLite and librdkafka; pkg-config and headers for the machine's own OpenSSL and
# zlib; Java and Maven for the brokers that the tests run against.
readonly PACKAGES=(gcc libc6-dev make pkg-config libssl-dev zlib1g-dev ca-certificates
    openjdk-17-jdk-headless maven)
readonly RUST_LEAST=1.95

missing_packages() {
    local package
    for package in "${PACKAGES[@]}"; do
        if [[ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" != installed ]]; then
            echo "$package"
        fi
    done
}

# The version of the compiler, or nothing.
rust_version() {
    command -v cargo >/dev/null 2>&1 || return 0
    rustc --version 2>/dev/null | cut -d' ' -f2
}

rust_is_fit() {
    local found
    found="$(rust_version)"
    [[ -n "$found" ]] && printf '%s\n%s\n' "$RUST_LEAST" "$found" | sort -V -C
}

say_rust() {
    echo "Rust $RUST_LEAST or later is needed, found: $(rust_version || true)"
    echo "Install it with rustup (package 'rustup' of your system, or https://rustup.rs):"
    echo "    rustup toolchain install stable --profile minimal -c clippy -c rustfmt"
}

install_line() {
    echo "apt-get update && apt-get install -y --no-install-recommends" \
        "-o DPkg::Lock::Timeout=300 $*"
}

# Prints what is there and what is not; 1 if anything is missing.
check_machine() {
    local missing fit=0
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]})); then
        echo "missing packages: ${missing[*]}"
        echo "    $(install_line "${missing[@]}")"
        fit=1
    else
        echo "packages: all there (${PACKAGES[*]})"
    fi
    if rust_is_fit; then
        echo "rust: $(rust_version)"
    else
        say_rust
        fit=1
    fi
    return "$fit"
}

# Installs what is missing as root; else prints the line to run and stops.
prepare_machine() {
    local missing
    if [[ -f "${HOME:-}/.cargo/env" ]] && ! command -v cargo >/dev/null 2>&1; then
        # shellcheck disable=SC1091
        source "$HOME/.cargo/env"
    fi
    if command -v dpkg-query >/dev/null 2>&1; then
        mapfile -t missing < <(missing_packages)
    else
        echo "This is no Debian: see to it yourself that these are there: ${PACKAGES[*]}" >&2
        missing=()
    fi
    if ((${#missing[@]})); then
        if [[ "$(id -u)" != 0 ]]; then
            echo "This machine lacks: ${missing[*]}. As root, run:" >&2
            echo "    $(install_line "${missing[@]}")" >&2
            exit 1
        fi
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq -o DPkg::Lock::Timeout=300
        apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}"
    fi
    if ! rust_is_fit; then
        say_rust >&2
        exit 1
    fi
}

# Where cargo puts what it builds.
target_folder() {
    echo "${CARGO_TARGET_DIR:-$PWD/target}"
}
