/* SPDX-License-Identifier: Apache-2.0 */
/* Starts, saves and ends domains; combines console, events and agent into a guest. */
#include "guest/guest.h"

#include <dirent.h>
#include <errno.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/log.h"
#include "base/path.h"
#include "base/text.h"
#include "guest/agent/agent.h"
#include "guest/console/console.h"
#include "guest/console/link.h"
#include "guest/domain/connection.h"
#include "guest/domain/host_log.h"
#include "guest/domain/hypervisor.h"
#include "guest/enter.h"
#include "guest/host/emulator.h"
#include "guest/state/stream.h"

#define START_LIMIT_MS 60000  /* time limit of the command that opens a shell on the console */
#define DRAIN_LIMIT_MS 2000   /* time limit for the last console output */
#define FORGET_LIMIT_MS 10000 /* time limit until libvirt has removed a guest that ended */
#define FORGET_PAUSE_MS 50
#define ANSWER_LIMIT_MS (60 * 1000) /* answer limit of an agent under emulation on a busy host */

struct guest {
    struct hypervisor *hypervisor;
    char name[16], uuid[37];
    char *xml;
    struct console *console;
    struct watch watch;
    bool watched;
    virDomainPtr domain;
    struct agent agent;
};

/* Name and UUID are derived from the guest's properties: a saved state can be restored only under
 * its own. */
static int name_guest(struct guest *guest, const struct guest_spec *spec, struct error **err)
{
    _cleanup_free_ char *essence = NULL;
    _cleanup_buffer_ struct buffer text = {0};
    char hex[DIGEST_TEXT_SIZE];
    int code = domain_xml_build_essence(spec, &essence, err);

    if (code < 0)
        return code;
    buffer_text(&text, essence);
    /* Two guests of one hypervisor must differ. QEMU's own stream, from which both are restored,
     * contains neither. */
    if (spec->second != NULL)
        buffer_format(&text, " %s", spec->second);
    digest_of_memory(text.data, text.length, hex);
    snprintf(guest->name, sizeof(guest->name), "ts-%.12s", hex);
    /* RFC 9562 version 8: custom. */
    snprintf(guest->uuid, sizeof(guest->uuid), "%.8s-%.4s-8%.3s-8%.3s-%.12s", hex, hex + 8,
             hex + 12, hex + 15, hex + 18);
    return 0;
}

static int check_files(const struct guest_spec *spec, struct error **err)
{
    const char *const files[] = {spec->overlay, spec->payload,
                                 spec->results, spec->image->kernel.path,
                                 spec->seed,    spec->image->initrd.path,
                                 spec->loader,  spec->nvram};

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
        if (files[i] != NULL && access(files[i], R_OK) < 0)
            return error_set_errno(err, -errno, "image '%s': cannot read '%s'", spec->image->name,
                                   files[i]);
    return 0;
}

/* The guest's XML: built from its spec, or from its saved XML. */
static int make_xml(struct guest *guest, const struct guest_spec *spec,
                    const struct domain_wiring *wiring, const char *memory, struct error **err)
{
    char *saved;
    int code;

    if (memory == NULL || wiring->incoming)
        return domain_xml_build(spec, wiring, &guest->xml, err);
    saved = virDomainSaveImageGetXMLDesc(hypervisor_connection(guest->hypervisor), memory,
                                         VIR_DOMAIN_SAVE_IMAGE_XML_SECURE);
    if (saved == NULL)
        return connection_fail(err, -EBADMSG, "cannot read saved state '%s'", memory);
    code = domain_xml_rewire(saved, spec, wiring, &guest->xml, err);
    free(saved);
    return code;
}

/* Sets up everything that must exist before QEMU starts. memory: the saved state, or NULL. */
static int prepare(struct guest *guest, const struct guest_spec *spec, const char *memory,
                   struct error **err)
{
    const char *folder = hypervisor_folder(guest->hypervisor);
    bool second = spec->second != NULL;
    _cleanup_free_ char *console = path_join(folder, second ? "console-2.sock" : "console.sock");
    _cleanup_free_ char *agent = path_join(folder, second ? "agent-2.sock" : "agent.sock");
    _cleanup_free_ char *cable = path_join(folder, second ? "cable-2.sock" : "cable.sock");
    _cleanup_free_ char *peer = path_join(folder, second ? "cable.sock" : "cable-2.sock");
    _cleanup_free_ char *emulator = NULL;
    struct domain_wiring wiring = {
        .name = guest->name,
        .uuid = guest->uuid,
        .console_socket = console,
        .agent_socket = hypervisor_is_embed(guest->hypervisor) ? agent : NULL,
        .network_socket = cable,
        .peer_socket = peer,
        .own_memory = hypervisor_is_embed(guest->hypervisor),
        .incoming = memory != NULL && stream_is(memory),
        .confine = !hypervisor_is_embed(guest->hypervisor),
    };
    int code;

