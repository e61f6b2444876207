# SPDX-License-Identifier: Apache-2.0
# Makes container images in the current folder, as `docker save` writes them, each with its merged layers below
# "merged": container_images.py LOADER LIBC SHELL. rows.json says of each what it is, and what has to be said of it.
import hashlib, io, json, os, sys, tarfile
loader, libc, dash = (open(p, "rb").read() for p in sys.argv[1:4])
true, prog, own, pre, env = (open(p, "rb").read() for p in ("true", "prog", "libown.so", "pre.so", "/usr/bin/env"))
bash = open("/bin/bash", "rb").read()
bash_needs = {line.split("=>")[1].split()[0].lstrip("/"): None for line in os.popen("ldd /bin/bash") if "=> /" in line and "libc.so" not in line}
bash_needs = {path: (open("/" + path, "rb").read(), 0o755) for path in bash_needs}
PASSWD = b"root:x:0:0::/:/bin/sh\nvendor:x:1000:1000::/:/bin/sh\n"
GROUP = b"root:x:0:\nvendor:x:1000:\nshared:x:50:vendor\n"
base = {"lib64/ld-linux-x86-64.so.2": (loader, 0o755), "lib/x86_64-linux-gnu/libc.so.6": (libc, 0o755),
        "lib64/libc.so.6": (libc, 0o755), "bin/sh": (dash, 0o755), "app/prog": (true, 0o755)}
def sh(text, mode=0o755): return (text.encode(), mode)
CAPABILITY = b"\x01\0\0\x02\0\x04\0\0" + 12 * b"\0" # cap_net_bind_service, permitted and effective
def layer(files, capable=()):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as t:
        for name, (data, mode, *owner) in files.items():
            info = tarfile.TarInfo(name); info.mode = mode
            info.uid = info.gid = owner[0] if owner else 0
            if name in capable: info.pax_headers = {"SCHILY.xattr.security.capability": CAPABILITY.decode("latin-1")}
            if data is None: info.type = tarfile.DIRTYPE
            elif isinstance(data, str): info.type = tarfile.SYMTYPE; info.linkname = data
            else: info.size = len(data)
            t.addfile(info, io.BytesIO(data) if isinstance(data, bytes) else None)
    return out.getvalue()
def image(name, config, *layers, capable=()):
    layers = [layer(l, capable) for l in layers]
    document = {"architecture": "amd64", "os": "linux", "config": config}
    with tarfile.open(name + ".tar", "w") as t:
        def add(path, data):
            info = tarfile.TarInfo(path); info.size = len(data); t.addfile(info, io.BytesIO(data))
        add("config.json", json.dumps(document).encode())
        for i, data in enumerate(layers): add("l%d/layer.tar" % i, data)
        add("manifest.json", json.dumps([{"Config": "config.json", "RepoTags": [name + ":1"], "Layers": ["l%d/layer.tar" % i for i in range(len(layers))]}]).encode())
    os.makedirs("merged/" + name)
    for data in layers:
        with tarfile.open(fileobj=io.BytesIO(data)) as t:
            for member in t:
                folder, leaf = os.path.split(member.name)
                place = os.path.join("merged", name, folder)
                if leaf == ".wh..wh..opq": os.system("rm -rf %s/*" % place)
                elif leaf.startswith(".wh."): os.system("rm -rf %s/%s" % (place, leaf[4:]))
                else: t.extract(member, "merged/" + name, numeric_owner=os.getuid() == 0)
                if member.name in capable and os.getuid() == 0: os.setxattr(os.path.join("merged", name, member.name), "security.capability", CAPABILITY)
rows = []
def case(name, expect, config, files={}, drop=(), layers=(), capable=()):
    """expect: [] starts; a kind: BLOCK; "kind:HIGH"; "kind!": BLOCK that no process shows"""
    first = {k: v for k, v in base.items() if k not in drop}; first.update(files)
    image(name, config, first, *layers, capable=capable)
    rows.append({"name": name, "expect": expect, "config": config})
