# SPDX-License-Identifier: Apache-2.0
# Starts what rows.json says of each image as a runtime does, in its merged layers, and prints "NAME CODE": 0 if it ran.
# To be started as root, or as root of a user namespace.
import json, os, sys

DEFAULT = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def start(root, config, words):
    os.chroot(root)
    folder = config.get("WorkingDir", "/")
    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    user = config.get("User", "0").replace("vendor", "1000").split(":")
    if user[0] != "0":
        os.setgroups([])
        os.setgid(int(user[1] if len(user) > 1 else 1000 if "vendor" in config["User"] else 0))
        os.setuid(int(user[0]))
    environment = dict(row.split("=", 1) for row in config.get("Env", []))
    environment.setdefault("PATH", DEFAULT)
    os.execvpe(words[0], words, environment)


def run(root, config, words):
    child = os.fork()
    if child == 0:
        os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
        try:
            start(root, config, words)
        except OSError:
            os._exit(127)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


for row in json.load(open("rows.json")):
    config = row["config"]
    words = config.get("Entrypoint", []) + config.get("Cmd", [])
    if os.path.exists("mapped") and "User" in config:
        continue
    if words:
        print(row["name"], "start", run("merged/" + row["name"], config, words))
    health = config.get("Healthcheck", {"Test": ["NONE"]})["Test"]
    if health[0] != "NONE":
        words = health[1:] if health[0] == "CMD" else ["/bin/sh", "-c", health[1]]
        print(row["name"], "health", run("merged/" + row["name"], config, words))
