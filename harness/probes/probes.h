/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Built-in probes: cases that every product gets from its list of packages, without a script in
 * its suite. They are ordinary cases with fixed ids (probes.def). Their scripts are part of the
 * program and are written into the copy of the suite that a run makes, so they count in its digest
 * and reach the guest like its own files.
 */
#ifndef TS_PROBES_PROBES_H
#define TS_PROBES_PROBES_H

#include "model/suite.h"

struct error;

/* What the id of every probe begins with. */
#define PROBES_PREFIX "probe-"

/* The probes that are also looked at from outside: what the product listens on, seen in its guest
 * and, if there is a second guest, from there. */
#define PROBES_PORTS PROBES_PREFIX "ports"
#define PROBES_SCAN PROBES_PREFIX "scan"

/* Exit status of a probe whose suite.xml names what the packages do not have; with any other that
 * makes a case an ERROR, the probe itself broke. */
#define PROBES_EXIT_SUITE 98

/* True if the file in cases/ is one that probes_write makes. */
bool probes_is_file(const char *name);

/* Adds what comes before any case of the suite, none of which was added: the probe that installs,
 * unless `installs`: the suite has a case of item install itself. */
void probes_begin(struct suite *suite, bool installs);

/* Adds the other probes among the suite's cases: after those that install, and before the first
 * that uninstalls. */
void probes_finish(struct suite *suite);

/* Writes the scripts, and what suite->probes says, into FOLDER/cases, which is created. Files of
 * the same names are replaced. */
int probes_write(const struct suite *suite, const char *folder, struct error **err);

#endif
