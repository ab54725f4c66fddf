#!/bin/sh
# The cross compiler and the emulator for the arm64 tests: Debian's and Ubuntu's packages, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq g++-aarch64-linux-gnu qemu-user >/dev/null
