// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { observe, ort, perceptron } from './onnx.mjs';

const network = perceptron(256, 512, 32);

async function work() {
    for (let i = 0; i < 20; i++) {
        const session = await ort.InferenceSession.create(network.file);
        for (let seed = 0; seed < 15; seed++)
            await session.run({ x: network.tensor(seed) });
        await session.release();
    }
    gc();
}

test('memory does not grow with work', async () => {
    await work();
    const before = process.memoryUsage().rss;
    await work();
    const after = process.memoryUsage().rss;
    observe('memory.resident', after, 'B');
    assert.ok(after - before < 16 << 20, `it grew by ${after - before} bytes`);
    assert.ok(after < 400 << 20, `it is ${after} bytes`);
});