    if (spec->network && !hypervisor_is_embed(guest->hypervisor))
        return error_set(err, -ENOTSUP,
                         "two guests are joined only without --connect: a libvirt daemon offers no "
                         "network for them");
    code = emulator_find(spec->platform->arch, &emulator, err);
    if (code == 0)
        code = check_files(spec, err);
    if (code == 0)
        code = name_guest(guest, spec, err);
    if (code == 0)
        code = make_xml(guest, spec, &wiring, memory, err);
    if (code == 0)
        code = hypervisor_note_guest(guest->hypervisor, guest->uuid, err);
    guest->watch.on_trouble = spec->on_trouble;
    if (code == 0)
        code = console_open(console, spec->console, &guest->watch, &guest->console, err);
    if (code == 0) {
        events_watch(hypervisor_events(guest->hypervisor), guest->uuid, &guest->watch);
        guest->watched = true;
    }
    return code;
}

static struct guest *new_guest(struct hypervisor *hypervisor)
{
    struct guest *guest = text_calloc(1, sizeof(*guest));

    guest->hypervisor = hypervisor;
    watch_init(&guest->watch);
    return guest;
}

static void join_agent(struct guest *guest)
{
    guest->agent = (struct agent){.domain = guest->domain,
                                  .hypervisor = guest->hypervisor,
                                  .watch = &guest->watch,
                                  .started_ms = clock_now_ms(),
                                  .answer_limit_ms = ANSWER_LIMIT_MS};
}

static bool has_stopped(const struct watch_facts *facts)
{
    return facts->stopped;
}

static bool never(const struct watch_facts *facts)
{
    (void)facts;
    return false;
}

/* libvirt removes a domain shortly after it reports its end; creating one with the same name
 * meanwhile fails, and there is no event to wait for. */
static virDomainPtr create(struct guest *guest, unsigned flags)
{
    int64_t deadline_ms = clock_now_ms() + FORGET_LIMIT_MS;
    virDomainPtr domain;

    flags |= hypervisor_is_embed(guest->hypervisor) ? 0 : VIR_DOMAIN_START_AUTODESTROY;

    while ((domain = virDomainCreateXML(hypervisor_connection(guest->hypervisor), guest->xml,
                                        flags)) == NULL &&
           virGetLastErrorCode() == VIR_ERR_OPERATION_FAILED &&
           strstr(virGetLastErrorMessage(), "already being removed") != NULL &&
           clock_remaining_ms(deadline_ms) > 0)
        watch_wait(&guest->watch, never, clock_now_ms() + FORGET_PAUSE_MS);
    return domain;
}

int guest_boot(struct hypervisor *hypervisor, const struct guest_spec *spec,
               struct guest **ret_guest, struct error **err)
{
    _cleanup_(guest_free_cleanup) struct guest *guest = new_guest(hypervisor);
    int code = prepare(guest, spec, NULL, err);

    if (code < 0)
        return code;
    guest->domain = create(guest, 0);
    if (guest->domain == NULL)
        return connection_fail(err, -EIO, "cannot boot image '%s' on platform '%s'",
                               spec->image->name, spec->platform->name);
    join_agent(guest);
    *ret_guest = steal_ptr(guest);
    return 0;
}

static int restore_stream(struct guest *guest, const char *memory, struct error **err)
{
    int code;

    guest->domain = create(guest, VIR_DOMAIN_START_PAUSED);
    if (guest->domain == NULL)
        return connection_fail(err, -EIO, "cannot start QEMU for guest '%s'", guest->name);
    code = stream_load(guest->domain, hypervisor_folder(guest->hypervisor), memory, err);
    if (code < 0)
        return code;
    if (virDomainResume(guest->domain) < 0)
        return connection_fail(err, -EIO, "guest '%s' does not continue", guest->name);
    return 0;
}

