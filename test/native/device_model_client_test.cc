#if defined(__linux__)

#include <cerrno>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "check.h"
#include "device_model/options.h"
#include "device_model/trap_client.h"
#include "model_device.h"

namespace datamover::test {
namespace {

using device_model::Answer;
using device_model::Request;
using device_model::RequestKind;
using device_model::TrapClient;

constexpr size_t kHeader = offsetof(Request, descriptors);

/// As long as it says, unless `bytes` of descriptors are to be there.
std::vector<uint8_t> Packet(RequestKind kind, uint32_t count, std::optional<size_t> bytes = {}) {
  const Request request = {
      .kind = kind, .device = 0, .queue = 0, .count = count, .descriptors = {}};
  const auto* const begin = reinterpret_cast<const uint8_t*>(&request);
  return {begin, begin + kHeader + bytes.value_or(count * sizeof(abi::Descriptor))};
}

const Register packets("model: who sends what is no packet is not listened to", [] {
  ModelDevice model({.size = 64, .threshold = 64});
  TrapClient client(*model.operator->(), model.client);
  std::optional<Answer> answer;
  for (const auto& packet : {
           std::vector<uint8_t>{},
           std::vector<uint8_t>(kHeader - 1),
           Packet(RequestKind::kWrite, 0xffff'ffff, 0),
           Packet(RequestKind::kWrite, 0x400'0000, 0),
           Packet(RequestKind::kWrite, device_model::kMaxWrite + 1, 64 * sizeof(abi::Descriptor)),
           Packet(RequestKind::kWrite, 2, sizeof(abi::Descriptor)),
           Packet(RequestKind::kOpen, 0, 1),
           Packet(RequestKind::kStore, 0),
           Packet(RequestKind::kStore, 2),
           Packet(RequestKind::kEnqueue, 0),
       }) {
    Check(!client.Take(packet, answer), "it is taken");
    Check(!answer, "it is answered");
  }
  Equal(model.counted().submitted, 0u);
});

const Register answers("model: requests are answered, but for stores", [] {
  ModelDevice model({.size = 64, .threshold = 64});
  TrapClient client(*model.operator->(), model.client);
  const auto ask = [&client](const std::vector<uint8_t>& packet) {
    std::optional<Answer> answer;
    Check(client.Take(packet, answer), "it is a packet");
    return answer ? answer->value : -1000;
  };
  Equal(ask(Packet(RequestKind::kOpen, 0)), 0);
  Equal(ask(Packet(RequestKind::kMap, 0)), 0);
  Equal(ask(Packet(RequestKind::kEnqueue, 1)), 0);
  Equal(ask(Packet(RequestKind::kWrite, 3)), 3);
  Equal(ask(Packet(RequestKind::kStore, 1)), -1000);
  Equal(ask(Packet(static_cast<RequestKind>(99), 0)), EINVAL);
  auto elsewhere = Packet(RequestKind::kOpen, 0);
  elsewhere[offsetof(Request, queue)] = 7;
  Equal(ask(elsewhere), ENODEV);
  Equal(model.counted().submitted, 4u);
  EqualText(model.Attribute("wq0.0/clients"), "1\n");
  client.End();
  EqualText(model.Attribute("wq0.0/clients"), "0\n");
  Equal(model.queue().occupancy, 0u);
});

const Register delays("model: a delay that no clock could add is refused", [] {
  device_model::Behaviour behaviour;
  Check(!SetBehaviour(behaviour, "delay-ns", "18446744073709551615"), "taken");
  Check(SetBehaviour(behaviour, "delay-ns", "1000000000"), "a second");
  Equal(behaviour.delay_ns, 1'000'000'000u);
});

}  // namespace
}  // namespace datamover::test

#endif
