#!/bin/sh
# Runs a command that knows only /sys and /dev where the device model's tree stands there. As root, in a
# mount namespace of its own: unshare -m. The shim is preloaded into the command alone.
set -e
root=$DATAMOVER_DEVICE_MODEL
shim=$1
shift
mkdir "$root/overlay"
mount -t tmpfs none "$root/overlay"
mkdir "$root/overlay/upper" "$root/overlay/work"
# Writable, since tools clear attributes that they read.
mount -t overlay none /sys \
  -o "lowerdir=$root/sys:/sys,upperdir=$root/overlay/upper,workdir=$root/overlay/work"
made=
[ -d /dev/dsa ] || { mkdir /dev/dsa; made=yes; }
mount --bind "$root/dev/dsa" /dev/dsa
code=0
LD_PRELOAD=$shim "$@" || code=$?
umount /dev/dsa
[ -z "$made" ] || rmdir /dev/dsa
exit $code
