// A pool through libpmemblk: pmemblk FILE [COMMAND BLOCK [BYTE]]...
//   write BLOCK BYTE   fills the block
//   zero BLOCK, bad BLOCK
//   read BLOCK         prints its first byte if all are alike, else "torn", or "bad"
#include <errno.h>
#include <libpmemblk.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_block(PMEMblkpool *pool, char *bytes, long long block) {
  if (pmemblk_read(pool, bytes, block) != 0) {
    puts("bad");
    return errno == EIO ? 0 : -1;
  }
  const size_t size = pmemblk_bsize(pool);
  if (memcmp(bytes, bytes + 1, size - 1) == 0) {
    printf("%d\n", (unsigned char)bytes[0]);
  } else {
    puts("torn");
  }
  return 0;
}

int main(int argc, char **argv) {
  PMEMblkpool *pool = pmemblk_open(argv[1], 0);
  if (pool == NULL) {
    fprintf(stderr, "%s\n", pmemblk_errormsg());
    return 1;
  }
  char *bytes = malloc(pmemblk_bsize(pool));
  int failed = 0;
  for (int i = 2; i + 1 < argc && !failed; i += 2) {
    const char *command = argv[i];
    const long long block = atoll(argv[i + 1]);
    if (strcmp(command, "write") == 0) {
      memset(bytes, atoi(argv[i++ + 2]), pmemblk_bsize(pool));
      failed = pmemblk_write(pool, bytes, block);
    } else if (strcmp(command, "zero") == 0) {
      failed = pmemblk_set_zero(pool, block);
    } else if (strcmp(command, "bad") == 0) {
      failed = pmemblk_set_error(pool, block);
    } else {
      failed = read_block(pool, bytes, block);
    }
  }
  if (failed) fprintf(stderr, "%s\n", pmemblk_errormsg());
  pmemblk_close(pool);
  return failed ? 1 : 0;
}
