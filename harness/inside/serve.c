/* SPDX-License-Identifier: Apache-2.0 */
/* The verb `serve`: on the guest agent's virtio port, or on the terminal that it was started
 * from. */
#include "inside/serve.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inside/inside.h"

#define PORT_NAME "org.qemu.guest_agent.0"
#define AWAY_MS 200 /* between checks while the host is not connected */

/* The port's device, with or without udev's link to it. */
static bool find_port(char *path, size_t size)
{
    DIR *folder = opendir("/sys/class/virtio-ports");
    const struct dirent *entry;
    bool found = false;

    while (!found && folder != NULL && (entry = readdir(folder)) != NULL) {
        char file[400], name[64];

        snprintf(file, sizeof(file), "/sys/class/virtio-ports/%s/name", entry->d_name);
        found = read_line(file, name, sizeof(name)) && strcmp(name, PORT_NAME) == 0;
        if (found)
            snprintf(path, size, "/dev/%s", entry->d_name);
    }
    if (folder != NULL)
        closedir(folder);
    return found;
}

static bool put_line(int fd, const char *text)
{
    size_t length = strlen(text);
    char *line = malloc(length + 2);
    bool good = line != NULL;

    if (good) {
        memcpy(line, text, length);
        line[length++] = '\n';
    }
    for (size_t at = 0; good && at < length;) {
        ssize_t put = write(fd, line + at, length - at);

        good = put > 0 || (put < 0 && errno == EINTR);
        at += put > 0 ? (size_t)put : 0;
    }
    free(line);
    return good;
}

/* One request a line, as libvirt writes them. */
static int serve_port(int fd)
{
    char *request = malloc(SERVE_REQUEST_MAX);
    size_t length = 0;
    char chunk[65536];

    if (request == NULL)
        return EXIT_IO;
    for (;;) {
        ssize_t got;

        if (!serve_wait(fd, 1000))
            continue;
        got = read(fd, chunk, sizeof(chunk));
        if (got <= 0) {
            /* The host's side is disconnected: it may return, as after a restore. */
            if (got < 0 && errno != EINTR && errno != EAGAIN && errno != EPIPE)
                break;
            serve_wait(-1, AWAY_MS);
            continue;
        }
        for (ssize_t i = 0; i < got; i++) {
            char *answer;

            if (chunk[i] != '\n') {
                /* 0xff before a request tells an agent to discard earlier input. */
                if ((unsigned char)chunk[i] == 0xff)
                    length = 0;
                else if (length + 1 < SERVE_REQUEST_MAX)
                    request[length++] = chunk[i];
                continue;
            }
            request[length] = '\0';
            length = 0;
            answer = request[0] != '\0' ? serve_answer(request) : NULL;
            if (answer != NULL)
                put_line(fd, answer);
            free(answer);
        }
    }
    free(request);
    return EXIT_IO;
}

int verb_serve(int argc, char **argv)
{
    char path[300];
    int fd;

    signal(SIGPIPE, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    if (argc == 3 && strcmp(argv[1], "--console") == 0)
        return serve_console(STDIN_FILENO, STDOUT_FILENO, argv[2]);
    if (argc != 2 || strcmp(argv[1], "--port") != 0)
        return complain(EXIT_USAGE, "serve requires --port, or --console NONCE");
    if (!find_port(path, sizeof(path)))
        return complain(EXIT_IO, "this machine has no virtio port '%s'", PORT_NAME);
    fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return complain(EXIT_IO, "cannot open '%s': %s", path, strerror(errno));
    return serve_port(fd);
}
