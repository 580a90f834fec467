// What the search may guess with, gathered from every log of a changefeed. Internal to reading.
#pragma once

#include "checker/logs/strands.h"

namespace takeover::logs {

// Fills each strand's pools: with what its own lines tell, and those of the same changefeed on other nodes
// and in the other kind of log. Where no recorder wrote it down, a Bootstrap has redo on if anything of the
// changefeed is of redo. Complains of a strand that has no room for the names of the others.
void share_pools(AllLogs& logs, Complaints& complaints);

// More names than a history can have.
void complain_of_names(const NodeLog& log, Complaints& complaints);

}  // namespace takeover::logs