static int restore_saved(struct guest *guest, const char *memory, struct error **err)
{
    virConnectPtr connection = hypervisor_connection(guest->hypervisor);

    if (virDomainRestoreFlags(connection, memory, guest->xml, VIR_DOMAIN_SAVE_RUNNING) < 0)
        return connection_fail(err, -EIO, "libvirt refuses it");
    guest->domain = virDomainLookupByUUIDString(connection, guest->uuid);
    if (guest->domain == NULL)
        return connection_fail(err, -EIO, "guest '%s' ended as soon as it was restored",
                               guest->name);
    return 0;
}

int guest_restore(struct hypervisor *hypervisor, const struct guest_spec *spec, const char *memory,
                  struct guest **ret_guest, struct error **err)
{
    _cleanup_(guest_free_cleanup) struct guest *guest = new_guest(hypervisor);
    int code = prepare(guest, spec, memory, err);

    if (code < 0)
        return code;
    code =
        stream_is(memory) ? restore_stream(guest, memory, err) : restore_saved(guest, memory, err);
    if (code < 0)
        return error_prefix(err, "cannot restore image '%s' on platform '%s' from '%s'",
                            spec->image->name, spec->platform->name, memory);
    join_agent(guest);
    *ret_guest = steal_ptr(guest);
    return 0;
}

int guest_wait_agent(struct guest *guest, int64_t deadline_ms, struct error **err)
{
    return agent_wait(&guest->agent, deadline_ms, err);
}

int guest_enter(struct guest *guest, const struct guest_entry *entry, enum entry_method *ret_method,
                char **ret_story, struct error **err)
{
    return enter_first(&guest->agent, guest->console, entry, ret_method, ret_story, err);
}

int guest_reenter(struct guest *guest, enum entry_method entry_method, int64_t deadline_ms,
                  struct error **err)
{
    return enter_again(&guest->agent, guest->console, entry_method, deadline_ms, err);
}

int guest_exec(struct guest *guest, const struct guest_command *command, int64_t deadline_ms,
               struct guest_output *ret_output, struct error **err)
{
    return agent_exec(&guest->agent, command, deadline_ms, ret_output, err);
}

int guest_attach_console(struct guest *guest, const struct guest_command *start, int in, int out,
                         const char *mark, struct error **err)
{
    _cleanup_(guest_output_done) struct guest_output output = {0};
    int code;

    if (guest->agent.link != NULL)
        return error_set(err, -EBUSY,
                         "commands reach this guest over its console, which is in use: use the "
                         "shell without --console");
    console_listen(guest->console);
    code = guest_exec(guest, start, clock_now_ms() + START_LIMIT_MS, &output, err);
    if (code == 0 && !(output.exited && output.code == 0))
        code = error_set(err, -EREMOTEIO, "no shell starts on the guest's console: %s",
                         output.err.length > 0 ? output.err.data : "it has none on a serial line");
    return code == 0 ? console_attach(guest->console, in, out, mark, err) : code;
}

void guest_set_answer_limit(struct guest *guest, int64_t limit_ms)
{
    guest->agent.answer_limit_ms = limit_ms;
}

static void note_destroyed(struct guest *guest, bool destroyed)
{
    watch_lock(&guest->watch);
    guest->watch.facts.destroyed = destroyed && !watch_is_over(&guest->watch.facts);
    watch_unlock_changed(&guest->watch);
}

static int save_stream(struct guest *guest, const char *memory, struct error **err)
{
    int code;

    if (virDomainSuspend(guest->domain) < 0)
        return connection_fail(err, -EIO, "guest '%s' cannot be paused", guest->name);
    code = stream_save(guest->domain, hypervisor_folder(guest->hypervisor), memory, err);
    if (code == 0 && virDomainDestroy(guest->domain) < 0)
        code = connection_fail(err, -EIO, "QEMU of guest '%s' cannot be ended", guest->name);
    return code;
}

int guest_save(struct guest *guest, const char *memory, struct error **err)
{
    note_destroyed(guest, true);
    if (hypervisor_is_embed(guest->hypervisor)) {
        int code = save_stream(guest, memory, err);

        if (code < 0) {
            note_destroyed(guest, false);
            return error_prefix(err, "cannot save guest '%s' to '%s'", guest->name, memory);
        }
        return 0;
    }
    if (virDomainSaveFlags(guest->domain, memory, NULL, VIR_DOMAIN_SAVE_RUNNING) < 0) {
        note_destroyed(guest, false);
        return connection_fail(err, -EIO, "cannot save guest '%s' to '%s'", guest->name, memory);
    }
    return 0;
}

