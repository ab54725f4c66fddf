#!/bin/sh
# What the benchmarks compare with and are looked at with: ISA-L, and a browser without a screen for the
# test of the report. Debian's packages (on Ubuntu chromium-headless-shell has no package), as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends libisal-dev chromium-headless-shell >/dev/null
