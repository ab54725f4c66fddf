#include "engine/thread_pool.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "abi/completion_record.h"
#include "engine/execute.h"
#include "engine/pool_client.h"
#include "engine/pool_thread.h"
#include "engine/split.h"

namespace datamover::engine {

namespace {

// Small jobs that a thread takes from the queue at once, at most: more would hardly make the lock
// cheaper, but hold back their wake-up and jobs that another thread could do.
constexpr size_t kGroupJobs = 32;

// Parts are equal, threads are not: one that is preempted or comes late from another job delays
// the end by its last part, so by an eighth of the whole on two threads, not by half of it.
constexpr size_t kPartsPerThread = 4;

// After each part a thread offers its core to whoever waits for it. A copy would keep it until the
// scheduler's next tick (4 ms on common kernels), and where the pool has every core, it is the
// event loop that waits. A part of this size takes about 0.1 ms. Bytes.
constexpr size_t kPartBytes = 1 << 20;

// For so long a thread that has run out of jobs looks for more before it sleeps: about what waking
// one that sleeps costs the submitter and the job. Where jobs come one after the other, no thread
// sleeps and none is woken; where they do not, a core is lost for this time.
constexpr auto kWatch = std::chrono::microseconds(20);

/// A large job that several threads execute in parts. Who holds it may use the job's memory only
/// between the client's Enter and Leave.
struct Split {
  Split(const Job& whole, size_t parts) : job(whole), records(parts), unfinished(parts) {}

  const Job job;
  size_t next = 0;  // the first part that no thread has begun; guarded by the pool's mutex
  std::vector<abi::CompletionRecord> records;
  std::atomic<size_t> unfinished;
};

}  // namespace

struct ThreadPool::State {
  explicit State(unsigned wanted) : wanted(wanted) {}

  void StartThreads();
  void Wake(uint64_t useful);
  void Work();

  // Called with the mutex held.
  /// There is work for so many threads; returns how many are to be woken for it.
  uint64_t Announce(uint64_t useful);

  // The same; they release it while they execute, or watch.
  /// Looks for work for a while, if no other thread does; returns whether there is some.
  bool Watch(std::unique_lock<std::mutex>& lock);
  bool ExecuteNext(std::unique_lock<std::mutex>& lock);
  void ExecuteGroup(std::unique_lock<std::mutex>& lock);
  void ExecuteLarge(std::unique_lock<std::mutex>& lock);
  void ExecutePart(std::unique_lock<std::mutex>& lock);
  Job TakeJob();
  void Finish(const Job& job);

