#include "napi/btt.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "napi/arguments.h"
#include "napi/btt_client.h"
#include "napi/environment.h"
#include "napi/lent_memory.h"

namespace datamover::napi {

namespace {

using btt::Begun;
using btt::Change;
using ClientPtr = std::shared_ptr<BttClient>;

ClientPtr ClientOf(const Napi::CallbackInfo& info) {
  return Environment::Of(info.Env()).btt_client(Uint32(info, 0));
}

class OpenWorker final : public Napi::AsyncWorker {
 public:
  OpenWorker(const Napi::Function& done, std::shared_ptr<pmem::Mapping> mapping,
             std::optional<btt::FormatOptions> format)
      : AsyncWorker(done, "datamover"), mapping_(std::move(mapping)), format_(format) {}

  void Execute() override { opened_ = btt::SharedDevice::Open(*mapping_, format_); }

  void OnOK() override {
    const Napi::Env env = Env();
    auto result = Napi::Object::New(env);
    if (const auto* error = std::get_if<btt::OpenError>(&opened_)) {
      Define(result, "refusal", static_cast<uint32_t>(error->refusal));
      Define(result, "errno", error->code);
      Callback().Call({result});
      return;
    }
    auto shared = std::get<std::shared_ptr<btt::SharedDevice>>(std::move(opened_));
    const auto client = std::make_shared<BttClient>(std::move(shared), mapping_);
    const btt::Info& info = client->device().arenas().front()->info();
    Define(result, "sectorBytes", info.external_lbasize);
    Define(result, "blocks", static_cast<double>(client->device().blocks()));
    Define(result, "lanes", client->device().lanes().count());
    Define(result, "uuid", Napi::Buffer<uint8_t>::Copy(env, info.uuid, sizeof info.uuid));
    Define(result, "parentUuid",
           Napi::Buffer<uint8_t>::Copy(env, info.parent_uuid, sizeof info.parent_uuid));
    Define(result, "offset",
           External(env, client->offset().get(), sizeof(double), client->offset()));
    Define(result, "id", Environment::Of(env).Add(client));
    Callback().Call({result});
  }

