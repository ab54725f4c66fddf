#include <sstream>

#include "device_model/device.h"

namespace datamover::device_model {

namespace {

void Append(std::ostringstream& json, const QueueStatistics& counted) {
  json << "{\"submitted\":" << counted.submitted << ",\"refused\":" << counted.refused
       << ",\"overflows\":" << counted.overflows << ",\"completed\":" << counted.completed
       << ",\"batches\":" << counted.batches << ",\"members\":" << counted.members
       << ",\"injected\":" << counted.injected << ",\"lost\":" << counted.lost
       << ",\"unreported\":" << counted.unreported << ",\"mostAtOnce\":" << counted.most_at_once
       << ",\"statuses\":{";
  const char* separator = "";
  for (const auto& [status, count] : counted.statuses) {
    json << separator << '"' << status << "\":" << count;
    separator = ",";
  }
  json << "}}";
}

}  // namespace

std::string Device::Statistics() const {
  std::ostringstream json;
  json << '{';
  const char* separator = "";
  for (const auto& queue : queues_) {
    json << separator << '"' << queue->options.Name() << "\":";
    Append(json, queue->statistics);
    separator = ",";
  }
  json << '}';
  return json.str();
}

}  // namespace datamover::device_model
