#!/bin/sh
# Programs that take the block server of the examples for a disk: qemu-img and qemu-io, nbdinfo. Debian's
# and Ubuntu's packages, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends qemu-utils libnbd-bin >/dev/null