 private:
  const std::shared_ptr<pmem::Mapping> mapping_;
  const std::optional<btt::FormatOptions> format_;
  btt::SharedDevice::Opened opened_ = btt::OpenError{btt::Refusal::kSystem};
};

btt::Uuid UuidAt(const Napi::CallbackInfo& info, size_t index) {
  btt::Uuid uuid = {};
  if (!info[index].IsTypedArray()) return uuid;
  const auto bytes = info[index].As<Napi::Uint8Array>();
  std::copy_n(bytes.Data(), std::min(bytes.ByteLength(), uuid.size()), uuid.begin());
  return uuid;
}

void Open(const Napi::CallbackInfo& info) {
  auto mapping = Environment::Of(info.Env()).mapping(Uint32(info, 0));
  if (!mapping || !info[6].IsFunction()) return;
  std::optional<btt::FormatOptions> format;
  if (const uint32_t block_bytes = Uint32(info, 1)) {
    format = {.block_bytes = block_bytes,
              .free_blocks = Uint32(info, 2),
              .uuid = UuidAt(info, 3),
              .parent_uuid = UuidAt(info, 4),
              .pool = Flag(info, 5)};
  }
  (new OpenWorker(info[6].As<Napi::Function>(), std::move(mapping), format))->Queue();
}

/// Instead of a lane: below 0.
int32_t Answer(Begun begun) { return -1 - static_cast<int32_t>(begun); }

Napi::Value Begin(const Napi::CallbackInfo& info) {
  const ClientPtr client = ClientOf(info);
  const auto block = static_cast<uint64_t>(Int64(info, 2));
  if (!client || block >= client->device().blocks()) return info.Env().Undefined();
  btt::Device& device = client->device();
  const uint32_t owner = client->owner();
  const uint32_t kind = Uint32(info, 1);
  const btt::Start start = kind == 0   ? device.BeginRead(owner, block)
                           : kind == 1 ? device.BeginWrite(owner, block)
                                       : device.BeginMark(owner);
  if (start.begun != Begun::kCopy) return Napi::Number::New(info.Env(), Answer(start.begun));
  *client->offset() = static_cast<double>(client->shared().offset() + start.offset);
  return Napi::Number::New(info.Env(), start.lane);
}

void Wait(const Napi::CallbackInfo& info) {
  if (const ClientPtr client = ClientOf(info)) client->device().lanes().Wait(client->owner());
}

Napi::Value EndRead(const Napi::CallbackInfo& info) {
  const ClientPtr client = ClientOf(info);
  const uint32_t lane = Uint32(info, 1);
  if (client && client->has(lane)) client->device().EndRead(lane);
  return Napi::Boolean::New(info.Env(), client && client->holds());
}

void Drop(const Napi::CallbackInfo& info) {
  const ClientPtr client = ClientOf(info);
  const uint32_t lane = Uint32(info, 1);
  if (!client || !client->has(lane)) return;
  if (Flag(info, 2)) {
    client->device().lanes().Retire(lane);
  } else {
    client->device().EndRead(lane);
  }
}

/// None where it makes no sense. The lane is the commit's from now on.
std::optional<Change> ChangeOf(BttClient& client, const double* word) {
  const auto kind = static_cast<uint32_t>(word[0]), lane = static_cast<uint32_t>(word[1]);
  const auto block = static_cast<uint64_t>(word[2]);
  if (kind > 3 || block >= client.device().blocks() || !client.has(lane)) return std::nullopt;
  client.device().lanes().GiveToCommit(lane);
  return Change{static_cast<Change::Kind>(kind), lane, block};
}

/// The changes that the second and third argument name. They have failed where the file that was
/// copied to is no more.
struct Changes {
  Changes(const Napi::CallbackInfo& info, BttClient& client) {
    if (!info[1].IsTypedArray()) return;
    const auto words = info[1].As<Napi::Float64Array>();
    const size_t count = std::min<size_t>(Uint32(info, 2), words.ElementLength() / 3);
    all.reserve(count);
    for (size_t i = 0; i < count; ++i) {
      if (const auto change = ChangeOf(client, words.Data() + 3 * i)) all.push_back(*change);
    }
    if (client.holds()) return;
    refused = true;
    for (Change& change : all) {
      change.error = EFAULT;
      client.device().Release(change.lane);
    }
  }

  void Commit(BttClient& client) {
    if (!refused) client.shared().Commit(all);
  }

  /// An errno for each; undefined: all went well.
  Napi::Value Errors(Napi::Env env) const {
    if (std::ranges::all_of(all, [](const Change& change) { return change.error == 0; })) {
      return env.Undefined();
    }
    auto errors = Napi::Array::New(env, all.size());
    for (uint32_t i = 0; i < all.size(); ++i) Define(errors, i, all[i].error);
    return errors;
  }

  std::vector<Change> all;
  bool refused = false;
};

/// Of a device that is closed.
Napi::Value Refused(const Napi::CallbackInfo& info) {
  const uint32_t count = Uint32(info, 2);
  auto errors = Napi::Array::New(info.Env(), count);
  for (uint32_t i = 0; i < count; ++i) Define(errors, i, EBADF);
  return errors;
}

Napi::Value Commit(const Napi::CallbackInfo& info) {
  const ClientPtr client = ClientOf(info);
  if (!client) return Refused(info);
  Changes changes(info, *client);
  changes.Commit(*client);
  return changes.Errors(info.Env());
}

class CommitWorker final : public Napi::AsyncWorker {
 public:
  CommitWorker(const Napi::Function& done, ClientPtr client, Changes changes)
      : AsyncWorker(done, "datamover"), client_(std::move(client)), changes_(std::move(changes)) {}

  void Execute() override { changes_.Commit(*client_); }
  void OnOK() override { Callback().Call({changes_.Errors(Env())}); }