S, U, H = "CONTAINER_START", "CONTAINER_USER", "CONTAINER_HEALTH"
def E(*words, **more): return {"Entrypoint": list(words), **more}
case("ok", "", E("/app/prog"))
case("gone", S, E("/app/start"))
case("nothing", "CONTAINER_NO_COMMAND:HIGH", {})
case("path", S, {"Cmd": ["prog"], "Env": ["PATH=/usr/bin:/bin"]})
case("path-has", "", {"Cmd": ["prog"], "Env": ["PATH=/usr/bin:/app"]})
case("path-default", "", {"Cmd": ["prog"]}, {"usr/local/bin/prog": (true, 0o755)})
case("path-skips-data", "", {"Cmd": ["prog"], "Env": ["PATH=/data:/app"]}, {"data/prog": (true, 0o644)})
case("mode", S, E("/app/run"), {"app/run": (true, 0o644)})
case("folder", S, E("/app"))
case("no-shebang", S, E("/app/run.sh"), {"app/run.sh": sh("exec /app/prog\n")})
case("interpreter", S, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/bash\nexec /app/prog\n")})
case("interpreter-env", S, E("/app/run.sh"), {"app/run.sh": sh("#!/usr/bin/env node\n"), "usr/bin/env": (env, 0o755)})
case("crlf", S, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\r\nexec /app/prog\r\n")})
case("script", "", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nset -e\nexec /app/prog\n")})
case("script-exec", S, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nset -e\nexport A=1\nexec /app/gone \"$A\"\n")})
case("script-may-make", S + ":HIGH?", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\n/app/prog\nexec /app/gone\n")})
case("script-args", S, E("/app/run.sh", "gone"), {"app/run.sh": sh("#!/bin/sh\nexec \"$@\"\n")})
case("script-args-cmd", "", {"Entrypoint": ["/app/run.sh"], "Cmd": ["/app/prog"]}, {"app/run.sh": sh("#!/bin/sh\nif [ -z \"$X\" ]; then X=1; fi\nexec \"$@\"\n")})
case("shell-form", "", E("/bin/sh", "-c", "/app/prog"))
case("shell-form-exec", "", E("/bin/sh", "-c", "exec /app/prog --now && echo done"))
case("shell-form-gone", S, E("/bin/sh", "-c", "cd /app && exec /app/gone"))
case("shell-form-no-shell", S, E("/bin/sh", "-c", "/app/prog"), drop=("bin/sh",))
case("shell-form-tries", "", E("/bin/sh", "-c", "/app/gone || /app/prog"))
case("shell-form-tests", "", E("/bin/sh", "-c", "if [ -x /app/gone ]; then exec /app/gone; fi; exec /app/prog"))
case("shell-reads", S, E("/bin/sh", "/app/gone.sh"))
case("wrapper", S, E("/usr/bin/tini", "--", "/app/prog"))
case("wrapped", S, E("/bin/env", "A=1", "/app/gone"), {"bin/env": (env, 0o755)})
case("relative", "", E("./prog", WorkingDir="/app"))
case("relative-elsewhere", S, E("./prog", WorkingDir="/srv"))
case("folder-is-made", "", E("/app/prog", WorkingDir="/srv/new"))
case("folder-is-file", S, E("/app/prog", WorkingDir="/app/prog"))
case("link", "", E("/start"), {"start": ("/usr/lib/app/start", 0o777), "usr/lib/app/start": ("../../../app/prog", 0o777)})
case("link-dangles", S, E("/start"), {"start": ("/usr/lib/app/start", 0o777)})
case("link-outside", S, E("/start"), {"start": ("/etc/hostname", 0o777)})
case("whiteout", S, E("/app/prog"), layers=[{"app/.wh.prog": (b"", 0o644)}])
case("opaque", S, E("/app/prog"), layers=[{"app/.wh..wh..opq": (b"", 0o644), "app/other": (true, 0o755)}])
case("replaced", "", E("/app/prog"), {"app/prog": (b"x", 0o644)}, layers=[{"app/prog": (true, 0o755)}])
case("user", U + "!", E("/app/prog", User="nobody"), {"etc/passwd": (PASSWD, 0o644)})
case("user-no-list", U + "!", E("/app/prog", User="vendor"))
case("user-there", "", E("/app/prog", User="vendor"), {"etc/passwd": (PASSWD, 0o644), "etc/group": (GROUP, 0o644)})
case("user-number", "", E("/app/prog", User="1000:1000"))
case("group", U + "!", E("/app/prog", User="vendor:web"), {"etc/passwd": (PASSWD, 0o644), "etc/group": (GROUP, 0o644)})
case("user-mode", S, E("/app/own", User="1000"), {"app/own": (true, 0o744)})
case("user-mode-own", "", E("/app/own", User="1000"), {"app/own": (true, 0o700, 1000)})
case("user-folder", S, E("/root/own", User="1000:1000"), {"root": (None, 0o700), "root/own": (true, 0o755)})
case("user-root-folder", "", E("/root/own"), {"root": (None, 0o700), "root/own": (true, 0o755)})
case("list", "", E("/bin/sh", "-c", "cd /app && ./prog"))
case("list-gone", S, E("/bin/sh", "-c", "cd /app && export A=1 && /app/gone"))
case("pipe", "", E("/bin/sh", "-c", "/app/gone 2>&1 | /app/prog"))
case("loop", "", E("/bin/sh", "-c", "for i in 1 2; do /app/gone; done; /app/prog"))
case("variable", S, E("/bin/sh", "-c", "APP=/app/gone; exec $APP"))
case("function", "", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nstop() { /app/gone; }\ntrap stop TERM\nexec /app/prog\n")})
case("command-word", S, {"Entrypoint": ["/bin/env"], "Cmd": ["gone"]}, {"bin/env": (env, 0o755)})
case("itself", "", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nset -e\n[ -n \"$1\" ] && exec /app/prog\n/app/run.sh x\n" + "/app/run.sh x\n" * 20)})
redis = "#!/bin/sh\nset -e\nif [ \"${1#-}\" != \"$1\" ]; then\n\tset -- /app/prog \"$@\"\nfi\num=\"$(umask)\"\nexec \"$@\"\n"
case("options", "", {"Entrypoint": ["/app/run.sh"], "Cmd": ["--appendonly", "yes"]}, {"app/run.sh": sh(redis)})
case("options-command", "", {"Entrypoint": ["/app/run.sh"], "Cmd": ["/app/prog"]}, {"app/run.sh": sh(redis)})
case("dynamic", "", E("/bin/sh", "-c", "X=/app/prog; if [ -n \"$Y\" ]; then X=/app/y; fi; /app/maybe; exec $X"))
case("defaults", "", E("/bin/sh", "-c", "exec ${RUN:-/app/prog} $OPTS"))
case("code-argument", "", {"Entrypoint": ["/bin/sh", "-c"], "Cmd": ["/app/prog --x"]})
case("code-argument-gone", S, {"Entrypoint": ["/bin/sh", "-c"], "Cmd": ["gone --x"]})
image("many", E("/bin/sh", "-ec", "set -e; " + "/app/prog; " * 3000), base)
case("sh-file", "SCRIPT_DIALECT", E("/bin/sh", "/app/run.sh"), {"app/run.sh": sh("#!/bin/bash\na=(x y)\nexec /app/prog\n", 0o644)})
case("sh-file-relative", S, E("sh", "-e", "run.sh", WorkingDir="/app"), {"app/run.sh": sh("exec /app/gone\n", 0o644)})
case("sh-file-there", "", E("sh", "-e", "./run.sh", WorkingDir="/app"), {"app/run.sh": sh("#!/bin/bash\nexec /app/prog\n", 0o644)})
case("bash-file", "", E("/bin/bash", "/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\na=(x y)\nexec /app/prog\n"), "bin/bash": (bash, 0o755), **bash_needs})
case("environment", S, E("/bin/sh", "-c", "exec ${JAVA_HOME}/bin/java $OPTS -jar x"))
case("environment-has", "", E("/bin/sh", "-c", "exec \"$APP_HOME\"/prog $OPTS", Env=["APP_HOME=/app"]))
case("environment-default", S, E("/bin/sh", "-c", "exec ${APP:-/app/gone}"))
case("environment-no-default", "", E("/bin/sh", "-c", "exec ${APP:-/app/gone}", Env=["APP=/app/prog"]))
case("environment-sourced", "", E("/bin/sh", "-c", ". /etc/env; exec $APP"), {"etc/env": (b"APP=/app/prog\n", 0o644)})
case("environment-assigned", "", E("/bin/sh", "-c", ": ${APP:=/app/prog}; exec $APP"))
case("environment-read", "", E("/bin/sh", "-c", "read -r APP < /etc/app; exec $APP"), {"etc/app": (b"/app/prog\n", 0o644)})
case("environment-exported", "", E("/bin/sh", "-c", "export APP=/app/prog; exec /app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nexec $APP\n")})
case("environment-by-env", "", E("/bin/env", "APP=/app/prog", "/bin/sh", "-c", "exec ${APP}"), {"bin/env": (env, 0o755)})
case("arguments-array", S, {"Entrypoint": ["/app/run.sh"], "Cmd": ["gone"]}, {"app/run.sh": sh("#!/bin/bash\nargs=(\"$@\")\nexec \"${args[@]}\"\n"), "bin/bash": (bash, 0o755), **bash_needs})
case("arguments-array-there", "", {"Entrypoint": ["/app/run.sh"], "Cmd": ["/app/prog"]}, {"app/run.sh": sh("#!/bin/bash\nargs=(\"$@\")\nexec \"${args[@]}\"\n"), "bin/bash": (bash, 0o755), **bash_needs})
D, Y = "SCRIPT_DIALECT", "SCRIPT_SYNTAX"
case("script-array", D, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\na=(x y)\nexec /app/prog\n")})
case("script-syntax", Y, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh\nif true; then\nexec /app/prog\n")})
case("code-pipefail", D, E("/bin/sh", "-c", "set -o pipefail; /app/prog"))
case("code-source", D, E("/bin/sh", "-c", "source /etc/env && exec /app/prog"), {"etc/env": (b"A=1\n", 0o644)})
case("code-dot", "", E("/bin/sh", "-c", ". /etc/env && exec /app/prog"), {"etc/env": (b"A=1\n", 0o644)})
case("code-in-code", D, E("/bin/sh", "-c", "set -e; sh -c 'a=(1)'; exec /app/prog"))
case("code-for-bash", "", E("/bin/bash", "-c", "a=(x); exec /app/prog"), {"bin/bash": (bash, 0o755), **bash_needs})
case("shell-option", S, E("/bin/sh", "-o", "pipefail", "-c", "exec /app/prog"))
case("shell-option-there", "", E("/bin/sh", "-o", "errexit", "-uc", "exec /app/prog"))
case("shell-option-bash", "", E("/bin/bash", "-o", "pipefail", "-c", "exec /app/prog"), {"bin/bash": (bash, 0o755), **bash_needs})
case("shell-option-gone", S, E("/bin/bash", "-eo", "pipefail", "-c", "exec /app/gone"), {"bin/bash": (bash, 0o755), **bash_needs})
case("login", "", E("/bin/bash", "-lc", "tool", Env=["PATH=/bin"]), {"bin/bash": (bash, 0o755), "usr/bin/tool": (true, 0o755), "etc/profile": (b"PATH=/usr/bin:/bin\n", 0o644), **bash_needs})
case("line-options", S, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh -euo pipefail\nexec /app/prog\n")})
case("line-option", "", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/sh -eu\nexec /app/prog\n")})
case("line-env", S, E("/app/run.sh"), {"app/run.sh": sh("#!/bin/env sh -e\nexec /app/prog\n"), "bin/env": (env, 0o755)})
case("line-env-splits", "", E("/app/run.sh"), {"app/run.sh": sh("#!/bin/env -S sh -e\nexec /app/prog\n"), "bin/env": (env, 0o755)})
case("line-255", "", E("/app/run.sh"), {"app/run.sh": sh("#!" + "/" * 247 + "bin/sh\nexec /app/prog\n")})
case("line-256", S, E("/app/run.sh"), {"app/run.sh": sh("#!" + "/" * 248 + "bin/sh\nexec /app/prog\n")})
case("line-relative", "", E("/app/run.sh"), {"app/run.sh": sh("#!bin/sh\nexec /app/prog\n")})
case("line-relative-elsewhere", S, E("/app/run.sh", WorkingDir="/app"), {"app/run.sh": sh("#!bin/sh\nexec /app/prog\n")})
# Programs with privileges: for another user than root, the loader ignores LD_LIBRARY_PATH.
needs_own = {"app/prog": (prog, 0o4755), "app/lib/libown.so": (own, 0o644)}
found = {"User": "1000:1000", "Env": ["LD_LIBRARY_PATH=/app/lib"]}
case("setuid", "LIB_MISSING", E("/app/prog", **found), needs_own)
case("setgid", "LIB_MISSING", E("/app/prog", **found), {**needs_own, "app/prog": (prog, 0o2755)})
case("setuid-root", "", E("/app/prog", Env=found["Env"]), needs_own)
case("setuid-own", "", E("/app/prog", **found), {**needs_own, "app/prog": (prog, 0o4755, 1000)})
case("not-setuid", "", E("/app/prog", **found), {**needs_own, "app/prog": (prog, 0o755)})
case("setuid-absolute", "", E("/app/prog", User="1000:1000"), {**needs_own, "usr/lib/x86_64-linux-gnu/libown.so": (own, 0o644), "lib/x86_64-linux-gnu/libown.so": (own, 0o644)})
case("capability", "LIB_MISSING", E("/app/prog", **found), {**needs_own, "app/prog": (prog, 0o755)}, capable=["app/prog"])
def chain(count): return {"app/s%d" % i: sh("#!" + ("/app/s%d" % (i + 1) if i + 1 < count else "/app/prog") + "\n") for i in range(count)}
case("line-5-scripts", "", E("/app/s0"), chain(5))
case("line-6-scripts", S, E("/app/s0"), chain(6))
case("no-shebang-by-shell", "", E("/bin/sh", "-c", "/app/run.sh"), {"app/run.sh": sh("exec /app/prog\n")})
case("no-shebang-by-exec", "", E("/bin/sh", "-c", "exec /app/empty"), {"app/empty": sh("")})
case("no-shebang-by-env", "", E("/bin/env", "/app/run.sh"), {"app/run.sh": sh("exec /app/prog\n"), "bin/env": (env, 0o755)})
case("health", H + ":HIGH", E("/app/prog", Healthcheck={"Test": ["CMD", "curl", "-f", "http://localhost"]}))
case("health-shell", H + ":HIGH", E("/app/prog", Healthcheck={"Test": ["CMD-SHELL", "curl -f http://localhost || exit 1"]}))
case("health-no-shell", H + ":HIGH", E("/app/prog", Healthcheck={"Test": ["CMD-SHELL", "/app/prog"]}), drop=("bin/sh",))
case("health-none", "", E("/app/prog", Healthcheck={"Test": ["NONE"]}))
case("health-there", "", E("/app/prog", Healthcheck={"Test": ["CMD-SHELL", "/app/prog || exit 1"]}))
case("volume", S + ":HIGH?", E("/data/prog", Volumes={"/data": {}}))
case("libraries", "", E("/app/own", Env=["LD_LIBRARY_PATH=/opt/l"]), {"app/own": (prog, 0o755), "opt/l/libown.so": (own, 0o755)})
case("libraries-gone", "LIB_MISSING", E("/app/own"), {"app/own": (prog, 0o755), "opt/l/libown.so": (own, 0o755)})
case("preloaded", "", E("/app/own", Env=["LD_LIBRARY_PATH=/opt/l", "LD_PRELOAD=/opt/pre.so"]), {"app/own": (prog, 0o755), "opt/l/libown.so": (own, 0o755), "opt/pre.so": (pre, 0o755)})
case("conf-without-cache", "LIB_MISSING", E("/app/own"), {"app/own": (prog, 0o755), "opt/l/libown.so": (own, 0o755), "etc/ld.so.conf": (b"/opt/l\n", 0o644)})
if os.path.exists("musl"):
    def read(path): return (open(path, "rb").read(), 0o755)
    musl = {"lib/ld-musl-x86_64.so.1": read("musl/libc.so"), "app/m": read("musl/prog")}
    case("musl", "", E("/app/m"), {**musl, "usr/lib/libmine.so": read("musl/libmine.so")}, base)
    case("musl-gone", "LIB_MISSING", E("/app/m"), musl, base)
json.dump(rows, open("rows.json", "w"))

def layout(name, *manifests):
    """an OCI layout of (type of the configuration, configuration, type of the layer, layer)"""
    blobs, listed = {}, []
    def blob(data):
        digest = hashlib.sha256(data).hexdigest()
        blobs[digest] = data
        return {"digest": "sha256:" + digest, "size": len(data)}
    for kind, config, layer_kind, data in manifests:
        listed.append(blob(json.dumps({"schemaVersion": 2, "config": {"mediaType": kind, **blob(config)},
                                       "layers": [{"mediaType": layer_kind, **blob(data)}]}).encode()))
    with tarfile.open(name + ".tar", "w") as t:
        files = {"blobs/sha256/" + digest: data for digest, data in blobs.items()}
        for path, data in {"oci-layout": b'{"imageLayoutVersion": "1.0.0"}', **files, "index.json": json.dumps({"manifests": listed}).encode()}.items():
            info = tarfile.TarInfo(path); info.size = len(data); t.addfile(info, io.BytesIO(data))
def of(arch, *words):
    return ("application/vnd.oci.image.config.v1+json", json.dumps({"architecture": arch, "os": "linux", "config": {"Entrypoint": list(words)}}).encode(),
            "application/vnd.oci.image.layer.v1.tar", layer(base))
chart = ("application/vnd.cncf.helm.config.v1+json", b"{}", "application/vnd.cncf.helm.chart.content.v1.tar+gzip", layer({"v/Chart.yaml": (b"name: v\n", 0o644)}))
signature = ("application/vnd.oci.image.config.v1+json", b"{}", "application/vnd.dev.cosign.simplesigning.v1+json", b"{}")
layout("chart", chart)
layout("signed", of("amd64", "/app/prog"), chart, signature)
layout("several", of("arm64", "/app/other"), of("amd64", "/app/gone"))
layout("several-fit", of("arm64", "/app/gone"), of("amd64", "/app/prog"))
