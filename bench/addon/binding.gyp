{
  "variables": {
    "words": "node -p \"process.argv.slice(1).map((f) => fs.readFileSync(f, 'utf8').trim()).join('\\n')\"",
    "ours": "node -p \"process.argv.slice(1).map((f) => fs.readFileSync(f, 'utf8').trim().replace(/^/gm, '../../')).join('\\n')\"",
    # Debian and Ubuntu: libisal-dev
    "isa_l": "<!(node -p \"Number(fs.existsSync('/usr/include/isa-l.h'))\")",
    # Where Intel DML is installed; it is handed the descriptors that our engine executes.
    "dml_root": "<!(node -p \"process.env.DML_ROOT ? path.resolve(process.env.DML_ROOT) : ''\")"
  },
  "targets": [
    {
      "target_name": "bench",
      "sources": ["addon.cc", "async_worker.cc", "loops.cc"],
      "include_dirs": ["<!@(node -p \"require('node-addon-api').include\")"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"],
      "cflags_cc": ["-std=c++20", "-O3", "-Wall", "-Wextra", "-fvisibility=hidden"],
      "conditions": [
        ["isa_l==1", { "sources": ["isa_l.cc"], "defines": ["BENCH_ISA_L"], "libraries": ["-lisal"] }],
        ["'<(dml_root)'!=''", {
          "sources": ["<!@(<(ours) ../../native/sources.txt ../../native/intel_dml/sources.txt)"],
          "defines": ["BENCH_DML", "DATAMOVER_INTEL_DML"],
          "include_dirs": ["../../native"],
          "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
          "cflags_cc": ["-isystem", "<(dml_root)/include"],
          "ldflags": ["-L<(dml_root)/lib", "-L<(dml_root)/lib64"],
          "libraries": ["<!@(<(words) ../../native/intel_dml/link_flags.txt)"],
        }],
      ],
    },
  ],
}
