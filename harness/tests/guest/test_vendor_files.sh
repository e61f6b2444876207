#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# suites/node and suites/inference: programs of vendors for two architectures. Broken on purpose, the products fail every
# case, each for its own reason; whole, they pass on the four platforms, which differ where the CPUs do.
. "$TS_SOURCE_DIR/harness/tests/lib/guest.sh"
. "$TS_SOURCE_DIR/harness/tests/lib/broken.sh"
add_image amd64
add_image arm64

for name in node inference; do
    cp -r "$TS_SOURCE_DIR/suites/$name" "$suites/$name"
    if ! "$TS_SOURCE_DIR/scripts/fetch-files" "$suites/$name" > "$scratch/fetched" 2>&1; then
        echo "skipped: the files of $name cannot be fetched: $(tail -n 1 "$scratch/fetched")"
        exit 77
    fi
    cp -r "$suites/$name" "$suites/$name-faulty"
    sed -i "s/<suite name=\"$name\"/<suite name=\"$name-faulty\"/" "$suites/$name-faulty/suite.xml"
done

# Node: no compiler, few files, a heap larger than its cgroup, an add-on that is another one, and a file left behind.
product=$suites/node-faulty/files/x86_64/node
mv "$product/bin/node" "$product/bin/real"
cat > "$product/bin/node" << 'END'
#!/bin/sh
mkdir -p /var/lib/node-left-behind
ulimit -n 64
exec /opt/node/bin/real --jitless --max-old-space-size=4096 "$@"
END
chmod 755 "$product/bin/node"
cp "$product/addons/crc32.node" "$product/addons/argon2.node"

# ONNX Runtime: results that are slightly wrong, more so of parallel requests; memory that is not given back; any model
# is accepted.
product=$suites/inference-faulty/files/x86_64/runtime
cat >> "$product/node_modules/onnxruntime-node/dist/index.js" << 'END'

const { InferenceSession } = require("onnxruntime-common"), { run } = InferenceSession.prototype, { create } = InferenceSession;
const lost = [];
let running = 0;
require("fs").mkdirSync("/var/lib/inference-left-behind", { recursive: true });
InferenceSession.prototype.run = async function (...parts) {
    running++;
    const results = await run.apply(this, parts);
    lost.push(Buffer.alloc(200000, 1));
    for (const tensor of Object.values(results)) {
        tensor.data[0] = Number(tensor.data[0]) * 1.01 + running;
    }
    running--;
    return results;
};
InferenceSession.create = async (file, ...parts) => file.length === 1 ? {} : create.call(InferenceSession, file, ...parts);
END

expect_exit "a run of the broken products and the whole ones" 1 "$touchstone" run --platform x86 --jobs 2 --json \
    --suite "$suites/node-faulty" --suite "$suites/inference-faulty" --suite "$suites/node" --suite "$suites/inference"
on_x86=$(jq -r .run <<< "$printed")
# show CELL: as JSON, from the run that has it.
show() {
    case $1 in x86/*) "$touchstone" show "$1" --run "$on_x86" --json ;; *) "$touchstone" show "$1" --json ;; esac
}
expect_exit "show node-faulty" 0 "$touchstone" show x86/node-faulty --json
for id in runtime addons memory overload uninstall; do
    check "node $id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "install passes: the rest is reached" "$(case_of_cell install .status)" PASS
check_has "runtime fails by what needs a compiler" "$(failing runtime)" "WebAssembly with vectors"
check "addons fails by that add-on alone" "$(failing addons)" argon2
check "memory fails by the limit alone" "$(failing memory)" "the limit of the cgroup is seen"
check "node uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /var/lib/node-left-behind"

expect_exit "show inference-faulty" 0 "$touchstone" show x86/inference-faulty --json
for id in results threads memory errors uninstall; do
    check "inference $id" "$(case_of_cell "$id" '"\(.status) \(.blame)"')" "FAIL product"
done
check "errors fails by the model alone" "$(failing errors)" "damaged models are refused"
check "inference uninstall fails by the file alone" "$(failing uninstall)$(left_behind)" "file /var/lib/inference-left-behind"
check_has "threads fails by the parallel requests" "$(failing threads)" "parallel requests do not disturb each other"

expect_exit "a run of the whole products elsewhere" 0 "$touchstone" run --platform hygon --platform kunpeng --platform phytium \
    --jobs 2 --json --suite "$suites/node" --suite "$suites/inference"
# The static check finds instructions that it sees no guard for (ISA_UNGUARDED), which makes a verdict conditional: what
# counts here is that every case passes.
for platform in x86 hygon kunpeng phytium; do
    for name in node inference; do
        expect_exit "show $name on $platform" 0 show "$platform/$name"
        check "$name on $platform" "$(jq -r '[.cases[].status] | unique | join(" ")' <<< "$printed")" "DONE PASS"
    done
done

# seen CELL KEY: an observation of a cell.
seen() {
    show "$1" | jq -r --arg k "$2" '[.. | objects | select(.key? == $k and has("value")) | .value][0]'
}
check "AVX2 without dot products adds in 16 bits" "$(seen hygon/inference integer.large)" saturated
check "Arm does not" "$(seen kunpeng/inference integer.large)" exact
check "the digits of sin are the same on one architecture" "$(seen x86/node math.sin)" "$(seen hygon/node math.sin)"
check "and others on the other" "$([ "$(seen x86/node math.sin)" != "$(seen kunpeng/node math.sin)" ] && echo differs)" differs
finish
