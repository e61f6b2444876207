/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What libvirt and QEMU wrote about a guest on this host: evidence for a guest that failed, and
 * where a failure of the host stands that no event tells of.
 */
#ifndef TS_GUEST_DOMAIN_HOST_LOG_H
#define TS_GUEST_DOMAIN_HOST_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct hypervisor;

/* Pure. Whether libvirt's log tells that one of its own connections to QEMU or to the agent failed;
 * the last such line, without time and place, goes to ret_line. A connection that QEMU closed as it
 * ended is none. */
bool host_log_find(const char *log, char *ret_line, size_t size);

/* The same in the log of this hypervisor; a daemon's is not read. */
bool host_log_trouble(const struct hypervisor *hypervisor, char *ret_line, size_t size);

/* Paths of the logs: libvirt's own, and QEMU's of this guest. NULL where a daemon has them; caller
 * frees. */
char *host_log_of_libvirt(const struct hypervisor *hypervisor);
char *host_log_of_qemu(const struct hypervisor *hypervisor, const char *guest_name);

#endif