int guest_cut_power(struct guest *guest, int64_t deadline_ms, struct error **err)
{
    note_destroyed(guest, true);
    /* Without SIGKILL, because QEMU may still have cached data of the disks. */
    while (!watch_facts_now(&guest->watch).stopped &&
           virDomainDestroyFlags(guest->domain, VIR_DOMAIN_DESTROY_GRACEFUL) < 0) {
        if (clock_remaining_ms(deadline_ms) == 0) {
            note_destroyed(guest, false);
            return connection_fail(err, -EIO, "the power of guest '%s' cannot be cut", guest->name);
        }
        watch_wait(&guest->watch, has_stopped, clock_now_ms() + FORGET_PAUSE_MS);
    }
    return 0;
}

/* True if the guest's QEMU is stopped by a signal (proc(5), state T or t). */
static bool emulator_is_stopped(const struct guest *guest)
{
    _cleanup_closedir_ DIR *processes = opendir("/proc");
    const struct dirent *entry;

    while (processes != NULL && (entry = readdir(processes)) != NULL) {
        _cleanup_free_ char *line = text_format("/proc/%s/cmdline", entry->d_name);
        _cleanup_free_ char *stat = text_format("/proc/%s/stat", entry->d_name);
        _cleanup_buffer_ struct buffer text = {0}, state = {0};
        const char *name;

        if (entry->d_name[0] < '1' || entry->d_name[0] > '9' ||
            path_read(line, 1 << 20, &text, NULL) < 0 || text.length == 0 ||
            memmem(text.data, text.length, guest->uuid, strlen(guest->uuid)) == NULL ||
            path_read(stat, 4096, &state, NULL) < 0 || state.length == 0)
            continue;
        name = strrchr(state.data, ')');
        if (name != NULL && (text_starts(name, ") T ") || text_starts(name, ") t ")))
            return true;
    }
    return false;
}

enum guest_end guest_how_it_ended(struct guest *guest, char **ret_detail)
{
    struct watch_facts facts = watch_facts_now(&guest->watch);
    char detail[256];
    enum guest_end end;

    if (facts.stopped) {
        console_drain(guest->console, clock_now_ms() + DRAIN_LIMIT_MS);
        facts = watch_facts_now(&guest->watch);
    }
    if (!facts.stopped && !facts.destroyed) {
        agent_look_at_host(&guest->agent);
        facts = watch_facts_now(&guest->watch);
        facts.emulator_stopped = emulator_is_stopped(guest);
    }
    end = watch_judge(&facts, detail, sizeof(detail));
    if (ret_detail != NULL)
        *ret_detail = text_dup(detail);
    return end;
}

bool guest_reset_in_order(struct guest *guest)
{
    return guest_how_it_ended(guest, NULL) == GUEST_BOOT_LOOP &&
           watch_facts_now(&guest->watch).console.restart;
}

void guest_console_marks(struct guest *guest, struct console_marks *ret_marks)
{
    *ret_marks = watch_facts_now(&guest->watch).console;
}

int guest_wait_end(struct guest *guest, int64_t deadline_ms, struct error **err)
{
    if (!watch_wait(&guest->watch, watch_is_over, deadline_ms))
        return error_set(err, -ETIMEDOUT, "guest '%s' still runs at the time limit", guest->name);
    return 0;
}

const char *guest_domain_xml(const struct guest *guest)
{
    return guest->xml;
}

char *guest_log_path(const struct guest *guest)
{
    return host_log_of_qemu(guest->hypervisor, guest->name);
}

bool guest_console_truncated(const struct guest *guest)
{
    return console_truncated(guest->console);
}

void guest_free(struct guest *guest)
{
    if (guest == NULL)
        return;
    if (guest->domain != NULL) {
        note_destroyed(guest, true);
        if (!watch_facts_now(&guest->watch).stopped && virDomainIsActive(guest->domain) == 1 &&
            virDomainDestroy(guest->domain) < 0)
            log_warning("guest '%s' cannot be destroyed: %s", guest->name,
                        virGetLastErrorMessage());
        virDomainFree(guest->domain);
        /* The event of its end must not be attributed to the next domain of the same name. */
        watch_wait(&guest->watch, has_stopped, clock_now_ms() + FORGET_LIMIT_MS);
    }
    if (guest->watched)
        events_unwatch(hypervisor_events(guest->hypervisor), &guest->watch);
    if (guest->console != NULL)
        console_drain(guest->console, clock_now_ms() + DRAIN_LIMIT_MS);
    console_link_free(guest->agent.link);
    console_free(guest->console);
    watch_done(&guest->watch);
    free(guest->xml);
    free(guest);
}
