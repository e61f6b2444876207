/* SPDX-License-Identifier: Apache-2.0 */
/* Versions of cgroups that a release of systemd can mount. */
#ifndef TS_ABI_SETTINGS_CGROUP_H
#define TS_ABI_SETTINGS_CGROUP_H

/* "v1" or "v2" if the release has only one; NULL: it has both. */
const char *settings_only_cgroup(unsigned systemd);

#endif
