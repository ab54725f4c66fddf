{
  "targets": [
    {
      "target_name": "bench",
      "sources": ["addon.cc", "async_worker.cc"],
      "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"],
      "cflags_cc": ["-std=c++20", "-O3", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "variables": {
        # Debian and Ubuntu: libisal-dev
        "isa_l%": "<!(node -p \"Number(fs.existsSync('/usr/include/isa-l.h'))\")",
      },
      "conditions": [
        ["isa_l == 1", { "sources": ["isa_l.cc"], "defines": ["BENCH_ISA_L"], "libraries": ["-lisal"] }],
      ],
    },
  ],
}
