/* progress: a bar for long work on a terminal, which leaves no trace.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/time.h"
#include "cli/cli.h"

enum { BAR_CELLS = 30 };

#define PROGRESS_DELAY (TIME_SECOND / 2)
#define PROGRESS_EVERY (TIME_SECOND / 10)

void cli_progress(struct cli *c, uint64_t done, uint64_t total)
{
	struct cli_progress *p = &c->progress;
	uint64_t percent = total ? (done < total ? done / (total / 100 + 1) : 100) : 0;
	char bar[BAR_CELLS + 1];
	int64_t now;

	if (!p->wanted)
		return;
	now = c->world->now(c->world);
	if (!p->begun)
		p->begun = now;
	if (now - p->begun < PROGRESS_DELAY || now - p->last < PROGRESS_EVERY)
		return;
	for (size_t i = 0; i < BAR_CELLS; i++)
		bar[i] = i * 100 < percent * BAR_CELLS ? '#' : '.';
	bar[BAR_CELLS] = 0;
	(void)fprintf(c->err, "\r[%s] %3u %%", bar, (unsigned)percent);
	(void)fflush(c->err);
	p->shown = true;
	p->last = now;
}

void cli_progress_end(struct cli *c)
{
	if (c->progress.shown)
		(void)fprintf(c->err, "\r\033[K");
	c->progress.shown = false;
	c->progress.begun = 0;
}
