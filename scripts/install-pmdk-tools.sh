#!/bin/sh
# Programs that read and check the block devices that we make, and make others: Debian's and Ubuntu's
# packages of PMDK, as root.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends pmdk-tools libpmemblk-dev >/dev/null
