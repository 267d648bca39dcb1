/* report_paper: the report as PDF, for libqianyin.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doc/report_paper.h"

#include "lib/lib.h"

int qy_report_pdf(qy_report *report, const char *path, struct qy_error *error)
{
	AUTO(outfile) to = NULL;
	struct err e;

	if (!report || !path)
		return lib_usage(error, "no report, or no path");
	return outfile_open(&to, path, 0644, &e) &&
			       report_paper(report->report, report->world,
				       sink_to_outfile(to), &e) &&
			       outfile_commit(to, &e)
		       ? 1
		       : lib_fail(error, &e);
}
