// SPDX-License-Identifier: Apache-2.0
import { test } from 'node:test';
import { observe, ort, perceptron } from './onnx.mjs';

test('inferences per second', async () => {
    const network = perceptron(512, 1024, 64), session = await ort.InferenceSession.create(network.file), x = network.tensor(1);
    const start = process.hrtime.bigint();
    let times = 0, took;
    do {
        await session.run({ x });
        times++;
        took = Number(process.hrtime.bigint() - start) / 1e9;
    } while (took < 3);
    observe('benchmark.inferences', (times / took).toFixed(1), '1/s');
});
