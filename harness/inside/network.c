/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `network`: the network between the two guests of a cell. Addresses are fixed, there is
 * no router and no name server: whatever is in one of the guests reaches the other one and nothing
 * else. Only ioctl(2) is used, because not every image has ip(8). */
#include "inside/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <poll.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inside/inside.h"

/* 198.18.0.0/15 is reserved for tests between two machines (RFC 2544). */
#define NETMASK "255.255.255.0"
/* The device that the host adds, see GUEST_NETWORK_SLOT of the harness. */
#define INTERFACES "/sys/bus/pci/devices/0000:00:08.0/virtio*/net/*"
#define DRIVER_LIMIT_MS 20000 /* until udev has loaded the driver of a guest that was just booted  \
                               */
#define ANSWER_LIMIT_MS 20000 /* until the other guest has answered, under emulation */
#define PAUSE_MS 100
#define DISCARD_PORT 9

static const struct member {
    const char *name, *variable, *address, *mac;
    unsigned char hardware[6];
} members[] = {
    {"server",
     "TOUCHSTONE_GUEST_SERVER",
     "198.18.0.1",
     "52:54:00:12:00:01",
     {0x52, 0x54, 0, 0x12, 0, 1}},
    {"client",
     "TOUCHSTONE_GUEST_CLIENT",
     "198.18.0.2",
     "52:54:00:12:00:02",
     {0x52, 0x54, 0, 0x12, 0, 2}},
};
enum { MEMBERS = sizeof(members) / sizeof(members[0]) };

static const struct member *find(const char *name)
{
    for (size_t i = 0; i < MEMBERS; i++)
        if (strcmp(members[i].name, name) == 0)
            return &members[i];
    return NULL;
}

bool network_set_environment(const char *name)
{
    if (find(name) == NULL)
        return false;
    setenv("TOUCHSTONE_GUEST", name, 1);
    for (size_t i = 0; i < MEMBERS; i++)
        setenv(members[i].variable, members[i].address, 1);
    return true;
}

/* Adds the names that are not there yet: a restored guest has them, so that its files are those of
 * its snapshot. */
static bool write_hosts(void)
{
    FILE *file = fopen("/etc/hosts", "a+e");
    char line[512];
    bool there[MEMBERS] = {false}, whole = true, good;

    if (file == NULL)
        return false;
    rewind(file);
    while (fgets(line, sizeof(line), file) != NULL) {
        whole = line[strcspn(line, "\n")] == '\n';
        for (size_t i = 0; i < MEMBERS; i++)
            there[i] |= strncmp(line, members[i].address, strlen(members[i].address)) == 0 &&
                        strchr("\t ", line[strlen(members[i].address)]) != NULL;
    }
    fseek(file, 0, SEEK_END);
    if (!whole && !(there[0] && there[1]))
        fputc('\n', file);
    for (size_t i = 0; i < MEMBERS; i++)
        if (!there[i])
            fprintf(file, "%s %s\n", members[i].address, members[i].name);
    good = ferror(file) == 0;
    return fclose(file) == 0 && good;
}

/* The name of the interface; false: the kernel has no driver for it. */
static bool find_interface(char name[IFNAMSIZ], int64_t limit_ms)
{
    int64_t deadline = monotonic_ms() + limit_ms;

    for (;;) {
        glob_t found;
        bool there = glob(INTERFACES, 0, NULL, &found) == 0 && found.gl_pathc > 0;

        if (there)
            snprintf(name, IFNAMSIZ, "%.*s", IFNAMSIZ - 1, strrchr(found.gl_pathv[0], '/') + 1);
        globfree(&found);
        if (there || monotonic_ms() >= deadline)
            return there;
        poll(NULL, 0, PAUSE_MS);
    }
}

/* A manager of connections would look for a DHCP server, and remove the address when there is
 * none. That it does not run, or is not installed, is no failure. */
static void release_interface(const char *interface)
{
    const char *argv[] = {"nmcli", "device", "set", interface, "managed", "no", NULL};
    static const char *const empty[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL};
    posix_spawn_file_actions_t quiet;
    pid_t pid;

    posix_spawn_file_actions_init(&quiet);
    posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawnp(&pid, argv[0], &quiet, NULL, (char **)argv, (char **)empty) == 0)
        waitpid(pid, NULL, 0);
    posix_spawn_file_actions_destroy(&quiet);
}

static void set_address(struct sockaddr *to, const char *text)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    inet_pton(AF_INET, text, &address.sin_addr);
    memcpy(to, &address, sizeof(address));
}

static bool set_flags(int fd, const char *interface, short on, short off)
{
    struct ifreq request = {0};

    memcpy(request.ifr_name, interface, IFNAMSIZ);
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return false;
    request.ifr_flags = (short)((request.ifr_flags | on) & ~off);
    return ioctl(fd, SIOCSIFFLAGS, &request) == 0;
}

