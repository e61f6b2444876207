/* SPDX-License-Identifier: Apache-2.0 */
/* Log files that libvirt and QEMU wrote about a guest: evidence for a guest that failed, and the
 * only report of some failures of the host. */
#ifndef TS_GUEST_DOMAIN_HOST_LOG_H
#define TS_GUEST_DOMAIN_HOST_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct hypervisor;

/* Searches libvirt's log for a failure of its own connection to QEMU or to the agent. The last such
 * line, without time and place, is copied to ret_line. A connection that QEMU closed on exit does
 * not count. No I/O. */
bool host_log_find(const char *log, char *ret_line, size_t size);

/* The same for this hypervisor's log; a daemon's log is not read. */
bool host_log_trouble(const struct hypervisor *hypervisor, char *ret_line, size_t size);

/* Paths of the logs of libvirt and of this guest's QEMU. NULL when a daemon writes them; caller
 * frees. */
char *host_log_of_libvirt(const struct hypervisor *hypervisor);
char *host_log_of_qemu(const struct hypervisor *hypervisor, const char *guest_name);

#endif
