#!/bin/sh
# Programs that take the device model for a DSA in the tests: Debian's and Ubuntu's packages, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq accel-config accel-config-test dpdk-dev >/dev/null