static bool configure(int fd, const char *interface, const struct member *self)
{
    struct ifreq request = {0};

    memcpy(request.ifr_name, interface, IFNAMSIZ);
    /* Both guests may come from one saved state: they have the same hardware address until now. */
    if (!set_flags(fd, interface, 0, IFF_UP))
        return false;
    request.ifr_hwaddr.sa_family = ARPHRD_ETHER;
    memcpy(request.ifr_hwaddr.sa_data, self->hardware, sizeof(self->hardware));
    if (ioctl(fd, SIOCSIFHWADDR, &request) < 0)
        return false;
    set_address(&request.ifr_addr, self->address);
    if (ioctl(fd, SIOCSIFADDR, &request) < 0)
        return false;
    set_address(&request.ifr_netmask, NETMASK);
    return ioctl(fd, SIOCSIFNETMASK, &request) == 0 &&
           set_flags(fd, interface, IFF_UP | IFF_RUNNING, 0);
}

static int set(int fd, const struct member *self)
{
    char interface[IFNAMSIZ] = "";

    if (!find_interface(interface, DRIVER_LIMIT_MS))
        return complain(1, "no network interface appears: the guest's kernel has no virtio-net "
                           "driver");
    release_interface(interface);
    if (!configure(fd, interface, self))
        return complain(1, "cannot give '%s' the address %s: %s", interface, self->address,
                        strerror(errno));
    return write_hosts() ? 0 : complain(1, "cannot write /etc/hosts: %s", strerror(errno));
}

/* What is left of the configuration; NULL: all of it. */
static const char *find_loss(int fd, const char *interface, const struct member *self)
{
    struct ifreq request = {0};
    struct sockaddr wanted;

    memcpy(request.ifr_name, interface, IFNAMSIZ);
    if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
        return "its interface is gone";
    if ((request.ifr_flags & IFF_UP) == 0)
        return "its interface is down";
    set_address(&wanted, self->address);
    if (ioctl(fd, SIOCGIFADDR, &request) < 0 ||
        memcmp(&((struct sockaddr_in *)(void *)&request.ifr_addr)->sin_addr,
               &((struct sockaddr_in *)(void *)&wanted)->sin_addr, sizeof(struct in_addr)) != 0)
        return "its address was removed";
    return NULL;
}

/* True if the kernel has a fresh hardware address of the peer. */
static bool has_answered(const struct member *peer)
{
    FILE *file = fopen("/proc/net/arp", "re");
    char line[512], address[64], flags[16], mac[64];
    bool found = false;

    while (file != NULL && !found && fgets(line, sizeof(line), file) != NULL)
        found = sscanf(line, "%63s %*s %15s %63s", address, flags, mac) == 3 &&
                strcmp(address, peer->address) == 0 && (strtoul(flags, NULL, 16) & ATF_COM) != 0 &&
                strcasecmp(mac, peer->mac) == 0;
    if (file != NULL)
        fclose(file);
    return found;
}

/* Asks for the peer's hardware address: its kernel answers that whatever its programs do, and no
 * packet filter suppresses it. */
static bool ask(int fd, const char *interface, const struct member *peer)
{
    int64_t deadline = monotonic_ms() + ANSWER_LIMIT_MS;
    struct arpreq forget = {0};
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(DISCARD_PORT)};

    inet_pton(AF_INET, peer->address, &to.sin_addr);
    memcpy(&forget.arp_pa, &to, sizeof(to));
    ((struct sockaddr_in *)(void *)&forget.arp_pa)->sin_port = 0;
    memcpy(forget.arp_dev, interface, sizeof(forget.arp_dev));
    ioctl(fd, SIOCDARP, &forget); /* fails if there is none */
    for (;;) {
        sendto(fd, "", 0, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
        if (has_answered(peer))
            return true;
        if (monotonic_ms() >= deadline)
            return false;
        poll(NULL, 0, PAUSE_MS);
    }
}

static int check(int fd, const struct member *self)
{
    const struct member *peer = &members[self == &members[0] ? 1 : 0];
    char interface[IFNAMSIZ] = "";
    const char *loss =
        find_interface(interface, 0) ? find_loss(fd, interface, self) : "its interface is gone";

    if (loss != NULL)
        return complain(NETWORK_LOST, "%s", loss);
    if (!ask(fd, interface, peer))
        return complain(NETWORK_SILENT, "guest '%s' does not answer at %s", peer->name,
                        peer->address);
    return 0;
}

int verb_network(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "", *name = argc > 2 ? argv[2] : "";
    const struct member *self = find(name);
    int fd, code;

    if (argc == 2 && strcmp(what, "hosts") == 0)
        return write_hosts() ? 0 : complain(1, "cannot write /etc/hosts: %s", strerror(errno));
    if (argc != 3 || self == NULL || (strcmp(what, "set") != 0 && strcmp(what, "check") != 0))
        return complain(EXIT_USAGE, "expected: network hosts, or network set|check server|client");
    fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return complain(1, "cannot open a socket: %s", strerror(errno));
    code = strcmp(what, "set") == 0 ? set(fd, self) : check(fd, self);
    close(fd);
    return code;
}
