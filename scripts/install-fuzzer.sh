#!/bin/sh
# clang and its libFuzzer for the fuzz targets: Debian's and Ubuntu's packages, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq clang cmake make >/dev/null