 private:
  const ClientPtr client_;
  Changes changes_;
};

void CommitLater(const Napi::CallbackInfo& info) {
  ClientPtr client = ClientOf(info);
  if (!client || !info[3].IsFunction()) return;
  Changes changes(info, *client);
  const auto done = info[3].As<Napi::Function>();
  (new CommitWorker(done, std::move(client), std::move(changes)))->Queue();
}

/// A device whose metadata is to be looked at.
struct Inspection {
  explicit Inspection(ClientPtr of) : client(std::move(of)), quiet(client->shared()) {}

  const ClientPtr client;
  btt::SharedDevice::Quiet quiet;
};
using InspectionPtr = std::shared_ptr<Inspection>;

/// Looks at it, or tries to: a thread of the pool must not wait for the lanes, since whoever has
/// them may need a thread of the pool to give them back. JavaScript asks again.
class CheckWorker final : public Napi::AsyncWorker {
 public:
  CheckWorker(const Napi::Function& done, InspectionPtr inspection)
      : AsyncWorker(done, "datamover"), inspection_(std::move(inspection)) {}

  void Execute() override {
    ready_ = inspection_->quiet.TakeLanes();
    if (ready_) {
      found_ = inspection_->quiet.Check();
    } else {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
  }

  void OnOK() override {
    const Napi::Env env = Env();
    if (!ready_) {
      auto kept = std::make_unique<InspectionPtr>(std::move(inspection_));
      const auto drop = [](Napi::Env, InspectionPtr* inspection) { delete inspection; };
      const auto again = Napi::External<InspectionPtr>::New(env, kept.get(), drop);
      // In an environment that ends there is nobody who could ask again.
      if (again.IsEmpty()) return;
      kept.release();
      Callback().Call({Napi::Number::New(env, 0), again});
      return;
    }
    inspection_ = nullptr;
    if (found_.error != 0) {
      Callback().Call({Napi::Number::New(env, found_.error)});
      return;
    }
    const auto count = static_cast<uint32_t>(found_.problems.size());
    auto problems = Napi::Array::New(env, count);
    for (uint32_t i = 0; i < count; ++i) Define(problems, i, found_.problems[i]);
    Callback().Call({problems});
  }

 private:
  InspectionPtr inspection_;
  bool ready_ = false;
  btt::SharedDevice::Quiet::Found found_;
};

void Check(const Napi::CallbackInfo& info) {
  if (!info[1].IsFunction()) return;
  InspectionPtr inspection;
  if (info[0].IsExternal()) {
    // JavaScript has it from a CheckWorker, and gives it back once.
    inspection = std::exchange(*info[0].As<Napi::External<InspectionPtr>>().Data(), nullptr);
  } else if (ClientPtr client = ClientOf(info)) {
    inspection = std::make_shared<Inspection>(std::move(client));
  }
  if (!inspection) return;
  (new CheckWorker(info[1].As<Napi::Function>(), std::move(inspection)))->Queue();
}

Napi::Value ReadOnly(const Napi::CallbackInfo& info) {
  const ClientPtr client = ClientOf(info);
  return Napi::Boolean::New(info.Env(), !client || client->device().read_only());
}

void Close(const Napi::CallbackInfo& info) {
  Environment::Of(info.Env()).RemoveBttClient(Uint32(info, 0));
}

}  // namespace

void ExportBtt(Napi::Object exports) {
  Export<Open>(exports, "bttOpen");
  Export<Begin>(exports, "bttBegin");
  Export<Wait>(exports, "bttWait");
  Export<EndRead>(exports, "bttEndRead");
  Export<Drop>(exports, "bttDrop");
  Export<Commit>(exports, "bttCommit");
  Export<CommitLater>(exports, "bttCommitLater");
  Export<Check>(exports, "bttCheck");
  Export<ReadOnly>(exports, "bttReadOnly");
  Export<Close>(exports, "bttClose");
}

}  // namespace datamover::napi