  const unsigned wanted;
  std::mutex mutex;
  std::condition_variable work;  // there is some, or the pool is stopping
  bool stopping = false;
  bool watching = false;                    // a thread does, and was not given work yet
  std::atomic<uint64_t> announcements = 0;  // written with the mutex held
  std::deque<Job> jobs;
  std::deque<std::shared_ptr<Split>> splits;  // with parts not begun; they go before jobs
  std::vector<PoolThread> threads;
};

void ThreadPool::State::StartThreads() {
  while (threads.size() < wanted) {
    auto thread = PoolThread::Start([this] { Work(); });
    if (!thread) return;
    threads.push_back(std::move(*thread));
  }
}

void ThreadPool::State::Wake(uint64_t useful) {
  if (useful >= threads.size()) return work.notify_all();
  for (; useful > 0; --useful) work.notify_one();
}

uint64_t ThreadPool::State::Announce(uint64_t useful) {
  announcements.fetch_add(1, std::memory_order_relaxed);
  return useful - std::exchange(watching, false);
}

void ThreadPool::State::Work() {
  std::unique_lock lock(mutex);
  for (;;) {
    if (ExecuteNext(lock) || Watch(lock)) continue;
    if (stopping) return;
    work.wait(lock);
  }
}

bool ThreadPool::State::Watch(std::unique_lock<std::mutex>& lock) {
  static const bool worth_it = std::thread::hardware_concurrency() > 1;
  if (watching || stopping || !worth_it) return false;
  watching = true;
  const uint64_t seen = announcements.load(std::memory_order_relaxed);
  const auto news = [&] { return announcements.load(std::memory_order_relaxed) != seen; };
  lock.unlock();
  const auto end = std::chrono::steady_clock::now() + kWatch;
  // Who waits for this core has it meanwhile.
  while (!news() && std::chrono::steady_clock::now() < end) std::this_thread::yield();
  lock.lock();
  // Whoever had news for this thread took it for no longer watching.
  if (!news()) watching = false;
  return news();
}

bool ThreadPool::State::ExecuteNext(std::unique_lock<std::mutex>& lock) {
  if (!splits.empty()) {
    ExecutePart(lock);
  } else if (jobs.empty()) {
    return false;
  } else if (jobs.front().cost > kGroupCost) {
    ExecuteLarge(lock);
  } else {
    ExecuteGroup(lock);
  }
  return true;
}

Job ThreadPool::State::TakeJob() {
  const Job job = jobs.front();
  jobs.pop_front();
  job.client().Enter();
  return job;
}

void ThreadPool::State::Finish(const Job& job) {
  // The drain's jobs came before all that is queued now, and this thread takes it next.
  if (const auto drain = job.client().Finish(*job.cohort)) jobs.push_front(*drain);
}

void ThreadPool::State::ExecuteGroup(std::unique_lock<std::mutex>& lock) {
  std::array<Job, kGroupJobs> group;
  const size_t share = std::min(jobs.size() / std::max<size_t>(threads.size(), 1) + 1, kGroupJobs);
  size_t taken = 0;
  for (uint64_t cost = 0; taken < share && !jobs.empty(); ++taken) {
    cost += jobs.front().cost;
    if (cost > kGroupCost) break;
    group[taken] = TakeJob();
  }
  lock.unlock();
  for (size_t i = 0; i < taken; ++i) {
    const abi::Descriptor& descriptor = *group[i].descriptor;
    Complete(descriptor, Execute(descriptor, {}, group[i].client().provider()));
    const bool last = i + 1 == taken || &group[i].client() != &group[i + 1].client();
    if (last) group[i].client().Notify();
  }
  lock.lock();
  for (size_t i = 0; i < taken; ++i) {
    Client& client = group[i].client();
    Finish(group[i]);
    client.Leave();
  }
}

void ThreadPool::State::ExecuteLarge(std::unique_lock<std::mutex>& lock) {
  const Job job = TakeJob();
  Client& client = job.client();
  // Where there are enough jobs for all threads, each has its own, and nothing is to be put
  // together.
  const size_t for_threads = jobs.size() < threads.size() ? threads.size() * kPartsPerThread : 1;
  const size_t parts_wanted =
      std::max<size_t>(for_threads, job.descriptor->transfer_size / kPartBytes);
  lock.unlock();
  const auto refusal = Refuse(*job.descriptor);
  const size_t parts = refusal ? 1 : PartCount(*job.descriptor, parts_wanted);
  if (parts > 1) {
    auto split = std::make_shared<Split>(job, parts);
    lock.lock();
    if (client.attached()) {
      splits.push_back(std::move(split));
      Wake(Announce(parts - 1));
    }
  } else {
    Complete(*job.descriptor,
             refusal ? *refusal : ExecuteLegal(*job.descriptor, {}, client.provider()));
    client.Notify();
    lock.lock();
    Finish(job);
  }
  client.Leave();
}

void ThreadPool::State::ExecutePart(std::unique_lock<std::mutex>& lock) {
  const std::shared_ptr<Split> split = splits.front();
  const size_t index = split->next++;
  const size_t count = split->records.size();
  if (split->next == count) splits.pop_front();
  const Job& job = split->job;
  Client& client = job.client();
  client.Enter();
  lock.unlock();
  const Limits limits = {.whole = job.descriptor->transfer_size};
  split->records[index] =
      ExecuteLegal(Part(*job.descriptor, index, count), limits, client.provider());
  // Acquires the other parts' records and what they wrote, so that one record publishes all.
  const bool last = split->unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1;
  if (last) {
    Complete(*job.descriptor, Join(*job.descriptor, split->records));
    client.Notify();
  }
  std::this_thread::yield();
  lock.lock();
  if (last) Finish(job);
  client.Leave();
}

ThreadPool::ThreadPool(unsigned threads) : state_(std::make_unique<State>(threads)) {}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
  }
  state_->work.notify_all();
  state_->threads.clear();
}

unsigned ThreadPool::threads() const { return state_->wanted; }

std::shared_ptr<ThreadPool::Client> ThreadPool::Attach(std::shared_ptr<CompletionSignal> signal,
                                                       std::shared_ptr<Provider> provider) {
  return std::make_shared<Client>(std::move(signal), std::move(provider));
}

void ThreadPool::Detach(const std::shared_ptr<Client>& client) {
  std::unique_lock lock(state_->mutex);
  const auto is_its = [&](const Job& job) { return &job.client() == client.get(); };
  std::erase_if(state_->jobs, is_its);
  std::erase_if(state_->splits, [&](const auto& split) { return is_its(split->job); });
  client->Detach(lock);
}

void ThreadPool::Submit(const std::shared_ptr<Client>& client,
                        std::span<const abi::Descriptor* const> descriptors) {
  std::unique_lock lock(state_->mutex);
  if (!client->attached()) return;
  if (state_->threads.empty()) state_->StartThreads();
  uint64_t cost = 0;
  for (const abi::Descriptor* descriptor : descriptors) {
    const auto job = client->Admit(*descriptor);
    if (!job) continue;
    state_->jobs.push_back(*job);
    cost += std::min(job->cost, kGroupCost);
  }
  if (cost == 0) return;
  if (state_->threads.empty()) {
    // Slow, but correct without threads; where the system refused, the next submission asks again.
    while (state_->ExecuteNext(lock)) {
    }
    return;
  }
  // A thread is worth waking for a group's worth of work; a large job wakes others by itself.
  const uint64_t to_wake = state_->Announce((cost + kGroupCost - 1) / kGroupCost);
  lock.unlock();
  state_->Wake(to_wake);
}

}  // namespace datamover::engine
