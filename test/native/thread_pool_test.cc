#include "engine/thread_pool.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "check.h"
#include "pool_jobs.h"

#if defined(__linux__)
#include <pthread.h>
#include <signal.h>
#endif

namespace datamover::test {
namespace {

void RunClient(ThreadPool& pool, uint32_t seed, size_t count) {
  Random random(seed);
  Poller poller;
  const Client client = pool.Attach(poller.signal);
  auto jobs = RandomJobs(random, count, 3000);
  for (size_t i = 0; i < count; i += 9) jobs[i].MakeIllegal();
  for (std::span<const Job> rest(jobs); !rest.empty();) {
    const size_t now = std::min<size_t>(1 + random.Below(64), rest.size());
    Submit(pool, client, rest.first(now));
    if (random.Below(4) == 0) poller.Wait(rest[now - 1]);
    rest = rest.subspan(now);
  }
  for (const Job& job : jobs) poller.Wait(job);
  for (const Job& job : jobs) job.Verify();
  pool.Detach(client);
}

const Register serves_clients("thread pool: random jobs of several clients", [] {
  for (const unsigned threads : {0, 1, 2, 5}) {
    ThreadPool pool(threads);
    Equal(pool.threads(), threads);
    std::vector<std::thread> clients;
    for (uint32_t seed = 1; seed <= 3; ++seed) {
      clients.emplace_back([&pool, seed] { RunClient(pool, seed, 500); });
    }
    for (auto& client : clients) client.join();
  }
});

const Register splits_large_jobs("thread pool: large jobs are as if executed by one thread", [] {
  Random random(11);
  Poller poller;
  for (const unsigned threads : {1, 3}) {
    ThreadPool pool(threads);
    const Client client = pool.Attach(poller.signal);
    std::vector<Job> jobs;
    for (const size_t bytes : {512u << 10, (1u << 20) + 77}) {
      jobs.push_back(Job::Move(random, bytes));
      jobs.push_back(Job::Fill(random, bytes));
      jobs.push_back(Job::Compare(random, bytes));
      jobs.push_back(Job::Crc(random, bytes));
      jobs.push_back(Job::Move(random, bytes));
      jobs.back().MakeIllegal();
    }
    for (const Job& job : jobs) {
      Submit(pool, client, {&job, 1});
      poller.Wait(job);  // woken by this job alone
    }
    for (const Job& job : jobs) job.Verify();
    pool.Detach(client);
  }
});

const Register drains_in_order("thread pool: a drain sees all that came before it complete", [] {
  Random random(13);
  Poller poller;
  ThreadPool pool(3);
  const Client client = pool.Attach(poller.signal);
  for (int round = 0; round < 20; ++round) {
    std::vector<Job> jobs;
    std::vector<size_t> drains;
    for (int i = 0; i < 60; ++i) {
      if (i == 0 || i == 59 || random.Below(8) == 0) {
        drains.push_back(jobs.size());
        jobs.push_back(Job::Drain());
      }
      const bool large = random.Below(60) == 0;
      jobs.push_back(large ? Job::Fill(random, 600000) : Job::Any(random, 1 + random.Below(2000)));
    }
    // In pieces, so that some drains come to an idle client and some behind queued jobs.
    const size_t cut = random.Below(static_cast<uint32_t>(jobs.size()));
    const std::span<const Job> all(jobs);
    Submit(pool, client, all.first(cut));
    Submit(pool, client, all.subspan(cut));
    for (const size_t drain : drains) {
      poller.Wait(jobs[drain]);
      for (size_t i = 0; i <= drain; ++i) {
        Check(!jobs[i].pending(), "a job before the drain is pending");
      }
    }
    for (const Job& job : jobs) poller.Wait(job);
    for (const Job& job : jobs) job.Verify();
  }
  pool.Detach(client);
});

const Register drains_hold_up_nothing("thread pool: a drain waits, jobs behind it do not", [] {
  Random random(17);
  ThreadPool pool(2);
  HeldThread held(pool);
  std::vector<Job> jobs;
  jobs.push_back(Job::Drain());
  jobs.push_back(Job::Drain());
  jobs.push_back(Job::Drain());
  jobs.back().MakeIllegal();
  jobs.push_back(Job::Move(random, 100));
  Submit(pool, held.client, jobs);
  Check(jobs[2].CompletesSoon() && jobs[3].CompletesSoon(), "held up by a drain");
  Check(jobs[0].pending() && jobs[1].pending(), "a drain overtook a job");
  Poller poller;
  const Client other = pool.Attach(poller.signal);
  const Job drain = Job::Drain();
  Submit(pool, other, {&drain, 1});
  poller.Wait(drain);  // of another client's jobs it knows nothing
  held.Open();
  Check(jobs[1].CompletesSoon(), "a drain is lost");
  for (const Job& job : jobs) job.Verify();
  pool.Detach(other);
  pool.Detach(held.client);
});

const Register detach_drops("thread pool: Detach drops what is not begun", [] {
  Random random(19);
  ThreadPool pool(1);
  HeldThread held(pool);
  Poller poller;
  const Client client = pool.Attach(poller.signal), other = pool.Attach(poller.signal);
  auto dropped = RandomJobs(random, 40, 2000);
  dropped.push_back(Job::Fill(random, 1 << 20));
  dropped.push_back(Job::Drain());
  const auto kept = RandomJobs(random, 40, 2000);
  Submit(pool, client, dropped);
  Submit(pool, other, kept);
  pool.Detach(client);
  pool.Detach(client);
  const Job late = Job::Fill(random, 10);
  Submit(pool, client, {&late, 1});
  for (Job& job : dropped) {
    Check(job.pending(), "executed");
    job.Scribble();
  }
  held.Open();
  for (const Job& job : kept) poller.Wait(job);
  for (const Job& job : kept) job.Verify();
  for (const Job& job : dropped) Check(job.IsScribbled(), "touched after Detach");
  Check(late.pending(), "accepted after Detach");
  pool.Detach(other);
  pool.Detach(held.client);
});

const Register detach_waits("thread pool: Detach waits for a job that was begun", [] {
  ThreadPool pool(1);
  HeldThread held(pool);
  std::atomic<bool> opened{false};
  std::thread opener([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    opened = true;
    held.Open();
  });
  pool.Detach(held.client);
  Check(opened, "returned too early");
  opener.join();
});

const Register detach_any_time("thread pool: memory is untouched after Detach at any time", [] {
  Random random(23);
  ThreadPool pool(3);
  Poller poller;
  const Client witness = pool.Attach(poller.signal);
  for (int round = 0; round < 25; ++round) {
    auto jobs = RandomJobs(random, 60, 1500);
    jobs.insert(jobs.begin() + random.Below(60), Job::Fill(random, 512 << 10));
    jobs.insert(jobs.begin() + random.Below(60), Job::Drain());
    auto signal = std::make_shared<CompletionSignal>([] {});
    Client client = pool.Attach(std::move(signal));
    Submit(pool, client, jobs);
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::microseconds(random.Below(300));
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
    pool.Detach(client);
    client.reset();
    for (Job& job : jobs) {
      if (!job.pending()) job.Verify();
      job.Scribble();
    }
    const auto others = RandomJobs(random, 10, 1000);
    Submit(pool, witness, others);
    for (const Job& job : others) poller.Wait(job);
    for (const Job& job : jobs) Check(job.IsScribbled(), "touched after Detach");
  }
  pool.Detach(witness);
});

const Register finishes_at_destruction("thread pool: destruction executes what is queued", [] {
  Random random(29);
  for (const unsigned threads : {1, 3}) {
    auto jobs = RandomJobs(random, 300, 2000);
    jobs.insert(jobs.begin() + 100, Job::Fill(random, 1 << 20));
    jobs.push_back(Job::Drain());
    jobs.push_back(Job::Drain());
    Poller poller;
    Client client;
    {
      ThreadPool pool(threads);
      client = pool.Attach(poller.signal);
      Submit(pool, client, jobs);
    }
    for (const Job& job : jobs) job.Verify();
  }
  const ThreadPool unused(2);
});

#if defined(__linux__)

const Register threads_are_marked("thread pool: threads are named and take no signals", [] {
  std::string name;
  bool blocks_user = false, blocks_fault = true;
  {
    Random random(31);
    ThreadPool pool(1);
    const auto signal = std::make_shared<CompletionSignal>([&] {
      char text[16] = {};
      pthread_getname_np(pthread_self(), text, sizeof text);
      name = text;
      sigset_t blocked;
      pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
      blocks_user = sigismember(&blocked, SIGUSR1) == 1 && sigismember(&blocked, SIGINT) == 1;
      blocks_fault = sigismember(&blocked, SIGSEGV) == 1;
    });
    signal->Sleep();
    const Client client = pool.Attach(signal);
    const Job job = Job::Fill(random, 8);
    Submit(pool, client, {&job, 1});
    Check(job.CompletesSoon(), "pending");
    pool.Detach(client);
  }
  Check(name == "datamover", name);
  Check(blocks_user && !blocks_fault, "signal mask of a pool thread");
  sigset_t ours;
  pthread_sigmask(SIG_BLOCK, nullptr, &ours);
  Equal(sigismember(&ours, SIGUSR1), 0, "the submitter's own mask");
});

#endif

}  // namespace
}  // namespace datamover::test
