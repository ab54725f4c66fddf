#include "trap_shim/decoder.h"

#include <cstring>

namespace datamover::trap_shim {

namespace {

/// Registers by their numbers in instructions.
constexpr int kRegisters[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP,
                                REG_RSI, REG_RDI, REG_R8,  REG_R9,  REG_R10, REG_R11,
                                REG_R12, REG_R13, REG_R14, REG_R15};

struct Prefixes {
  uint8_t mandatory = 0;  // 66, F2 or F3
  bool address_32 = false;
  uint8_t rex = 0;
};

class Decoder {
 public:
  explicit Decoder(const mcontext_t& registers)
      : registers_(registers),
        begin_(reinterpret_cast<const uint8_t*>(registers.gregs[REG_RIP])),
        at_(begin_) {}

  Instruction Run() {
    ReadPrefixes();
    if (*at_ != 0x0f) return {};
    const uint8_t second = at_[1];
    Instruction instruction;
    if (second == 0xa2) {
      at_ += 2;
      instruction.kind = Kind::kCpuid;
    } else if (second == 0xae) {
      at_ += 2;
      instruction.kind = Wait(*at_++);
    } else if (second == 0x38 && at_[2] == 0xf8) {
      at_ += 3;
      // With F3 it is ENQCMDS, which only the kernel may execute.
      if (prefixes_.mandatory != 0x66 && prefixes_.mandatory != 0xf2) return {};
      instruction.kind = prefixes_.mandatory == 0x66 ? Kind::kMovDir64B : Kind::kEnqcmd;
      ReadOperands(instruction);
    }
    instruction.length = static_cast<uint32_t>(at_ - begin_);
    return instruction;
  }

 private:
  void ReadPrefixes() {
    for (;; ++at_) {
      switch (*at_) {
        case 0x66:
          if (prefixes_.mandatory == 0) prefixes_.mandatory = 0x66;
          break;
        case 0xf2:
        case 0xf3:
          prefixes_.mandatory = *at_;
          break;
        case 0x67:
          prefixes_.address_32 = true;
          break;
        case 0x2e:
        case 0x36:
        case 0x3e:
        case 0x26:
          break;
        default:
          if ((*at_ & 0xf0) != 0x40) return;
          prefixes_.rex = *at_++;
          return;
      }
    }
  }

  Kind Wait(uint8_t modrm) const {
    const bool group_6 = (modrm >> 6) == 3 && (modrm >> 3 & 7) == 6;
    if (!group_6) return Kind::kOther;
    if (prefixes_.mandatory == 0xf3) return Kind::kUmonitor;
    if (prefixes_.mandatory == 0xf2) return Kind::kUmwait;
    return prefixes_.mandatory == 0x66 ? Kind::kTpause : Kind::kOther;
  }

  uint64_t Register(unsigned number) const {
    return static_cast<uint64_t>(registers_.gregs[kRegisters[number]]);
  }

  template <typename T>
  T Read() {
    T value;
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
    return value;
  }

  void ReadOperands(Instruction& instruction) {
    const uint8_t modrm = *at_++;
    const unsigned mode = modrm >> 6;
    const unsigned reg = (modrm >> 3 & 7) | (prefixes_.rex & 4) << 1;
    const unsigned rm = modrm & 7;
    bool relative = false;
    uint64_t address = 0;
    if (rm == 4) {
      address = ReadScaled(mode);
    } else if (rm == 5 && mode == 0) {
      address = static_cast<uint64_t>(int64_t{Read<int32_t>()});
      relative = true;
    } else {
      address = Register(rm | (prefixes_.rex & 1) << 3);
    }
    if (mode == 1) address += static_cast<uint64_t>(int64_t{Read<int8_t>()});
    if (mode == 2) address += static_cast<uint64_t>(int64_t{Read<int32_t>()});
    // Relative to the end of the instruction, which is here.
    if (relative) address += reinterpret_cast<uint64_t>(at_);
    instruction.source = Address(address);
    instruction.destination = Address(Register(reg));
  }

  uint64_t ReadScaled(unsigned mode) {
    const uint8_t sib = *at_++;
    const unsigned index = (sib >> 3 & 7) | (prefixes_.rex & 2) << 2;
    const unsigned base = sib & 7;
    uint64_t address = index == 4 ? 0 : Register(index) << (sib >> 6);
    if (base == 5 && mode == 0) {
      address += static_cast<uint64_t>(int64_t{Read<int32_t>()});
    } else {
      address += Register(base | (prefixes_.rex & 1) << 3);
    }
    return address;
  }

  uint64_t Address(uint64_t address) const {
    return prefixes_.address_32 ? address & 0xffff'ffff : address;
  }

  const mcontext_t& registers_;
  const uint8_t* const begin_;
  const uint8_t* at_;
  Prefixes prefixes_;
};

}  // namespace

Instruction Decode(const mcontext_t& registers) { return Decoder(registers).Run(); }

}  // namespace datamover::trap_shim
