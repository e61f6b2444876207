// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digest, error, ort, perceptron } from './onnx.mjs';

const network = perceptron(256, 512, 32);

test('any number of threads gives the same results', async () => {
    for (const intraOpNumThreads of [1, 2, 4]) {
        const session = await ort.InferenceSession.create(network.file, { intraOpNumThreads, interOpNumThreads: 1 });
        for (let seed = 1; seed <= 5; seed++) {
            const x = network.tensor(seed), { y } = await session.run({ x });
            assert.ok(error(y.data, network.expected(x.data)) < 1e-5);
        }
    }
});

test('parallel requests do not disturb each other', async () => {
    const session = await ort.InferenceSession.create(network.file), alone = [];
    for (let seed = 0; seed < 40; seed++)
        alone.push(digest((await session.run({ x: network.tensor(seed) })).y.data));
    const together = await Promise.all(alone.map((_, seed) => session.run({ x: network.tensor(seed) })));
    assert.deepEqual(together.map(({ y }) => digest(y.data)), alone);
});
