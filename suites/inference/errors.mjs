// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { model, numbers, operation, ort, perceptron } from './onnx.mjs';

const { file, tensor } = perceptron();

test('damaged models are refused', async () => {
    for (const length of [0, 1, 100, file.length - 1000])
        await assert.rejects(ort.InferenceSession.create(file.subarray(0, length)), /./);
    await assert.rejects(ort.InferenceSession.create(model([operation('NoSuchOperation', ['x'], 'y')], [], [['x', 'float32', [1]]], [['y', 'float32', [1]]])), /NoSuchOperation/);
    await assert.rejects(ort.InferenceSession.create('/nonexistent.onnx'), /nonexistent/);
});

test('wrong inputs are refused, and the session goes on', async () => {
    const session = await ort.InferenceSession.create(file);
    await assert.rejects(session.run({}), /x/);
    await assert.rejects(session.run({ x: new ort.Tensor('float32', numbers(10), [1, 10]) }), /./);
    await assert.rejects(session.run({ x: new ort.Tensor('int32', new Int32Array(64), [1, 64]) }), /./);
    assert.equal((await session.run({ x: tensor(1) })).y.data.length, 10);
});
