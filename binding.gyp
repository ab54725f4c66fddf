{
  # The lists are shared with CMakeLists.txt and lib/cli/compile.ts: one entry a line.
  "variables": {
    "words": "node -p \"process.argv.slice(1).map((f) => fs.readFileSync(f, 'utf8').trim()).join('\\n')\"",
    # Where Intel DML is installed; empty: the engine does without.
    "dml_root": "<!(node -p \"process.env.DML_ROOT ? path.resolve(process.env.DML_ROOT) : ''\")"
  },
  "targets": [
    {
      "target_name": "datamover",
      "sources": ["<!@(<(words) native/sources.txt native/addon_sources.txt)"],
      "include_dirs": ["native", "<!(node -p \"require('node-addon-api').include_dir\")"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20"],
      "cflags_cc": ["<!@(<(words) native/compile_flags.txt)"],
      "conditions": [
        ["OS=='linux'", { "ldflags": ["<!@(<(words) native/link_flags_linux.txt)"] }],
        ["OS=='linux' and '<(dml_root)'!=''", {
          "sources": ["<!@(<(words) native/intel_dml/sources.txt)"],
          "defines": ["DATAMOVER_INTEL_DML"],
          "cflags_cc": ["-isystem", "<(dml_root)/include"],
          "ldflags": ["-L<(dml_root)/lib", "-L<(dml_root)/lib64"],
          "libraries": ["<!@(<(words) native/intel_dml/link_flags.txt)"]
        }],
        ["OS=='mac'", {
          "xcode_settings": {
            "OTHER_CPLUSPLUSFLAGS": ["<!@(<(words) native/compile_flags.txt)"],
            "CLANG_CXX_LANGUAGE_STANDARD": "c++20",
            "GCC_ENABLE_CPP_EXCEPTIONS": "YES",
            "MACOSX_DEPLOYMENT_TARGET": "11.0"
          }
        }],
        ["OS=='win'", {
          "defines": [
            "NAPI_VERSION=8",
            "NAPI_DISABLE_CPP_EXCEPTIONS",
            "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
            "NODE_ADDON_API_DISABLE_DEPRECATED"
          ],
          "msvs_settings": {
            "VCCLCompilerTool": { "AdditionalOptions": ["/std:c++20"], "ExceptionHandling": 1 }
          }
        }]
      ]
    }
  ]
}
