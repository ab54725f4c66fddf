#!/bin/sh
# A clang that counts what the native tests reach, and what reads its counts: Debian's and Ubuntu's
# packages, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends clang-16 llvm-16 libclang-rt-16-dev cmake make >/dev/null
