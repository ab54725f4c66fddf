#include <chrono>
#include <thread>

#include "btt/lanes.h"
#include "check.h"

namespace datamover::test {
namespace {

using btt::Lanes;

const Register next("btt: the next lane is left to who waits for one, as long as he does", [] {
  Lanes lanes(2);
  Check(lanes.MayTake(1) && lanes.MayTake(2), "nobody waits");
  lanes.Wait(1);
  Check(lanes.MayTake(1), "who waits");
  Check(!lanes.MayTake(2), "somebody else");
  lanes.Wait(2);
  Check(!lanes.MayTake(2), "who waits behind another");
  lanes.WaitNoMore(2);
  Check(!lanes.MayTake(2), "who did not wait");
  lanes.WaitNoMore(1);
  Check(lanes.MayTake(2), "nobody waits any more");
});

const Register given_up("btt: who says no more that he waits keeps nobody waiting", [] {
  Lanes lanes(2);
  lanes.Wait(1);
  std::this_thread::sleep_for(3 * Lanes::kPatience);
  Check(lanes.MayTake(2), "somebody else");
  lanes.Wait(2);
  Check(lanes.MayTake(2) && !lanes.MayTake(1), "who waits now");
});

}  // namespace
}  // namespace datamover::test
